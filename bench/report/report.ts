import { shown, shownSummary } from "./figures.ts";
import { type Figure, type Finding, isReached, type Ratio } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** A finding as lines for a terminal. */
export function printed(finding: Finding): string {
  const width = Math.max(
    ...[...finding.figures, ...finding.ratios].map(({ label }) => label.length),
  );
  const figures = finding.figures.map((each) =>
    `  ${each.label.padEnd(width)}  ${shownSummary(each.summary)} ${each.unit}  ${verdict(each)}`.trimEnd(),
  );
  const ratios = finding.ratios.map(
    (ratio) =>
      `  ${ratio.label.padEnd(width)}  ${shownSummary(ratio.summary)} ×  ${verdict(ratio)}`,
  );
  return [finding.title, ...figures, ...ratios, ""].join("\n");
}

/** Every figure and ratio as one line. */
export function asJson(machine: Machine, findings: readonly Finding[]): string {
  const figures: Record<string, unknown> = {};
  const ratios: Record<string, unknown> = {};
  for (const finding of findings) {
    for (const each of finding.figures) {
      const { key, unit, summary, target } = each;
      figures[`${finding.name}.${key}`] = {
        unit,
        ...rounded(summary),
        ...(target !== null && { target, isReached: isReached(each) }),
      };
    }
    for (const ratio of finding.ratios) {
      const { key, summary, target } = ratio;
      ratios[`${finding.name}.${key}`] = {
        ...rounded(summary),
        target,
        isReached: isReached(ratio),
      };
    }
  }
  return JSON.stringify({ machine, figures, ratios });
}

/** What a figure or a ratio was to reach, and whether it did; empty where nobody set a mark. */
export function verdict(measured: Figure | Ratio): string {
  if (measured.target === null) {
    return "";
  }
  const { bound, value } = measured.target;
  const mark = `${bound === "least" ? "≥" : "≤"} ${shown(value)}`;
  return `${mark}: ${isReached(measured) ? "reached" : "not reached"}`;
}

function rounded(summary: Finding["figures"][number]["summary"]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [name, Number(Number(value).toPrecision(4))]),
  );
}
