import { read } from "../values/thrown.ts";

const WISH = Symbol.for("baton.worker-sdk.wish");

/** What an error that a handler throws asks for; undefined for any error of the handler's own. */
export type Wish =
  | { readonly kind: "die" }
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "release"; readonly delayMs: number | undefined }
  | { readonly kind: "hold"; readonly hold: Hold };

/** What is not granted for a while: everything of the task's concurrency key, or of its queue. */
export interface Hold {
  readonly scope: (typeof HOLD_SCOPES)[number];
  readonly forMs: number;
}

const HOLD_SCOPES = ["key", "queue"] as const;

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

/** What a {@link RateLimitedError} asks for. */
export interface RateLimitedOptions {
  /** How long nothing is granted, in milliseconds; 1 to 24 h, else a RangeError is thrown. */
  readonly retryAfterMs: number;
  /**
   * What waits: everything of the task's concurrency key, on all workers, or of its whole queue. If the task has no
   * concurrency key, `key` means the task alone. Else a TypeError is thrown.
   */
  readonly scope: "key" | "queue";
}

/**
 * Throw it in a handler that was told to come back later, such as by the status 429 of a partner. The task is given
 * back: no attempt is spent, and it keeps its place. Until the time is over no worker gets anything of its concurrency
 * key or queue; what runs goes on. Of several holds the one that ends last counts.
 *
 * @example
 * if (answer.status === 429) {
 *   throw new RateLimitedError({ retryAfterMs: 30_000, scope: "key" });
 * }
 */
export class RateLimitedError extends Error {
  override readonly name: string = "RateLimitedError";
  readonly [WISH]: Wish;
  readonly retryAfterMs: number;
  readonly scope: "key" | "queue";

  constructor(
    { retryAfterMs, scope }: RateLimitedOptions,
    message = "told to come back later",
    options?: ErrorOptions,
  ) {
    super(message, options);
    if (!HOLD_SCOPES.includes(scope)) {
      throw new TypeError(`scope must be key or queue, not ${String(scope)}`);
    }
    this.retryAfterMs = checkedDelay(retryAfterMs, "retryAfterMs", 1);
    this.scope = scope;
    this[WISH] = { kind: "hold", hold: { scope, forMs: retryAfterMs } };
  }
}

const MAX_DELAY_MS = 24 * 60 * 60 * 1000;

function checkedDelay(ms: number, name = "delayMs", minMs = 0): number {
  if (!(typeof ms === "number" && ms >= minMs && ms <= MAX_DELAY_MS)) {
    throw new RangeError(`${name} must be from ${minMs} to ${MAX_DELAY_MS}, not ${String(ms)}`);
  }
  return ms;
}
