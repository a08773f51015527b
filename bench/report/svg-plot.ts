import { shown } from "./figures.ts";
import type { Plot, Point } from "./finding.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 20;
const TOP = 36;
const BOTTOM = 56;
const COLOURS = ["#2563eb", "#dc2626", "#059669", "#9333ea", "#d97706"];
const Y_STEPS = 4;

/** Draws a plot: x by powers of ten, y from 0. */
export function svgOf(plot: Plot): string {
  const points = plot.lines.flatMap((line) => line.points);
  const scale = new Scale(points);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${plot.title}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(WIDTH / 2, 20, plot.title, 'text-anchor="middle" font-size="14"'),
    ...yAxis(scale),
    ...xAxis(scale, points),
    text(WIDTH / 2, HEIGHT - 22, plot.xLabel, 'text-anchor="middle"'),
    `<g transform="translate(14 ${HEIGHT / 2}) rotate(-90)">${text(0, 0, plot.yLabel, 'text-anchor="middle"')}</g>`,
    ...plot.lines.flatMap((line, at) =>
      lineOf(line.points, COLOURS[at % COLOURS.length] ?? "", scale),
    ),
    ...legend(plot),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

class Scale {
  readonly yMax: number;
  readonly #xMin: number;
  readonly #xMax: number;

  constructor(points: readonly Point[]) {
    this.#xMin = Math.log10(Math.min(...points.map(({ x }) => x)));
    this.#xMax = Math.log10(Math.max(...points.map(({ x }) => x)));
    this.yMax = 1.25 * Math.max(...points.map(({ y }) => y));
  }

  x(value: number): number {
    const range = this.#xMax - this.#xMin || 1;
    return Math.round(LEFT + ((Math.log10(value) - this.#xMin) / range) * (WIDTH - LEFT - RIGHT));
  }

  y(value: number): number {
    return Math.round(HEIGHT - BOTTOM - (value / this.yMax) * (HEIGHT - TOP - BOTTOM));
  }
}

function yAxis(scale: Scale): string[] {
  return Array.from({ length: Y_STEPS + 1 }, (_, step) => {
    const value = (scale.yMax * step) / Y_STEPS;
    const y = scale.y(value);
    const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="#ddd"/>`;
    return line + text(LEFT - 6, y + 4, shown(value), 'text-anchor="end"');
  });
}

function xAxis(scale: Scale, points: readonly Point[]): string[] {
  const values = [...new Set(points.map(({ x }) => x))];
  return values.map((value) =>
    text(
      scale.x(value),
      HEIGHT - BOTTOM + 16,
      value.toLocaleString("en-US"),
      'text-anchor="middle"',
    ),
  );
}

function lineOf(points: readonly Point[], colour: string, scale: Scale): string[] {
  const path = points.map(({ x, y }) => `${scale.x(x)},${scale.y(y)}`).join(" ");
  const dots = points.map(
    ({ x, y }) => `<circle cx="${scale.x(x)}" cy="${scale.y(y)}" r="3" fill="${colour}"/>`,
  );
  return [`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots];
}

function legend({ lines }: Plot): string[] {
  return lines.map(({ label }, at) =>
    text(LEFT + at * 160, HEIGHT - 6, `■ ${label}`, `fill="${COLOURS[at % COLOURS.length]}"`),
  );
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}
