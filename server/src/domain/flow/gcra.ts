import type { RateLimit } from "./queue-settings.ts";

// The generic cell rate algorithm: one number, the theoretical arrival time (TAT), says when the next grant would be
// due at an even pace. See https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm. A TAT that has passed is worth
// nothing, so that it need not be kept. In any time t, at most burst + t * tasks / period are granted.

/** Returns how many may be granted now. */
export function tokensOf(
  { tasks, periodMs, burst }: RateLimit,
  tatMs: number,
  nowMs: number,
): number {
  const intervalMs = periodMs / tasks;
  const left = Math.floor((nowMs - Math.max(tatMs, nowMs)) / intervalMs + burst + ROUNDING);
  return Math.max(0, Math.min(burst, left));
}

/** Returns the TAT after so many were granted now. */
export function tatAfter(
  { tasks, periodMs }: RateLimit,
  tatMs: number,
  nowMs: number,
  granted: number,
): number {
  return Math.max(tatMs, nowMs) + (granted * periodMs) / tasks;
}

/** Returns when the next may be granted; not after now where one may be granted now. */
export function nextTokenAt({ tasks, periodMs, burst }: RateLimit, tatMs: number): number {
  return tatMs - ((burst - 1) * periodMs) / tasks;
}

// TATs are sums of fractions of a millisecond.
const ROUNDING = 1e-6;
