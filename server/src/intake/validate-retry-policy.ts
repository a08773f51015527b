import { LIMITS } from "@baton/proto/shared";
import { DEFAULTS } from "../domain/limits.ts";
import type { RetryPolicy } from "../domain/task.ts";
import { checkCount, checkInteger, checkNumber, type FieldChecks } from "./validate-fields.ts";
import { checkText } from "./validate-text.ts";
import { checkDuration, type DurationInput } from "./validate-time.ts";

/** A retry policy as it comes from the wire. */
export interface RetryPolicyInput {
  readonly maxAttempts?: number;
  readonly maxCrashes?: number;
  readonly initialBackoff: DurationInput | null;
  readonly maxBackoff: DurationInput | null;
  readonly multiplier?: number;
  readonly nonRetryableTypes: readonly string[];
}

/**
 * Checks the message `retry_policy` and fills in every default. One that says nothing but the defaults is
 * `DEFAULTS.retryPolicy` itself.
 */
export function checkRetryPolicy(checks: FieldChecks, input: RetryPolicyInput): RetryPolicy {
  const policy = {
    maxAttempts: checkTries(checks, "max_attempts", input.maxAttempts, "maxAttempts"),
    maxCrashes: checkTries(checks, "max_crashes", input.maxCrashes, "maxCrashes"),
    initialBackoffMs: checkBackoff(
      checks,
      "initial_backoff",
      input.initialBackoff,
      "initialBackoffMs",
    ),
    maxBackoffMs: checkBackoff(checks, "max_backoff", input.maxBackoff, "maxBackoffMs"),
    multiplier:
      input.multiplier === undefined
        ? DEFAULTS.retryPolicy.multiplier
        : checkNumber(checks, "retry_policy.multiplier", input.multiplier, 1, LIMITS.maxMultiplier),
    nonRetryableTypes: checkFailureTypes(checks, input.nonRetryableTypes),
  };
  if (policy.maxBackoffMs < policy.initialBackoffMs) {
    if (input.maxBackoff !== null) {
      checks.refuse("retry_policy.max_backoff", "must not be less than initial_backoff");
    }
    policy.maxBackoffMs = policy.initialBackoffMs;
  }
  return isDefault(policy) ? DEFAULTS.retryPolicy : policy;
}

function checkTries(
  checks: FieldChecks,
  field: "max_attempts" | "max_crashes",
  value: number | undefined,
  name: "maxAttempts" | "maxCrashes",
): number {
  return value === undefined
    ? DEFAULTS.retryPolicy[name]
    : checkInteger(checks, `retry_policy.${field}`, value, 1, LIMITS[name]);
}

function checkBackoff(
  checks: FieldChecks,
  field: "initial_backoff" | "max_backoff",
  value: DurationInput | null,
  name: "initialBackoffMs" | "maxBackoffMs",
): number {
  return value === null
    ? DEFAULTS.retryPolicy[name]
    : checkDuration(checks, `retry_policy.${field}`, value, 0, LIMITS.maxBackoffMs);
}

function checkFailureTypes(checks: FieldChecks, types: readonly string[]): readonly string[] {
  const field = "retry_policy.non_retryable_types";
  if (types.length === 0) {
    return DEFAULTS.retryPolicy.nonRetryableTypes;
  }
  if (checkCount(checks, field, types, 0, LIMITS.maxNonRetryableTypes)) {
    for (const [index, type] of types.entries()) {
      if (type === "") {
        checks.refuse(`${field}[${index}]`, "is empty");
      }
      checkText(checks, `${field}[${index}]`, type, LIMITS.maxFailureTypeBytes);
    }
  }
  return types;
}

function isDefault(policy: RetryPolicy): boolean {
  const defaults = DEFAULTS.retryPolicy;
  return (
    policy.maxAttempts === defaults.maxAttempts &&
    policy.maxCrashes === defaults.maxCrashes &&
    policy.initialBackoffMs === defaults.initialBackoffMs &&
    policy.maxBackoffMs === defaults.maxBackoffMs &&
    policy.multiplier === defaults.multiplier &&
    policy.nonRetryableTypes.length === 0
  );
}
