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

/** Thrown by a handler: the task is DEAD at once, whatever attempts it has left. */
export class NonRetryableError extends Error {
  override readonly name: string = "NonRetryableError";
  readonly [WISH]: Wish = { kind: "die" };
}

/** Thrown by a handler: the attempt failed, and the next one starts after this wait. */
export class RetryAfterError extends Error {
  override readonly name: string = "RetryAfterError";
  readonly [WISH]: Wish;
  /** 0 to 24 h; takes the place of the retry policy's back-off. */
  readonly delayMs: number;

  constructor(delayMs: number, message = "try again later", options?: ErrorOptions) {
    super(message, options);
    this.delayMs = checkedDelay(delayMs);
    this[WISH] = { kind: "retry", delayMs };
  }
}

/**
 * Thrown by a handler: gives the task back, no attempt spent; somebody else may take it. From the second time
 * on that one worker does so with a task, the task waits at least `DEFAULTS.release.baseMs` and twice as long
 * each time, so that it keeps no others from running.
 */
export class ReleaseTaskError extends Error {
  override readonly name: string = "ReleaseTaskError";
  readonly [WISH]: Wish;
  /** 0 to 24 h. Undefined: the pause that grows. */
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
