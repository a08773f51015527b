import { types } from "node:util";
import { invalidRequest } from "../../values/baton-error.ts";
import { Checks, HEADERS_RULE, LABELS_RULE } from "../../values/checks.ts";
import { type Codec, type Encoded, encodeOwn } from "../../values/codec.ts";
import { LIMITS } from "../../values/limits.ts";
import { describeThrown } from "../../values/thrown.ts";
import { toDuration, toTimestamp } from "../../values/time-fields.ts";
import type { Sent } from "../../values/wire.ts";

/** How a task is run, beside what it is. The dispatcher's defaults are in docs/protocol.md. */
export interface SubmitOptions {
  /**
   * Makes it safe to submit the same again: the first task is returned and none is created. Without
   * one, repeats after a broken connection are safe as well, but not calls of `submit`.
   *
   * The same is: the same type, payload and options, but for `headers`. A submit with anything else under it
   * rejects with REQUEST_ID_REUSED, whose `metadata.fields` names what differs. Payloads are compared as the
   * bytes that were sent: `{ a, b }` and `{ b, a }` are two. So is every `runAtMs` that is made of the time of
   * the call; give `delayMs`.
   */
  readonly requestId?: string;
  /** How long the request id is remembered at least. */
  readonly deduplicationWindowMs?: number;
  /** The payload's media type, for a `Uint8Array`. Default: the codec's. */
  readonly contentType?: string;
  /** Metadata for the handler; trace context is added to it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names to find the task by. */
  readonly labels?: Readonly<Record<string, string>>;
  /** 0 to 9; higher runs first. */
  readonly priority?: number;
  /** How long to wait before the task may run. Not with `runAtMs`. */
  readonly delayMs?: number;
  /** When the task may run, in epoch milliseconds. Not with `delayMs`. */
  readonly runAtMs?: number;
  /** How long after it is due the first attempt may start at the latest. */
  readonly startDeadlineMs?: number;
  /** How long one attempt may run. */
  readonly attemptTimeoutMs?: number;
  /** What happens when an attempt fails. */
  readonly retry?: RetryOptions;
  /** How long the task is kept after its end; a dead one for 14 days at least, or as the dispatcher is set. */
  readonly retentionMs?: number;
  /** Tasks with the same key run one at a time, in order. */
  readonly orderingKey?: string;
  /** What concurrency limits and fair sharing count by. */
  readonly concurrencyKey?: string;
}

/** What happens when an attempt fails, or its worker dies. */
export interface RetryOptions {
  /** 1 to 100. */
  readonly maxAttempts?: number;
  /** 1 to 100. */
  readonly maxCrashes?: number;
  readonly initialBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** 1 to 10. */
  readonly multiplier?: number;
  /**
   * Failure types that end the task at once. An error's is its `name`, or where it only inherits one such as
   * `Error`, that of its class.
   */
  readonly nonRetryableTypes?: readonly string[];
}

/** A task as it is sent. */
export type Spec = Sent<"TaskSpec"> & {
  readonly payload?: Uint8Array;
  readonly headers: Record<string, string>;
};

/** Checks a submit and writes it. Throws a `BatonError` that names every wrong field. */
export function toSpec(
  queue: string,
  type: string,
  payload: unknown,
  given: SubmitOptions,
  codec: Codec,
): Spec {
  const checks = new Checks();
  checks.name("queue", queue);
  checks.name("type", type);
  const options: SubmitOptions = checks.options("options", given);
  checkOptions(options, checks);
  const encoded = encode(payload, options.contentType, codec, checks);
  if (checks.violations.length > 0) {
    throw invalidRequest(checks.violations);
  }
  if (encoded.value.byteLength > LIMITS.maxPayloadBytes) {
    const description = `is ${encoded.value.byteLength} bytes; at most ${LIMITS.maxPayloadBytes} are allowed`;
    throw invalidRequest([{ field: "payload", description }], "PAYLOAD_TOO_LARGE");
  }
  const spec = writeOptions(options, encoded);
  spec.queue = queue;
  spec.type = type;
  return spec;
}

/**
 * Gives a spec a request id of the client's own, so that it can be sent twice and stored once.
 *
 * @param windowMs how long it may be sent again
 */
export function giveRequestId(spec: Spec, requestId: string, windowMs: number): void {
  spec.requestId = requestId;
  spec.deduplicationWindow ??= toDuration(windowMs);
}

function encode(
  payload: unknown,
  contentType: string | undefined,
  codec: Codec,
  checks: Checks,
): Encoded {
  if (contentType !== undefined && !types.isUint8Array(payload)) {
    checks.refuse("contentType", "goes with a payload that is a Uint8Array");
  }
  try {
    const encoded = encodeOwn(codec, payload);
    return contentType === undefined ? encoded : { ...encoded, contentType };
  } catch (error) {
    checks.refuse("payload", `cannot be encoded: ${describeThrown(error).message}`);
    return { value: new Uint8Array(0), contentType: "" };
  }
}

function checkOptions(options: SubmitOptions, checks: Checks): void {
  checks.text("requestId", options.requestId, LIMITS.maxKeyBytes);
  checks.text("contentType", options.contentType, LIMITS.maxContentTypeBytes);
  checks.text("orderingKey", options.orderingKey, LIMITS.maxKeyBytes);
  checks.text("concurrencyKey", options.concurrencyKey, LIMITS.maxKeyBytes);
  checks.entries("headers", options.headers, HEADERS_RULE);
  checks.entries("labels", options.labels, LABELS_RULE);
  checks.integer("priority", options.priority, 0, LIMITS.maxPriority);
  checks.number("delayMs", options.delayMs, 0, LIMITS.maxDelayMs);
  checks.epochMs("runAtMs", options.runAtMs);
  if (options.delayMs !== undefined && options.runAtMs !== undefined) {
    checks.refuse("runAtMs", "must not be given beside delayMs");
  }
  checks.number("startDeadlineMs", options.startDeadlineMs, 1, LIMITS.maxDelayMs);
  checks.number("attemptTimeoutMs", options.attemptTimeoutMs, 1, LIMITS.maxAttemptTimeoutMs);
  checks.number("retentionMs", options.retentionMs, 0, LIMITS.maxDelayMs);
  checks.number("deduplicationWindowMs", options.deduplicationWindowMs, 0, LIMITS.maxDelayMs);
  const retry: RetryOptions = checks.options("retry", options.retry);
  checks.integer("retry.maxAttempts", retry.maxAttempts, 1, LIMITS.maxAttempts);
  checks.integer("retry.maxCrashes", retry.maxCrashes, 1, LIMITS.maxAttempts);
  checks.number("retry.initialBackoffMs", retry.initialBackoffMs, 0, LIMITS.maxBackoffMs);
  checks.number("retry.maxBackoffMs", retry.maxBackoffMs, 0, LIMITS.maxBackoffMs);
  checks.number("retry.multiplier", retry.multiplier, 1, LIMITS.maxMultiplier);
  const { nonRetryableTypes = [] } = retry;
  if (!Array.isArray(nonRetryableTypes)) {
    checks.refuse("retry.nonRetryableTypes", "must be a list of strings");
    return;
  }
  for (const [index, type] of nonRetryableTypes.entries()) {
    checks.required(`retry.nonRetryableTypes[${index}]`, type, LIMITS.maxFailureTypeBytes);
  }
}

function writeOptions(options: SubmitOptions, { value, contentType }: Encoded): Spec {
  const { delayMs, runAtMs, priority, labels, retry } = options;
  const spec: Spec = {
    payload: value,
    contentType,
    headers: { ...options.headers },
    requestId: options.requestId ?? "",
    startDeadline: durationOrNull(options.startDeadlineMs),
    attemptTimeout: durationOrNull(options.attemptTimeoutMs),
    retention: durationOrNull(options.retentionMs),
    deduplicationWindow: durationOrNull(options.deduplicationWindowMs),
    retryPolicy: retry === undefined ? null : writeRetry(retry),
    orderingKey: options.orderingKey ?? "",
    concurrencyKey: options.concurrencyKey ?? "",
  };
  // Most submits have none of these.
  if (labels !== undefined) {
    spec.labels = { ...labels };
  }
  if (priority !== undefined) {
    spec.priority = priority;
  }
  if (delayMs !== undefined) {
    spec.delay = toDuration(delayMs);
  }
  if (runAtMs !== undefined) {
    spec.runAt = toTimestamp(runAtMs);
  }
  return spec;
}

function writeRetry(retry: RetryOptions): Sent<"RetryPolicy"> {
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

function durationOrNull(ms: number | undefined): ReturnType<typeof toDuration> | null {
  return ms === undefined ? null : toDuration(ms);
}
