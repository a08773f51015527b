import { shown, shownSummary } from "./figures.ts";
import { type Finding, isReached, type Ratio } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** A finding as lines for a terminal. */
export function printed(finding: Finding): string {
  const width = Math.max(
    ...[...finding.figures, ...finding.ratios].map(({ label }) => label.length),
  );
  const figures = finding.figures.map(
    ({ label, unit, summary }) => `  ${label.padEnd(width)}  ${shownSummary(summary)} ${unit}`,
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
    for (const { key, unit, summary } of finding.figures) {
      figures[`${finding.name}.${key}`] = { unit, ...rounded(summary) };
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

/** What a ratio was to reach, and whether it did. */
export function verdict(ratio: Ratio): string {
  if (ratio.target === null) {
    return "";
  }
  const { bound, value } = ratio.target;
  const mark = `${bound === "least" ? "≥" : "≤"} ${shown(value)}`;
  return `${mark}: ${isReached(ratio) ? "reached" : "not reached"}`;
}

function rounded(summary: Finding["figures"][number]["summary"]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [name, Number(Number(value).toPrecision(4))]),
  );
}
