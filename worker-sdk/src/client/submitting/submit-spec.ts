import { types } from "node:util";
import { LIMITS } from "@baton/proto/shared";
import { invalidRequest } from "../../values/baton-error.ts";
import { Checks, HEADERS_RULE, LABELS_RULE } from "../../values/checks.ts";
import { type Codec, type Encoded, encodeOwn } from "../../values/codec.ts";
import { describeThrown } from "../../values/thrown.ts";
import { durationOrNull, toDuration, toTimestamp } from "../../values/time-fields.ts";
import type { Sent } from "../../values/wire.ts";
import { checkRetry, type RetryOptions, writeRetry } from "./retry-options.ts";

/**
 * How a task is run. Everything is optional; durations are in milliseconds, whole or not. A value that is
 * out of range makes the submit reject with INVALID_ARGUMENT, and nothing is stored.
 */
export interface SubmitOptions {
  /**
   * Your own name for this submit, unique within the queue; at most 128 bytes. If you submit it again, you
   * get the first task back and no second one is created. Default: the client makes one up for each call of
   * `submit`, which makes its own repeats after a broken connection safe, but not another call of yours.
   *
   * A repeat must have the same type, payload and options; only `headers` may differ. Otherwise the submit
   * rejects with REQUEST_ID_REUSED, and `metadata.fields` names what differs. Payloads are compared as bytes,
   * so `{ a, b }` and `{ b, a }` differ as JSON. A `runAtMs` computed from the current time differs with each
   * call: use `delayMs` instead.
   */
  readonly requestId?: string;
  /** How long the request id is remembered at least, from the submit on. 0 to 366 days. Default: 24 h. */
  readonly deduplicationWindowMs?: number;
  /** The payload's media type; only with a payload that is a `Uint8Array`. Default: what the codec says. */
  readonly contentType?: string;
  /**
   * Metadata for the handler: at most 32, names in lower case, values of at most 1,024 bytes. If the program
   * uses OpenTelemetry, the SDK adds the trace context.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts to find the task by, with `TaskClient.list`. At most 32, values of at most 256 bytes. */
  readonly labels?: Readonly<Record<string, string>>;
  /** 0 to 9; tasks with a higher one run first, among those of their concurrency key if they have one. Default: 5. */
  readonly priority?: number;
  /** How long the task waits before it may run. 0 to 366 days. Default: 0. Not together with `runAtMs`. */
  readonly delayMs?: number;
  /** The earliest time at which the task may run, in epoch milliseconds. Not together with `delayMs`. */
  readonly runAtMs?: number;
  /**
   * If the first attempt has not started within this time after the task is due, the task becomes EXPIRED
   * and never runs. 1 ms to 366 days. Default: no limit.
   */
  readonly startDeadlineMs?: number;
  /**
   * How long one attempt may run, counted from when the worker gets the task. After that the attempt fails
   * and its handler's signal aborts. 1 ms to 24 h. Default: 10 min.
   */
  readonly attemptTimeoutMs?: number;
  /** What happens when an attempt fails. Default: the queue's, else as `RetryOptions` says. */
  readonly retry?: RetryOptions;
  /**
   * How long the task, and its result, can be read after its end. 0 to 366 days, at least 10 s. Default: the
   * queue's, else 24 h. A DEAD task is kept for at least 14 days, or what the dispatcher is set to.
   */
  readonly retentionMs?: number;
  /**
   * Which thing the task is about, such as an order. Tasks of one queue and concurrency key with the same ordering key
   * run one at a time, in the order in which they were first due, then of their submits. The first holds the others
   * also while it waits for its next attempt. 1 to 128 bytes. Default: none.
   */
  readonly orderingKey?: string;
  /**
   * Whom the task is for, such as a tenant: limits and fair shares of the queue count by it
   * (`TaskClient.queues`, docs/flow-control.md). 1 to 128 bytes. Default: none.
   */
  readonly concurrencyKey?: string;
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
  checks.key("orderingKey", options.orderingKey);
  checks.key("concurrencyKey", options.concurrencyKey);
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
  checkRetry(checks, "retry", options.retry);
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
