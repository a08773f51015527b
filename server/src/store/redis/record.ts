import type { LeaseToken, QueueName, SessionId, WorkerId } from "../../domain/ids.ts";
import { decodeSpec, encodeSpec, leaseKindOf } from "../../domain/spec-codec.ts";
import type { Content, Due, TaskSpec } from "../../domain/task.ts";
import { TASK_STATES, type TaskState } from "../../domain/task-state.ts";
import type { NewTask } from "../store.ts";
import { decodeContent } from "./details.ts";

// The layout that lua/lib/record.lua states, and lua/lib/body.lua from the body on.
const DETAILS_AT = 1;
const PAYLOAD_APART = 1;
const FAILURE_APART = 4;
const CHECKPOINT_APART = 16;
const SESSION_AT = 3;
const NO_RUN = 255;
// From where the session ends.
const FINISHED_AT = 1;
const WORKER_AT = 8;
// From where the worker ends.
const STARTED_AT = 7;
const ATTEMPT_AT = 13;
const CRASHES_AT = 14;
const DELIVERIES_AT = 15;
const WAIT_AT = 17;
// From the wait on.
const SUBMITTED_AT = 5;
const PLACE_AT = 11;
const TERMS_AT = 18;
const TERMS_FIXED_BYTES = 14;
const PLAN_FIXED_BYTES = 9;
const HAS_WINDOW = 1;
const HAS_START = 2;
const HAS_FINGERPRINT = 4;

/**
 * Payloads above this lie apart from the record, which every transition rewrites; below, a field of their
 * own costs Redis more than that.
 */
export const INLINE_PAYLOAD_BYTES = 512;

const NOTHING = Buffer.alloc(0);
const DUE_KINDS: Readonly<Record<Due["kind"], number>> = { now: 0, after: 1, at: 2 };

/** A task's record: what every transition reads and writes. Times are epoch milliseconds; 0 is none. */
export interface TaskRecord {
  readonly state: TaskState;
  readonly attempt: number;
  readonly crashes: number;
  readonly deliveries: number;
  readonly submittedAtMs: number;
  readonly dueAtMs: number;
  readonly attemptTimeoutMs: number;
  readonly token: LeaseToken;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly purgeAtMs: number;
  readonly sessionId: SessionId | "";
  readonly workerId: WorkerId | "";
  /** Null also where it is large and lies apart. */
  readonly result: Content | null;
  readonly spec: TaskSpec;
}

type Run = Pick<
  TaskRecord,
  | "attempt"
  | "crashes"
  | "deliveries"
  | "token"
  | "startedAtMs"
  | "finishedAtMs"
  | "sessionId"
  | "workerId"
  | "result"
>;

const NO_RUN_YET: Run = {
  attempt: 0,
  crashes: 0,
  deliveries: 0,
  token: 0 as LeaseToken,
  startedAtMs: 0,
  finishedAtMs: 0,
  sessionId: "",
  workerId: "",
  result: null,
};

/** Returns the state that a record's number stands for. */
export function stateOfNumber(number: number): TaskState {
  const state = TASK_STATES[number - 1];
  if (state === undefined) {
    throw new Error(`no task state has the number ${number}`);
  }
  return state;
}

/** Returns the number that stands for a state in records. */
export function numberOfState(state: TaskState): number {
  return TASK_STATES.indexOf(state) + 1;
}

/**
 * Unpacks a record.
 *
 * @param payload the payload where it lies apart; empty where the record has it
 */
export function decodeRecord(queue: QueueName, bytes: Buffer, payload: Buffer): TaskRecord {
  const state = stateOfNumber(bytes.readUInt8(0));
  const waitAt = waitAtOf(bytes);
  const run = bytes.readUInt8(SESSION_AT - 1) === NO_RUN ? NO_RUN_YET : decodeRun(state, bytes);
  const submittedAtMs = bytes.readUIntLE(waitAt + SUBMITTED_AT, 6);
  const { spec, windowMs } = decodeTerms(queue, bytes.subarray(waitAt + TERMS_AT), payload);
  const purgeAtMs = Math.max(run.finishedAtMs + spec.retentionMs, submittedAtMs + windowMs);
  return {
    state,
    ...run,
    submittedAtMs,
    dueAtMs: submittedAtMs + bytes.readUIntLE(waitAt, 5),
    attemptTimeoutMs: spec.attemptTimeoutMs,
    purgeAtMs: run.finishedAtMs === 0 ? 0 : purgeAtMs,
    spec,
  };
}

function decodeRun(state: TaskState, bytes: Buffer): Run {
  const hasResult = state === "SUCCEEDED";
  const sessionEnd = SESSION_AT + bytes.readUInt8(SESSION_AT - 1);
  const workerEnd = workerEndOf(bytes);
  return {
    attempt: bytes.readUInt8(workerEnd + ATTEMPT_AT),
    crashes: bytes.readUInt8(workerEnd + CRASHES_AT),
    deliveries: bytes.readUInt16LE(workerEnd + DELIVERIES_AT),
    token: readToken(bytes, workerEnd),
    startedAtMs: bytes.readUIntLE(workerEnd + STARTED_AT, 6),
    finishedAtMs: bytes.readUIntLE(sessionEnd + FINISHED_AT, 6),
    sessionId: hasResult
      ? ("" as const)
      : (bytes.toString("latin1", SESSION_AT, sessionEnd) as SessionId | ""),
    workerId: bytes.toString("latin1", sessionEnd + WORKER_AT, workerEnd) as WorkerId | "",
    result: hasResult ? decodeContent(bytes.subarray(SESSION_AT, sessionEnd)) : null,
  };
}

function workerEndOf(bytes: Buffer): number {
  const workerAt = SESSION_AT + bytes.readUInt8(SESSION_AT - 1) + WORKER_AT;
  return workerAt + bytes.readUInt8(workerAt - 1);
}

function waitAtOf(bytes: Buffer): number {
  const hasRun = bytes.readUInt8(SESSION_AT - 1) !== NO_RUN;
  return hasRun ? workerEndOf(bytes) + WAIT_AT : SESSION_AT;
}

/** What a record says of the lease that it is under; the rest of it is not unpacked. */
export function decodeLease(queue: QueueName, bytes: Buffer, payload: Buffer) {
  const tokenAt = workerEndOf(bytes);
  const waitAt = tokenAt + WAIT_AT;
  const dueAtMs = bytes.readUIntLE(waitAt + SUBMITTED_AT, 6) + bytes.readUIntLE(waitAt, 5);
  return {
    token: readToken(bytes, tokenAt),
    spec: decodeTerms(queue, bytes.subarray(waitAt + TERMS_AT), payload).spec,
    attempt: bytes.readUInt8(tokenAt + ATTEMPT_AT),
    crashes: bytes.readUInt8(tokenAt + CRASHES_AT),
    queuedMs: Math.max(bytes.readUIntLE(tokenAt + STARTED_AT, 6) - dueAtMs, 0),
  };
}

/** Reads a record's place in the queue, which grows from the first in line. */
export function placeOfRecord(bytes: Buffer): number {
  return readToken(bytes, waitAtOf(bytes) + PLACE_AT);
}

/** Which of a task's details lie apart from its record. */
export function detailsOfRecord(bytes: Buffer) {
  const details = bytes.readUInt8(DETAILS_AT);
  return {
    hasPayload: (details & PAYLOAD_APART) !== 0,
    hasFailure: (details & FAILURE_APART) !== 0,
    hasCheckpoint: (details & CHECKPOINT_APART) !== 0,
  };
}

/** Reads a token of 7 bytes. */
export function readToken(bytes: Buffer, at: number): LeaseToken {
  return (bytes.readUIntLE(at, 6) + bytes.readUInt8(at + 6) * 2 ** 48) as LeaseToken;
}

/** Writes a token in 7 bytes; what can be none as 0, which is nobody's. */
export function writeToken(token: LeaseToken, bytes: Buffer, at: number): void {
  const value = Number.isSafeInteger(token) && token > 0 ? token : 0;
  bytes.writeUIntLE(value % 2 ** 48, at, 6);
  bytes.writeUInt8(Math.floor(value / 2 ** 48), at + 6);
}

function decodeTerms(queue: QueueName, terms: Buffer, payload: Buffer) {
  const flags = terms.readUInt8(TERMS_FIXED_BYTES - 1);
  let at = TERMS_FIXED_BYTES;
  let windowMs = 0;
  if ((flags & HAS_WINDOW) !== 0) {
    windowMs = terms.readUIntLE(at, 5);
    at += 5;
  }
  if ((flags & HAS_START) !== 0) at += 5;
  if ((flags & HAS_FINGERPRINT) !== 0) at += 1 + terms.readUInt8(at);
  const spec = decodeSpec(queue, terms.subarray(at));
  return { spec: payload.length > 0 ? { ...spec, payload } : spec, windowMs };
}

/** What lua/submit_tasks.lua is told of a task's place, as its header states. */
export function encodePlan(spec: TaskSpec): Buffer {
  const kind = leaseKindOf(spec);
  const plan = Buffer.allocUnsafe(PLAN_FIXED_BYTES + kind.length);
  plan.writeUInt8(DUE_KINDS[spec.due.kind], 0);
  plan.writeUIntLE(dueValue(spec.due), 1, 6);
  plan.writeUInt8(spec.priority, 7);
  plan.writeUInt8(kind.length, 8);
  plan.write(kind, PLAN_FIXED_BYTES, "latin1");
  return plan;
}

function dueValue(due: Due): number {
  switch (due.kind) {
    case "now":
      return 0;
    case "after":
      return due.delayMs;
    case "at":
      return Math.max(due.atMs, 0);
  }
}

/** Packs what never changes of a task, and the payload where it lies apart. */
export function encodeTerms({ spec, fingerprint }: NewTask): {
  terms: Buffer;
  payload: Uint8Array;
} {
  const isApart = spec.payload.length > INLINE_PAYLOAD_BYTES;
  const inline = isApart ? { ...spec, payload: NOTHING } : spec;
  return {
    terms: Buffer.concat([encodeBounds(inline, fingerprint), encodeSpec(inline)]),
    payload: isApart ? spec.payload : NOTHING,
  };
}

function encodeBounds(spec: TaskSpec, fingerprint: string): Buffer {
  // A window that ends before the retention does never decides.
  const hasWindow = spec.requestId !== "" && spec.deduplicationWindowMs > spec.retentionMs;
  const bounds = Buffer.allocUnsafe(TERMS_FIXED_BYTES + 11 + fingerprint.length);
  bounds.writeUInt8(spec.retryPolicy.maxAttempts, 0);
  bounds.writeUInt8(spec.retryPolicy.maxCrashes, 1);
  bounds.writeUInt16LE(spec.payload.length, 2);
  bounds.writeUInt32LE(spec.attemptTimeoutMs, 4);
  bounds.writeUIntLE(spec.retentionMs, 8, 5);
  let flags = 0;
  let at = TERMS_FIXED_BYTES;
  if (hasWindow) {
    flags |= HAS_WINDOW;
    at = bounds.writeUIntLE(spec.deduplicationWindowMs, at, 5);
  }
  if (spec.startDeadlineMs !== null) {
    flags |= HAS_START;
    at = bounds.writeUIntLE(spec.startDeadlineMs, at, 5);
  }
  if (fingerprint !== "") {
    flags |= HAS_FINGERPRINT;
    at = bounds.writeUInt8(fingerprint.length, at);
    at += bounds.write(fingerprint, at, "latin1");
  }
  bounds.writeUInt8(flags, TERMS_FIXED_BYTES - 1);
  return bounds.subarray(0, at);
}
