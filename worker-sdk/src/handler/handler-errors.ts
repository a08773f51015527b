import { read } from "../values/thrown.ts";

const WISH = Symbol.for("baton.worker-sdk.wish");

/** What an error that a handler throws asks for; undefined for any error of the handler's own. */
export type Wish =
  | { readonly kind: "die" }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "release"; readonly delayMs: number | undefined };

/** Reads what the error asks for, also where it comes from another copy of this package. */
export function wishOf(error: unknown): Wish | undefined {
  return read(error, WISH) as Wish | undefined;
}

/** Throw it in a handler to make the task DEAD at once, however many attempts it has left. */
export class NonRetryableError extends Error {
  override readonly name: string = "NonRetryableError";
  readonly [WISH]: Wish = { kind: "die" };
}

/** Throw it in a handler to fail the attempt and to choose the wait before the next one. */
export class RetryAfterError extends Error {
  override readonly name: string = "RetryAfterError";
  readonly [WISH]: Wish;
  /** In milliseconds, 0 to 24 h, else a RangeError is thrown. It replaces the back-off of the retry policy. */
  readonly delayMs: number;

  constructor(delayMs: number, message = "try again later", options?: ErrorOptions) {
    super(message, options);
    this.delayMs = checkedDelay(delayMs);
    this[WISH] = { kind: "retry", delayMs };
  }
}

/**
 * Throw it in a handler to give the task back without spending an attempt, so that another worker may take it. The
 * task waits for `delayMs`, by default 1 s. If the same worker gives it back again, it waits longer: at least
 * `DEFAULTS.release.baseMs`, doubled each time up to `DEFAULTS.release.capMs`, so that it keeps no others from running.
 * From the fourth time in a row on, on whichever workers, the dispatcher makes it wait too, from 100 ms to 60 s.
 */
export class ReleaseTaskError extends Error {
  override readonly name: string = "ReleaseTaskError";
  readonly [WISH]: Wish;
  /** In milliseconds, 0 to 24 h, else a RangeError is thrown. Undefined: the wait described above. */
  readonly delayMs: number | undefined;

  constructor(delayMs?: number, message = "given back by the handler", options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs === undefined ? undefined : checkedDelay(delayMs);
    this[WISH] = { kind: "release", delayMs };
  }
}

const MAX_DELAY_MS = 24 * 60 * 60 * 1000;

function checkedDelay(delayMs: number): number {
  if (!(typeof delayMs === "number" && delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
    throw new RangeError(`delayMs must be from 0 to ${MAX_DELAY_MS}, not ${String(delayMs)}`);
  }
  return delayMs;
}
