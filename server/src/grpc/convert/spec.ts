import { isUnsaid } from "../../domain/specs/spec-origins.ts";
import type { RetryPolicy, TaskSpec } from "../../domain/task.ts";
import type { Sent } from "../wire.ts";
import { toWireTime, toWireTimeOrNull } from "./time.ts";

// What a spec takes beside its payload, at most about.
const SPEC_OVERHEAD_BYTES = 2_048;

/** Writes a spec, every default filled in but what is left to the queue. */
export function toWireSpec(spec: TaskSpec): Sent<"TaskSpec"> {
  return {
    queue: spec.queue,
    type: spec.type,
    payload: spec.payload,
    contentType: spec.contentType,
    headers: spec.headers,
    labels: spec.labels,
    requestId: spec.requestId,
    priority: spec.priority,
    ...(spec.due.kind === "after" && { delay: toWireTime(spec.due.delayMs) }),
    startDeadline: toWireTimeOrNull(spec.startDeadlineMs),
    attemptTimeout: toWireTime(spec.attemptTimeoutMs),
    ...(!isUnsaid(spec, "retryPolicy") && { retryPolicy: toWireRetryPolicy(spec.retryPolicy) }),
    ...(!isUnsaid(spec, "retention") && { retention: toWireTime(spec.retentionMs) }),
    deduplicationWindow: toWireTime(spec.deduplicationWindowMs),
    orderingKey: spec.orderingKey,
    concurrencyKey: spec.concurrencyKey,
  };
}

/** How large a spec is on the wire, about. */
export function wireSpecBytes(spec: TaskSpec): number {
  return spec.payload.length + SPEC_OVERHEAD_BYTES;
}

/** Writes a retry policy whole. */
export function toWireRetryPolicy(policy: RetryPolicy): Sent<"RetryPolicy"> {
  return {
    maxAttempts: policy.maxAttempts,
    maxCrashes: policy.maxCrashes,
    initialBackoff: toWireTime(policy.initialBackoffMs),
    maxBackoff: toWireTime(policy.maxBackoffMs),
    multiplier: policy.multiplier,
    nonRetryableTypes: [...policy.nonRetryableTypes],
  };
}
