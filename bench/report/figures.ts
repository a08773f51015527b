/** What several runs of one measurement came to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** Sums up; throws where there is nothing. */
export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) {
    throw new RangeError("no run to sum up");
  }
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
    runs: sorted.length,
  };
}

/** The value below which such a part of the values lies, interpolated. */
export function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** A number for people: no more digits than it deserves. */
export function shown(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) {
    return Math.round(value).toLocaleString("en-US");
  }
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A median with its range. */
export function shownSummary({ median, min, max, runs }: Summary): string {
  return runs === 1 ? shown(median) : `${shown(median)} (${shown(min)}–${shown(max)})`;
}
