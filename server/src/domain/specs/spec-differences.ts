import type { Due, RetryPolicy, SpecOrigins, TaskSpec } from "../task.ts";
import { isUnsaid } from "./spec-origins.ts";

/**
 * Headers are not compared: they say how a task travels, and who submits it again does so in another span.
 * The queue and the request id are what it is found by; shards are a schedule's alone; origins say how to compare.
 */
type NotCompared = "queue" | "requestId" | "headers" | "shard" | "origins" | "undecodable";

/** The name of a field on the wire where two specs differ in it; null where they do not. */
type Difference = (one: TaskSpec, other: TaskSpec) => string | null;

// The compiler sees that none is forgotten.
const DIFFERENCES: Readonly<Record<Exclude<keyof TaskSpec, NotCompared>, Difference>> = {
  type: (one, other) => unless(one.type === other.type, "type"),
  payload: (one, other) => unless(Buffer.compare(one.payload, other.payload) === 0, "payload"),
  contentType: (one, other) => unless(one.contentType === other.contentType, "content_type"),
  labels: (one, other) => unless(isSameMap(one.labels, other.labels), "labels"),
  priority: (one, other) => unless(one.priority === other.priority, "priority"),
  due: (one, other) => unless(isSameDue(one.due, other.due), fieldOfDue(one.due, other.due)),
  startDeadlineMs: (one, other) =>
    unless(one.startDeadlineMs === other.startDeadlineMs, "start_deadline"),
  attemptTimeoutMs: (one, other) =>
    unless(one.attemptTimeoutMs === other.attemptTimeoutMs, "attempt_timeout"),
  retryPolicy: (one, other) =>
    unless(
      isSamePolicy(one.retryPolicy, other.retryPolicy) || areQueues(one, other, "retryPolicy"),
      "retry_policy",
    ),
  retentionMs: (one, other) =>
    unless(
      one.retentionMs === other.retentionMs || areQueues(one, other, "retention"),
      "retention",
    ),
  deduplicationWindowMs: (one, other) =>
    unless(one.deduplicationWindowMs === other.deduplicationWindowMs, "deduplication_window"),
  concurrencyKey: (one, other) =>
    unless(one.concurrencyKey === other.concurrencyKey, "concurrency_key"),
  orderingKey: (one, other) => unless(one.orderingKey === other.orderingKey, "ordering_key"),
};
const EACH = Object.values(DIFFERENCES);

/**
 * Names the fields, as on the wire, in which a spec asks for something else than another of its queue and
 * request id. Payloads are compared as bytes.
 */
export function differencesOf(one: TaskSpec, other: TaskSpec): string[] {
  return EACH.map((difference) => difference(one, other)).filter((field) => field !== null);
}

/** Whether a field of both was left to the queue: what that was or is matters no more. */
function areQueues(one: TaskSpec, other: TaskSpec, field: keyof SpecOrigins): boolean {
  return (
    (one.origins?.[field] === "queue" && isUnsaid(other, field)) ||
    (other.origins?.[field] === "queue" && isUnsaid(one, field))
  );
}

function unless(isSame: boolean, field: string): string | null {
  return isSame ? null : field;
}

function isSameMap(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key])
  );
}

function isSameDue(one: Due, other: Due): boolean {
  switch (one.kind) {
    case "now":
      return other.kind === "now";
    case "after":
      return other.kind === "after" && one.delayMs === other.delayMs;
    case "at":
      return other.kind === "at" && one.atMs === other.atMs;
  }
}

function fieldOfDue(one: Due, other: Due): string {
  return one.kind === "at" || (one.kind === "now" && other.kind === "at") ? "run_at" : "delay";
}

function isSamePolicy(one: RetryPolicy, other: RetryPolicy): boolean {
  return (
    one.maxAttempts === other.maxAttempts &&
    one.maxCrashes === other.maxCrashes &&
    one.initialBackoffMs === other.initialBackoffMs &&
    one.maxBackoffMs === other.maxBackoffMs &&
    one.multiplier === other.multiplier &&
    isSameSet(one.nonRetryableTypes, other.nonRetryableTypes)
  );
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const [these, those] = [new Set(one), new Set(other)];
  return these.size === those.size && one.every((each) => those.has(each));
}
