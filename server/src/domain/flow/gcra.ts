import type { RateLimit } from "./queue-settings.ts";

// The generic cell rate algorithm: one number, the theoretical arrival time (TAT), says when the next grant would be
// due at an even pace. See https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm. A TAT that has passed is worth
// nothing, so that it need not be kept. In any time t, at most burst + t * tasks / period are granted.
//
// Times are milliseconds, those of clocks whole ones; TATs are sums of fractions of them. At the highest rates a TAT
// counted from 1970 is coarser than the time between two grants. It is rounded up, so that nothing exceeds the rate;
// count from a year that is near to reach it as well.

/**
 * Returns a TAT as it counts at the rate as it is now: at most a burst ahead, which no rate exceeds itself. What is
 * further off was granted at a slower pace, and would hold everything back for as long as that one.
 *
 * @returns the TAT itself where it counts as it is; another is to be kept, since each look would put it off otherwise
 */
export function tatAt({ tasks, periodMs, burst }: RateLimit, tatMs: number, nowMs: number): number {
  const intervalMs = periodMs / tasks;
  const furthestMs = nowMs + burst * intervalMs;
  const roundingMs = Math.max(MOST_ROUNDING * intervalMs, Math.abs(tatMs * ROUNDINGS));
  return tatMs > furthestMs + roundingMs ? furthestMs : tatMs;
}

/** Returns how many may be granted now. */
export function tokensOf(
  { tasks, periodMs, burst }: RateLimit,
  tatMs: number,
  nowMs: number,
): number {
  const intervalMs = periodMs / tasks;
  const rounding = Math.min(Math.abs(tatMs * ROUNDINGS) / intervalMs, MOST_ROUNDING);
  const left = Math.floor((nowMs - Math.max(tatMs, nowMs)) / intervalMs + burst + rounding);
  return Math.max(0, Math.min(burst, left));
}

/** Returns the TAT after so many were granted now. */
export function tatAfter(
  { tasks, periodMs }: RateLimit,
  tatMs: number,
  nowMs: number,
  granted: number,
): number {
  const fromMs = Math.max(tatMs, nowMs);
  const costMs = granted * (periodMs / tasks);
  const nextMs = fromMs + costMs;
  return nextMs - fromMs < costMs ? nextMs + Math.abs(nextMs * Number.EPSILON) : nextMs;
}

/** Returns the first whole millisecond at which one may be granted; not after now where one may be granted now. */
export function nextTokenAt(rate: RateLimit, tatMs: number): number {
  const intervalMs = rate.periodMs / rate.tasks;
  const aboutMs = Math.ceil(tatMs - (rate.burst - 1) * intervalMs);
  const isThere = (atMs: number): boolean => tokensOf(rate, tatMs, atMs) > 0;
  return isThere(aboutMs - 1) ? aboutMs - 1 : isThere(aboutMs) ? aboutMs : aboutMs + 1;
}

// A TAT of several sums is a little more than it would be without rounding; so much less is as good.
const ROUNDINGS = 4 * Number.EPSILON;
/** In tokens: what a limit is exceeded by at most, and once. */
const MOST_ROUNDING = 1e-3;
