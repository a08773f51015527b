import { LIMITS } from "@baton/proto/shared";
import { cutText } from "../cut-text.ts";
import type { WorkerId } from "../ids.ts";
import type { AttemptEnd, EndedAttempt, Failure } from "../task.ts";

/** How many bytes are kept of a past attempt's message, and of its stack. */
export const MAX_KEPT_MESSAGE_BYTES = 512;
export const MAX_KEPT_STACK_BYTES = 1_024;

// An entry: its length behind this, delivery, number, outcome, started, ended, worker, failure; lib/past.lua
// of the Redis store writes the same.
const LENGTH_BYTES = 2;
const NUMBER_AT = 2;
const OUTCOME_AT = 3;
const STARTED_AT = 4;
const ENDED_AT = 10;
const WORKER_AT = 16;
const MAX_DELIVERY = 65_535;
/** By the number that stands for each. */
const OUTCOMES: readonly (AttemptEnd | undefined)[] = [
  undefined,
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "CRASHED",
  "RELEASED",
  "CANCELLED",
];
const NOTHING = Buffer.alloc(0);
/** Of a worker, as PATTERNS.name has it. */
const MAX_NAME_BYTES = 128;
/** As long as a W3C `traceparent` is; of one of a version to come the rest can be left out. */
const MAX_TRACEPARENT_BYTES = 55;

/** How many bytes a past attempt takes at most: its head, worker, the failure's type, trace, message and stack. */
export const MAX_ATTEMPT_BYTES =
  LENGTH_BYTES +
  WORKER_AT +
  (1 + MAX_NAME_BYTES) +
  (1 + LIMITS.maxFailureTypeBytes) +
  (1 + MAX_TRACEPARENT_BYTES) +
  (2 + MAX_KEPT_MESSAGE_BYTES) +
  MAX_KEPT_STACK_BYTES;

/** Packs what is kept of a past attempt's failure: type, trace context, message, each behind its length; the stack. */
export function encodePastFailure({ type, message, stack, traceparent = "" }: Failure): Buffer {
  const typeBytes = Buffer.from(cutText(type, LIMITS.maxFailureTypeBytes));
  const trace = Buffer.from(traceparent.slice(0, MAX_TRACEPARENT_BYTES), "latin1");
  const text = Buffer.from(cutText(message, MAX_KEPT_MESSAGE_BYTES));
  const rest = Buffer.from(cutText(stack, MAX_KEPT_STACK_BYTES));
  const size = Buffer.alloc(2);
  size.writeUInt16LE(text.length);
  const [typeSize, traceSize] = [Buffer.of(typeBytes.length), Buffer.of(trace.length)];
  return Buffer.concat([typeSize, typeBytes, traceSize, trace, size, text, rest]);
}

/** Adds an attempt to those that are packed, and keeps the first and so many of the newest. */
export function addAttempt(entries: Uint8Array, attempt: EndedAttempt, kept: number): Buffer {
  const all = [...slicesOf(Buffer.from(entries)), bodyOf(attempt)];
  return Buffer.concat(
    firstAndNewest(all, kept).flatMap((body) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16LE(body.length);
      return [length, body];
    }),
  );
}

/** Unpacks attempts, oldest first; what is damaged and all behind it is left out. */
export function decodeAttempts(entries: Uint8Array): EndedAttempt[] {
  const attempts: EndedAttempt[] = [];
  for (const body of slicesOf(Buffer.from(entries))) {
    try {
      attempts.push(attemptOf(body));
    } catch {
      return attempts;
    }
  }
  return attempts;
}

/** Returns the first of them and so many of the newest; none where none is kept. */
export function firstAndNewest<Item>(items: readonly Item[], kept: number): readonly Item[] {
  if (kept === 0) {
    return [];
  }
  return items.length <= kept + 1 ? items : [...items.slice(0, 1), ...items.slice(-kept)];
}

function bodyOf(attempt: EndedAttempt): Buffer {
  const worker = Buffer.from(attempt.workerId, "latin1");
  const head = Buffer.alloc(WORKER_AT + 1);
  head.writeUInt16LE(Math.min(attempt.delivery, MAX_DELIVERY), 0);
  head.writeUInt8(attempt.number, NUMBER_AT);
  head.writeUInt8(OUTCOMES.indexOf(attempt.outcome), OUTCOME_AT);
  head.writeUIntLE(attempt.startedAtMs, STARTED_AT, 6);
  head.writeUIntLE(attempt.endedAtMs, ENDED_AT, 6);
  head.writeUInt8(worker.length, WORKER_AT);
  const failure = attempt.failure === null ? NOTHING : encodePastFailure(attempt.failure);
  return Buffer.concat([head, worker, failure]);
}

function slicesOf(entries: Buffer): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at + LENGTH_BYTES <= entries.length; ) {
    const end = at + LENGTH_BYTES + entries.readUInt16LE(at);
    if (end > entries.length) {
      break;
    }
    slices.push(entries.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return slices;
}

function attemptOf(body: Buffer): EndedAttempt {
  const outcome = OUTCOMES[body.readUInt8(OUTCOME_AT)];
  if (outcome === undefined) {
    throw new Error("an attempt has an outcome that is none");
  }
  const failureAt = WORKER_AT + 1 + body.readUInt8(WORKER_AT);
  return {
    delivery: body.readUInt16LE(0),
    number: body.readUInt8(NUMBER_AT),
    outcome,
    workerId: body.toString("latin1", WORKER_AT + 1, failureAt) as WorkerId | "",
    startedAtMs: body.readUIntLE(STARTED_AT, 6),
    endedAtMs: body.readUIntLE(ENDED_AT, 6),
    failure: failureAt < body.length ? decodePastFailure(body.subarray(failureAt)) : null,
  };
}

function decodePastFailure(bytes: Buffer): Failure {
  const traceAt = 1 + bytes.readUInt8(0);
  const messageAt = traceAt + 1 + bytes.readUInt8(traceAt);
  const stackAt = messageAt + 2 + bytes.readUInt16LE(messageAt);
  const traceparent = bytes.toString("latin1", traceAt + 1, messageAt);
  return {
    type: bytes.toString("utf8", 1, traceAt),
    message: bytes.toString("utf8", messageAt + 2, stackAt),
    stack: bytes.toString("utf8", stackAt),
    ...(traceparent === "" ? {} : { traceparent }),
  };
}
