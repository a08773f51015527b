import { LIMITS } from "@baton/proto/shared";
import type { Checks } from "../../values/checks.ts";
import { durationMs, durationOrNull } from "../../values/time-fields.ts";
import type { Received, Sent } from "../../values/wire.ts";

/**
 * What happens when an attempt fails, or when its worker dies. The wait before the n-th retry is
 * `initialBackoffMs` × `multiplier`^(n − 1), at most `maxBackoffMs`, and up to a fifth less, by chance.
 */
export interface RetryOptions {
  /** How many attempts may fail until the task is DEAD. 1 to 100. Default: 5. */
  readonly maxAttempts?: number;
  /**
   * How many times a worker may be lost while it runs the task, until the task is DEAD. With 1 the first time ends
   * it, also if another task is to blame. 1 to 100. Default: 3.
   */
  readonly maxCrashes?: number;
  /** The wait before the first retry. 0 to 24 h. Default: 1 s. */
  readonly initialBackoffMs?: number;
  /** The longest wait. 0 to 24 h. Default: 5 min. */
  readonly maxBackoffMs?: number;
  /** By how much each wait is longer than the one before. 1 to 10. Default: 2. */
  readonly multiplier?: number;
  /**
   * Failures of these types make the task DEAD at once. At most 32. The type of an error is its `name`; if the
   * class of the error has no `name` of its own, the name of the class. Default: none.
   */
  readonly nonRetryableTypes?: readonly string[];
}

/** Checks retry options of this name. */
export function checkRetry(checks: Checks, field: string, given: RetryOptions | undefined): void {
  const retry: RetryOptions = checks.options(field, given);
  checks.integer(`${field}.maxAttempts`, retry.maxAttempts, 1, LIMITS.maxAttempts);
  checks.integer(`${field}.maxCrashes`, retry.maxCrashes, 1, LIMITS.maxCrashes);
  checks.number(`${field}.initialBackoffMs`, retry.initialBackoffMs, 0, LIMITS.maxBackoffMs);
  checks.number(`${field}.maxBackoffMs`, retry.maxBackoffMs, 0, LIMITS.maxBackoffMs);
  checks.number(`${field}.multiplier`, retry.multiplier, 1, LIMITS.maxMultiplier);
  const { nonRetryableTypes = [] } = retry;
  if (!Array.isArray(nonRetryableTypes)) {
    checks.refuse(`${field}.nonRetryableTypes`, "must be a list of strings");
    return;
  }
  for (const [index, type] of nonRetryableTypes.entries()) {
    checks.required(`${field}.nonRetryableTypes[${index}]`, type, LIMITS.maxFailureTypeBytes);
  }
}

/** Writes retry options that were checked. */
export function writeRetry(retry: RetryOptions): Sent<"RetryPolicy"> {
  const { maxAttempts, maxCrashes, multiplier } = retry;
  return {
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(maxCrashes !== undefined && { maxCrashes }),
    ...(multiplier !== undefined && { multiplier }),
    initialBackoff: durationOrNull(retry.initialBackoffMs),
    maxBackoff: durationOrNull(retry.maxBackoffMs),
    nonRetryableTypes: [...(retry.nonRetryableTypes ?? [])],
  };
}

/** Reads retry options; what the dispatcher does not say is left out. */
export function readRetry(policy: Received<"RetryPolicy">): RetryOptions {
  const { maxAttempts, maxCrashes, multiplier, initialBackoff, maxBackoff } = policy;
  return {
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(maxCrashes !== undefined && { maxCrashes }),
    ...(initialBackoff !== null && { initialBackoffMs: durationMs(initialBackoff) }),
    ...(maxBackoff !== null && { maxBackoffMs: durationMs(maxBackoff) }),
    ...(multiplier !== undefined && { multiplier }),
    nonRetryableTypes: policy.nonRetryableTypes,
  };
}
