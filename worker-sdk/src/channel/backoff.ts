import type { BatonError } from "../values/baton-error.ts";
import { DEFAULTS } from "../values/limits.ts";

/** How long to wait between tries. */
export interface Backoff {
  /** The longest first wait. */
  readonly baseMs: number;
  /** The longest wait of all. */
  readonly capMs: number;
}

/**
 * A random wait between 0 and a bound that doubles from `baseMs` to `capMs` with each failure (full
 * jitter), so that clients that were cut off together do not come back together.
 *
 * @param failures how many tries failed before, from 0
 */
export function backoffMs(backoff: Backoff, failures: number): number {
  return Math.random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(failures, 30));
}

/**
 * How long to wait after a failure: as long as the dispatcher says, which is no time where it goes and
 * another may be asked; else as `backoffMs` says. Nobody is asked in vain again and again without a wait.
 *
 * @param error null where there was none, only an end
 */
export function retryDelayMs(error: BatonError | null, failures: number): number {
  const saidMs = error?.retryAfterMs;
  return saidMs === undefined || (saidMs === 0 && failures > 0)
    ? backoffMs(DEFAULTS.backoff, failures)
    : saidMs;
}
