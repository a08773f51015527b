import type { LeaseToken, QueueName, SessionId, WorkerId } from "../../../../domain/ids.ts";
import { readSpec } from "../../../../domain/specs/spec-codec.ts";
import type { Content, TaskSpec } from "../../../../domain/task.ts";
import { TASK_STATES, type TaskState } from "../../../../domain/task-state.ts";
import { DIGEST_BYTES } from "../../flow-digest.ts";
import { decodeContent } from "./details.ts";

// The layouts that lua/lib/record.lua and lua/lib/body.lua state: of a record, ...
const SUBMITTED_AT = 7;
const STATE_AT = 13;
const DETAILS_AT = 14;
const WAIT_AT = 15;
const FLAGS_AT = 29;
const RARE_TERMS_AT = 36;
// ... and of a run.
const RUN_DETAILS_AT = 1;
const ENDED_AT = 2;
const TOKEN_AT = 3;
const FINISHED_AT = 10;
const STARTED_AT = 16;
const ATTEMPT_AT = 22;
const CRASHES_AT = 23;
const DELIVERIES_AT = 24;
const RUN_WAIT_AT = 26;
const WORKER_AT = 42;

const PAYLOAD_APART = 1;
const FAILURE_APART = 4;
const CHECKPOINT_APART = 16;

/** Of the rare terms, which a record has. */
export const RARE_TERMS = { window: 1, start: 2, fingerprint: 4, key: 8, order: 16 } as const;

/** A task's record and run. Times are epoch milliseconds; 0 is none. */
export interface TaskRecord extends Run {
  readonly submittedAtMs: number;
  readonly dueAtMs: number;
  readonly attemptTimeoutMs: number;
  readonly purgeAtMs: number;
  readonly spec: TaskSpec;
}

/** What has become of a task so far. */
export interface Run {
  readonly state: TaskState;
  /** Bits, see {@link detailsOf}. */
  readonly details: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly deliveries: number;
  readonly token: LeaseToken;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** From the submit to when it is due. */
  readonly waitMs: number;
  /** That has the newest lease or had it; empty where there was none. */
  readonly sessionId: SessionId | "";
  readonly workerId: WorkerId | "";
  /** Null also where it is large and lies apart. */
  readonly result: Content | null;
  /** For how long a DEAD task is kept at least; 0 of any other, and of one that died before that was so. */
  readonly deadRetentionMs: number;
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
 * @param runBytes empty where the task has no run yet
 * @param payload the payload where it lies apart; empty where the record has it
 */
export function decodeRecord(
  queue: QueueName,
  bytes: Buffer,
  runBytes: Buffer,
  payload: Buffer,
): TaskRecord {
  const run = runBytes.length === 0 ? noRunYet(bytes) : decodeRun(runBytes);
  const submittedAtMs = submittedOf(bytes);
  const spec = specOfRecord(queue, bytes, payload);
  const retentionMs = Math.max(spec.retentionMs, run.deadRetentionMs);
  const purgeAtMs = Math.max(run.finishedAtMs + retentionMs, submittedAtMs + windowOf(bytes));
  return {
    ...run,
    submittedAtMs,
    dueAtMs: submittedAtMs + run.waitMs,
    attemptTimeoutMs: spec.attemptTimeoutMs,
    purgeAtMs: run.finishedAtMs === 0 ? 0 : purgeAtMs,
    spec,
  };
}

function noRunYet(record: Buffer): Run {
  return {
    state: stateOfNumber(record.readUInt8(STATE_AT)),
    details: record.readUInt8(DETAILS_AT),
    attempt: 0,
    crashes: 0,
    deliveries: 0,
    token: 0 as LeaseToken,
    startedAtMs: 0,
    finishedAtMs: 0,
    waitMs: record.readUIntLE(WAIT_AT, 5),
    sessionId: "",
    workerId: "",
    result: null,
    deadRetentionMs: 0,
  };
}

/** Unpacks a run. */
export function decodeRun(bytes: Buffer): Run {
  const state = stateOfNumber(bytes.readUInt8(0));
  const workerEnd = WORKER_AT + bytes.readUInt8(WORKER_AT - 1);
  const sessionAt = workerEnd + 1;
  const sessionEnd = sessionAt + bytes.readUInt8(workerEnd);
  const last = bytes.subarray(sessionEnd + 1);
  return {
    state,
    details: bytes.readUInt8(RUN_DETAILS_AT),
    attempt: bytes.readUInt8(ATTEMPT_AT),
    crashes: bytes.readUInt8(CRASHES_AT),
    deliveries: bytes.readUInt16LE(DELIVERIES_AT),
    token: readToken(bytes, TOKEN_AT),
    startedAtMs: bytes.readUIntLE(STARTED_AT, 6),
    finishedAtMs: bytes.readUIntLE(FINISHED_AT, 6),
    waitMs: bytes.readUIntLE(RUN_WAIT_AT, 5),
    sessionId: bytes.toString("latin1", sessionAt, sessionEnd) as SessionId | "",
    workerId: bytes.toString("latin1", WORKER_AT, workerEnd) as WorkerId | "",
    result: state === "SUCCEEDED" ? decodeContent(last) : null,
    deadRetentionMs: state === "DEAD" && last.length > 0 ? last.readUIntLE(0, 5) : 0,
  };
}

/** Whether the newest lease of a run is held, or was ended by what is no settlement and no reclaim. */
export function isUnsettled(run: Buffer): boolean {
  return run.length > 0 && run.readUInt8(ENDED_AT) === 0;
}

/** Which of a run's details lie apart, that a lease hands out. */
export function detailsOf({ details }: Run) {
  return {
    hasPayload: (details & PAYLOAD_APART) !== 0,
    hasFailure: (details & FAILURE_APART) !== 0,
    hasCheckpoint: (details & CHECKPOINT_APART) !== 0,
  };
}

/** Reads when a record's task was submitted. */
export function submittedOf(record: Buffer): number {
  return record.readUIntLE(SUBMITTED_AT, 6);
}

/** Reads a record's place in the queue, which grows from the first in line. */
export function placeOfRecord(bytes: Buffer): number {
  return readToken(bytes, 0);
}

/** Unpacks what a record says of its task's spec. */
export function specOfRecord(queue: QueueName, bytes: Buffer, payload: Buffer): TaskSpec {
  const flags = bytes.readUInt8(FLAGS_AT);
  let at = RARE_TERMS_AT;
  if (flags !== 0) {
    at += (flags & RARE_TERMS.window) === 0 ? 0 : 5;
    at += (flags & RARE_TERMS.start) === 0 ? 0 : 5;
    at += (flags & RARE_TERMS.fingerprint) === 0 ? 0 : 1 + bytes.readUInt8(at);
    at += (flags & RARE_TERMS.key) === 0 ? 0 : DIGEST_BYTES;
    at += (flags & RARE_TERMS.order) === 0 ? 0 : DIGEST_BYTES;
  }
  return readSpec(queue, bytes, at, payload.length > 0 ? payload : undefined);
}

function windowOf(bytes: Buffer): number {
  const hasWindow = (bytes.readUInt8(FLAGS_AT) & RARE_TERMS.window) !== 0;
  return hasWindow ? bytes.readUIntLE(RARE_TERMS_AT, 5) : 0;
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
