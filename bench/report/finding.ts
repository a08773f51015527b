import type { Summary } from "./figures.ts";

/** What a median is to reach. */
export interface Target {
  readonly bound: "least" | "most";
  readonly value: number;
}

/** A figure that was measured. */
export interface Figure {
  /** Names it in the JSON. */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly summary: Summary;
  /** Null where nobody set a mark. */
  readonly target: Target | null;
}

/** Two figures of the same round, divided. */
export interface Ratio {
  readonly key: string;
  readonly label: string;
  readonly summary: Summary;
  /** Null where nobody set a mark. */
  readonly target: Target | null;
}

/** A point of a plot. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How something grows. */
export interface Plot {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly { readonly label: string; readonly points: readonly Point[] }[];
}

/** What a question found. */
export interface Finding {
  readonly name: string;
  readonly title: string;
  /** How it was measured. */
  readonly method: string;
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
  readonly plots: readonly Plot[];
}

/** Whether a figure or a ratio is where it is to be; null where nobody set a mark. */
export function isReached({
  summary,
  target,
}: Pick<Figure | Ratio, "summary" | "target">): boolean | null {
  if (target === null) {
    return null;
  }
  return target.bound === "least" ? summary.median >= target.value : summary.median <= target.value;
}
