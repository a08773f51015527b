import type { LeaseToken, QueueName, SessionId, WorkerId } from "../../domain/ids.ts";
import { decodeSpec, encodeSpec } from "../../domain/spec-codec.ts";
import type { Due, TaskSpec } from "../../domain/task.ts";
import { TASK_STATES, type TaskState } from "../../domain/task-state.ts";
import type { NewTask } from "../store.ts";

// The layout that lua/lib/record.lua states as HEAD and RUN.
const HEAD_BYTES = 36;
const RUN_FIXED_BYTES = 26;
const PLACE_AT = 8;
const PLAN_BYTES = 19;
const HAS_WINDOW = 1;
const HAS_START = 2;
const HAS_FINGERPRINT = 4;

/** Payloads above this lie apart from the record, which every transition rewrites. */
export const INLINE_PAYLOAD_BYTES = 1024;

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
  readonly spec: TaskSpec;
}

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
  const runBytes = bytes.readUInt8(35);
  const submittedAtMs = bytes.readUIntLE(15, 6);
  return {
    state: stateOfNumber(bytes.readUInt8(0)),
    attempt: bytes.readUInt8(2),
    crashes: bytes.readUInt8(3),
    deliveries: bytes.readUInt16LE(6),
    submittedAtMs,
    dueAtMs: submittedAtMs + bytes.readUIntLE(21, 5),
    attemptTimeoutMs: bytes.readUInt32LE(26),
    ...decodeRun(bytes, runBytes),
    spec: decodeBody(queue, bytes.subarray(HEAD_BYTES + runBytes), payload),
  };
}

function decodeRun(bytes: Buffer, runBytes: number) {
  const at = HEAD_BYTES;
  if (runBytes === 0) {
    return {
      token: 0 as LeaseToken,
      startedAtMs: 0,
      finishedAtMs: 0,
      purgeAtMs: 0,
      sessionId: "" as const,
      workerId: "" as const,
    };
  }
  const sessionEnd = at + RUN_FIXED_BYTES + 1 + bytes.readUInt8(at + RUN_FIXED_BYTES);
  return {
    token: readToken(bytes, at),
    startedAtMs: bytes.readUIntLE(at + 8, 6),
    finishedAtMs: bytes.readUIntLE(at + 14, 6),
    purgeAtMs: bytes.readUIntLE(at + 20, 6),
    sessionId: bytes.toString("latin1", at + RUN_FIXED_BYTES + 1, sessionEnd) as SessionId | "",
    workerId: bytes.toString("latin1", sessionEnd + 1, at + runBytes) as WorkerId | "",
  };
}

/** Reads a record's place in the queue, which grows from the first in line. */
export function placeOfRecord(bytes: Buffer): number {
  return readToken(bytes, PLACE_AT);
}

/** Reads a token of 7 bytes. */
export function readToken(bytes: Buffer, at: number): LeaseToken {
  return (bytes.readUIntLE(at, 6) + bytes.readUInt8(at + 6) * 2 ** 48) as LeaseToken;
}

function decodeBody(queue: QueueName, body: Buffer, payload: Buffer): TaskSpec {
  const flags = body.readUInt8(0);
  let at = 1;
  if ((flags & HAS_WINDOW) !== 0) at += 5;
  if ((flags & HAS_START) !== 0) at += 5;
  if ((flags & HAS_FINGERPRINT) !== 0) at += 1 + body.readUInt8(at);
  const spec = decodeSpec(queue, body.subarray(at));
  return payload.length > 0 ? { ...spec, payload } : spec;
}

/** What lua/submit_tasks.lua is told of a task's times and bounds, as its PLAN states. */
export function encodePlan(spec: TaskSpec): Buffer {
  const plan = Buffer.allocUnsafe(PLAN_BYTES);
  plan.writeUInt8(DUE_KINDS[spec.due.kind], 0);
  plan.writeUIntLE(dueValue(spec.due), 1, 6);
  plan.writeUInt8(spec.priority, 7);
  plan.writeUInt8(spec.retryPolicy.maxAttempts, 8);
  plan.writeUInt8(spec.retryPolicy.maxCrashes, 9);
  plan.writeUInt32LE(spec.attemptTimeoutMs, 10);
  plan.writeUIntLE(spec.retentionMs, 14, 5);
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
export function encodeBody({ spec, fingerprint }: NewTask): { body: Buffer; payload: Uint8Array } {
  const isApart = spec.payload.length > INLINE_PAYLOAD_BYTES;
  const inline = isApart ? { ...spec, payload: NOTHING } : spec;
  return {
    body: Buffer.concat([encodeTerms(spec, fingerprint), encodeSpec(inline)]),
    payload: isApart ? spec.payload : NOTHING,
  };
}

function encodeTerms(spec: TaskSpec, fingerprint: string): Buffer {
  // A window that ends before the retention does never decides.
  const hasWindow = spec.requestId !== "" && spec.deduplicationWindowMs > spec.retentionMs;
  const terms = Buffer.allocUnsafe(12 + fingerprint.length);
  let flags = 0;
  let at = 1;
  if (hasWindow) {
    flags |= HAS_WINDOW;
    at = terms.writeUIntLE(spec.deduplicationWindowMs, at, 5);
  }
  if (spec.startDeadlineMs !== null) {
    flags |= HAS_START;
    at = terms.writeUIntLE(spec.startDeadlineMs, at, 5);
  }
  if (fingerprint !== "") {
    flags |= HAS_FINGERPRINT;
    at = terms.writeUInt8(fingerprint.length, at);
    at += terms.write(fingerprint, at, "latin1");
  }
  terms.writeUInt8(flags, 0);
  return terms.subarray(0, at);
}
