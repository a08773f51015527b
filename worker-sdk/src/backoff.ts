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
