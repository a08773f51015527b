import type { Failure, RetryPolicy } from "./task.ts";

/** What to do after a failed attempt. */
export type AfterFailure =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "die" };

/** What is known of a failed attempt. */
export interface FailedAttempt {
  readonly failure: Failure;
  /** Which attempt failed, from 1. */
  readonly attempt: number;
  /** Whether the handler said that no further attempt may succeed. */
  readonly nonRetryable: boolean;
  /** The handler's own wish for the wait; null for the policy's. */
  readonly retryAfterMs: number | null;
}

/**
 * Decides whether a failed attempt is tried again, and when.
 *
 * @param random a number from 0 (included) to 1 (excluded), for the jitter
 */
export function afterFailure(
  policy: RetryPolicy,
  failed: FailedAttempt,
  random: number,
): AfterFailure {
  const isSpent = failed.attempt >= policy.maxAttempts;
  if (isSpent || failed.nonRetryable || policy.nonRetryableTypes.includes(failed.failure.type)) {
    return { kind: "die" };
  }
  return {
    kind: "retry",
    delayMs: failed.retryAfterMs ?? backoffMs(policy, failed.attempt, random),
  };
}

/**
 * The wait after attempt n: `min(initial · multiplier^(n-1), max)`, less up to a fifth of it, so that
 * tasks that failed together do not come back together. In whole milliseconds.
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const full = Math.min(
    policy.initialBackoffMs * policy.multiplier ** (attempt - 1),
    policy.maxBackoffMs,
  );
  return Math.round(full * (1 - random / 5));
}
