import type { TaskError } from "../domain/errors.ts";
import type { QueueName, TaskType } from "../domain/ids.ts";
import { DEFAULTS, LIMITS, PATTERNS } from "../domain/limits.ts";
import type { Due, RetryPolicy, TaskSpec } from "../domain/task.ts";
import { withSoundTrace } from "../domain/trace-context.ts";
import {
  checkCount,
  checkInteger,
  checkName,
  checkNumber,
  FieldChecks,
} from "./validate-fields.ts";
import { checkMap, checkText, type MapRule } from "./validate-text.ts";
import {
  checkDuration,
  checkTimestamp,
  type DurationInput,
  shownMs,
  type TimestampInput,
} from "./validate-time.ts";

/**
 * Whoever waits for a task at another dispatcher is told of its end by a hint, or finds it when it looks
 * the next time. A task that was purged before would be one that never was.
 */
const MIN_RETENTION_MS = 10_000;

/** A task spec as it comes from the wire: of the right types, and nothing else is known of it. */
export interface TaskSpecInput {
  readonly queue: string;
  readonly type: string;
  readonly payload: Uint8Array;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly priority?: number;
  readonly delay?: DurationInput | null;
  readonly runAt?: TimestampInput | null;
  /** Which of the two is meant. */
  readonly due?: "delay" | "runAt";
  readonly startDeadline: DurationInput | null;
  readonly attemptTimeout: DurationInput | null;
  readonly retryPolicy: RetryPolicyInput | null;
  readonly retention: DurationInput | null;
  readonly deduplicationWindow: DurationInput | null;
  readonly orderingKey: string;
  readonly concurrencyKey: string;
}

/** A retry policy as it comes from the wire. */
export interface RetryPolicyInput {
  readonly maxAttempts?: number;
  readonly maxCrashes?: number;
  readonly initialBackoff: DurationInput | null;
  readonly maxBackoff: DurationInput | null;
  readonly multiplier?: number;
  readonly nonRetryableTypes: readonly string[];
}

const HEADERS: MapRule = {
  key: PATTERNS.headerKey,
  keyRule: "1 to 64 of the characters a-z 0-9 . _ -, beginning with a letter or a digit",
  maxEntries: LIMITS.maxHeaders,
  maxValueBytes: LIMITS.maxHeaderValueBytes,
  allowsControl: true,
};

/** How labels must be, of tasks and of workers. */
export const LABELS: MapRule = {
  key: PATTERNS.labelKey,
  keyRule: "1 to 64 of the characters A-Z a-z 0-9 . _ / -, beginning with a letter or a digit",
  maxEntries: LIMITS.maxLabels,
  maxValueBytes: LIMITS.maxLabelValueBytes,
  allowsControl: false,
};

const NOW: Due = Object.freeze({ kind: "now" });

/**
 * Checks a task spec and fills in every default. A spec without a retry policy, or with one that says
 * nothing but the defaults, gets `DEFAULTS.retryPolicy` itself.
 *
 * @param nowMs what time it is, about; bounds how far ahead `run_at` may lie
 * @param path the path of the spec in the request, or of the list that it is in
 * @param index its place in that list
 * @param member where the list holds more than specs, the spec's name in an item
 */
export function validateTaskSpec(
  input: TaskSpecInput | null,
  nowMs: number,
  path: string,
  index?: number,
  member?: string,
): TaskSpec | TaskError {
  const checks = new FieldChecks(path, index, member);
  if (input === null) {
    return checks.missing();
  }
  const spec = checkSpec(checks, input, nowMs);
  return checks.error() ?? spec;
}

function checkSpec(checks: FieldChecks, input: TaskSpecInput, nowMs: number): TaskSpec {
  checkName(checks, "queue", input.queue);
  checkName(checks, "type", input.type);
  if (input.payload.length > LIMITS.maxPayloadBytes) {
    checks.refuseOversize("payload", input.payload.length, LIMITS.maxPayloadBytes);
  }
  checkText(checks, "content_type", input.contentType, LIMITS.maxContentTypeBytes);
  checkText(checks, "request_id", input.requestId, LIMITS.maxRequestIdBytes);
  if (input.orderingKey !== "") checks.refuseUnsupported("ordering_key");
  if (input.concurrencyKey !== "") checks.refuseUnsupported("concurrency_key");
  return {
    queue: input.queue as QueueName,
    type: input.type as TaskType,
    concurrencyKey: input.concurrencyKey,
    orderingKey: input.orderingKey,
    payload: input.payload,
    contentType: input.contentType,
    headers: withSoundTrace(checkMap(checks, "headers", input.headers, HEADERS)),
    labels: checkMap(checks, "labels", input.labels, LABELS),
    requestId: input.requestId,
    priority: checkPriority(checks, input.priority),
    due: checkDue(checks, input, nowMs),
    startDeadlineMs:
      input.startDeadline &&
      checkDuration(checks, "start_deadline", input.startDeadline, 1, LIMITS.maxStartDeadlineMs),
    attemptTimeoutMs: input.attemptTimeout
      ? checkDuration(
          checks,
          "attempt_timeout",
          input.attemptTimeout,
          1,
          LIMITS.maxAttemptTimeoutMs,
        )
      : DEFAULTS.attemptTimeoutMs,
    retryPolicy: input.retryPolicy
      ? checkRetryPolicy(checks, input.retryPolicy)
      : DEFAULTS.retryPolicy,
    retentionMs: input.retention
      ? Math.max(
          checkDuration(checks, "retention", input.retention, 0, LIMITS.maxRetentionMs),
          MIN_RETENTION_MS,
        )
      : DEFAULTS.retentionMs,
    deduplicationWindowMs: input.deduplicationWindow
      ? checkDuration(
          checks,
          "deduplication_window",
          input.deduplicationWindow,
          0,
          LIMITS.maxRetentionMs,
        )
      : DEFAULTS.deduplicationWindowMs,
  };
}

function checkPriority(checks: FieldChecks, priority: number | undefined): number {
  return priority === undefined
    ? DEFAULTS.priority
    : checkInteger(checks, "priority", priority, 0, LIMITS.maxPriority);
}

function checkDue(checks: FieldChecks, input: TaskSpecInput, nowMs: number): Due {
  if (input.due === "delay" && input.delay) {
    const delayMs = checkDuration(checks, "delay", input.delay, 0, LIMITS.maxDelayMs);
    return delayMs === 0 ? NOW : { kind: "after", delayMs };
  }
  if (input.due === "runAt" && input.runAt) {
    const atMs = checkTimestamp(checks, "run_at", input.runAt);
    if (atMs > nowMs + LIMITS.maxDelayMs) {
      checks.refuse("run_at", `must be at most ${shownMs(LIMITS.maxDelayMs)} ahead`);
    }
    // A time before 1970 has passed as well, and no store needs to know of it.
    return { kind: "at", atMs: Math.max(atMs, 0) };
  }
  return NOW;
}

function checkRetryPolicy(checks: FieldChecks, input: RetryPolicyInput): RetryPolicy {
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
