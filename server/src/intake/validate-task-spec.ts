import { LIMITS, PATTERNS } from "@baton/proto/shared";
import type { TaskError } from "../domain/errors.ts";
import type { QueueName, TaskType } from "../domain/ids.ts";
import { DEFAULTS } from "../domain/limits.ts";
import type { Due, SpecOrigins, TaskSpec } from "../domain/task.ts";
import { withSoundTrace } from "../domain/trace-context.ts";
import { checkInteger, checkName, FieldChecks } from "./validate-fields.ts";
import { checkRetryPolicy, type RetryPolicyInput } from "./validate-retry-policy.ts";
import { checkKey, checkMap, checkText, type MapRule } from "./validate-text.ts";
import {
  checkDuration,
  checkRetention,
  checkTimestamp,
  type DurationInput,
  shownMs,
  type TimestampInput,
} from "./validate-time.ts";

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
 * Checks a task spec and fills in every default of the product's. A spec without a retry policy, or with one that
 * says nothing but the defaults, gets `DEFAULTS.retryPolicy` itself; its origins tell the two apart.
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
  const spec = checkFields(checks, input, nowMs);
  const origins = originsOf(input, spec);
  return origins === null ? spec : { ...spec, origins };
}

/** What was asked for although it is the default; null where that is nothing. */
function originsOf(input: TaskSpecInput, spec: TaskSpec): SpecOrigins | null {
  const saysPolicy = input.retryPolicy !== null && spec.retryPolicy === DEFAULTS.retryPolicy;
  const saysRetention = input.retention !== null && spec.retentionMs === DEFAULTS.retentionMs;
  return saysPolicy || saysRetention
    ? {
        ...(saysPolicy ? { retryPolicy: "submit" } : {}),
        ...(saysRetention ? { retention: "submit" } : {}),
      }
    : null;
}

function checkFields(checks: FieldChecks, input: TaskSpecInput, nowMs: number): TaskSpec {
  checkName(checks, "queue", input.queue);
  checkName(checks, "type", input.type);
  if (input.payload.length > LIMITS.maxPayloadBytes) {
    checks.refuseOversize("payload", input.payload.length, LIMITS.maxPayloadBytes);
  }
  checkText(checks, "content_type", input.contentType, LIMITS.maxContentTypeBytes);
  checkText(checks, "request_id", input.requestId, LIMITS.maxRequestIdBytes);
  checkKey(checks, "ordering_key", input.orderingKey);
  checkKey(checks, "concurrency_key", input.concurrencyKey);
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
      ? checkRetention(checks, "retention", input.retention)
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
