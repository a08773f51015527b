import { TENANTS } from "../tenants.ts";

/** What the demo measured. Durations are in milliseconds. */
export interface Figures {
  readonly files: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Tasks submitted. */
  readonly queued: number;
  /** Times a task was handed to a worker. */
  readonly run: number;
  /** Attempts that failed and were tried again. */
  readonly retried: number;
  /** Leases that were lost to a killed worker. */
  readonly redelivered: number;
  readonly succeeded: number;
  /** Tasks whose digest is the one computed independently. */
  readonly verified: number;
  readonly elapsedMs: number;
  readonly waitMs: Percentiles;
  readonly runMs: Percentiles;
  /** How many tasks of two tenants had ended when those of the one that was flooded had. */
  readonly servedAfter: number;
  /** What should have been otherwise, in words; empty where all is well. */
  readonly problems: readonly string[];
}

/** The middle and the tail of a set of durations, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Returns the middle and the tail by nearest rank; 0 for none. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Returns the figures as a table for a terminal. */
export function tableOf(figures: Figures): string {
  const rows: readonly (readonly [string, string])[] = [
    ["files", `${figures.files} (${kib(figures.bytes)} to ${kib(figures.compressedBytes)})`],
    ["queued", `${figures.queued}`],
    ["run", `${figures.run}`],
    ["retried", `${figures.retried}`],
    ["redelivered", `${figures.redelivered}`],
    ["succeeded", `${figures.succeeded}`],
    ["digests right", `${figures.verified}`],
    ["queue wait", duration(figures.waitMs)],
    ["run time", duration(figures.runMs)],
    ["fair share", fairShare(figures)],
    ["elapsed", `${(figures.elapsedMs / 1_000).toFixed(2)} s`],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(15)}${value}`).join("\n");
}

function fairShare({ servedAfter }: Figures): string {
  const { flood, few } = TENANTS;
  return `${few} tasks behind ${flood} of another tenant: done when ${servedAfter} of all were`;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}

function duration({ p50, p99 }: Percentiles): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}
