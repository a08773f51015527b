import type { SQLOutputValue } from "node:sqlite";
import type { TaskState } from "../../../domain/task-state.ts";

/** What ends a lease; the newest token's is remembered, so that a repeat can be told. */
export type LeaseEnd = "complete" | "fail" | "timed_out" | "release" | "reclaim" | "cancel";

/** What decides where in the ready index a task is. */
export interface CrashedTask {
  readonly seq: number;
  /** What it is leased by: its type, or the one session that may have it. */
  readonly kind: string;
  readonly crashes: number;
  readonly max_crashes: number;
}

/** What decides about a transition of a task. */
export interface TaskRow extends CrashedTask {
  readonly uid: string;
  readonly state: TaskState;
  readonly place: number;
  readonly token: number;
  /** The id of the session that has the newest lease or had it; empty where that is not known. */
  readonly holder: string;
  readonly ended: LeaseEnd | null;
  readonly ended_state: TaskState | null;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly session: number | null;
  readonly due_at: number;
  readonly retention_ms: number;
  readonly remember_until: number;
  readonly started_at: number | null;
  /** Null where it has none; the next likewise. */
  readonly concurrency_key: string | null;
  readonly ordering_key: string | null;
}

/** Where a READY task stands in the ready index. */
export interface PlaceRow {
  readonly seq: number;
  readonly place: number;
}

/** A READY task with all that its worker needs. */
export interface LeasableRow extends PlaceRow {
  /** Null where its queue is not sorted by kind. */
  readonly kind: string | null;
  readonly uid: string;
  readonly token: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly due_at: number;
  readonly start_by: number | null;
  readonly remember_until: number;
  /** Null where it is apart. */
  readonly spec: Uint8Array | null;
  readonly checkpoint: Uint8Array | null;
  readonly progress: string | null;
  readonly failure: string | null;
}

/** A task with everything that belongs to it. */
export interface FullRow extends TaskRow {
  /** Null where it waits as it was submitted. */
  readonly turn: number | null;
  readonly submitted_at: number;
  readonly deliveries: number;
  readonly worker_id: string;
  readonly finished_at: number | null;
  readonly spec: Uint8Array;
  readonly progress: string | null;
  readonly failure: string | null;
  readonly cancel_reason: string | null;
  readonly result_type: string | null;
  readonly result_value: Uint8Array | null;
}

/** What a listing looks at before it reads a task. */
export interface ListedRow {
  readonly seq: number;
  readonly turn: number;
  readonly uid: string;
  readonly kind: string;
  readonly submitted_at: number;
  /** Absent of what is READY. */
  readonly worker_id?: string;
}

/** A leased task whose session died, and the session. */
export interface LostLeaseRow extends TaskRow {
  readonly session_id: string;
  readonly worker_id: string;
}

/** A session as it was last opened. */
export interface SessionRow {
  readonly id: number;
  readonly session_id: string;
  readonly stream_id: string;
  readonly worker_id: string;
  readonly expires_at: number;
  /** As JSON; null for every type. */
  readonly types: string | null;
  readonly credit: number;
  /** Why it was asked to go; null where it was not. */
  readonly drain: string | null;
}

/** A queue's figures. */
export interface QueueRow {
  readonly id: number;
  readonly name: string;
  readonly scheduled: number;
  readonly ready: number;
  readonly leased: number;
  readonly succeeded: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly expired: number;
  /** 1 where it has settings, or has or had tasks with keys. */
  readonly has_flow: number;
}

/** The columns of a {@link TaskRow}. What has no row in `states` is READY as it was submitted. */
export const TASK = `t.seq, uid, coalesce(state, 'READY') AS state, place, coalesce(token, 0) AS token,
  coalesce(holder, '') AS holder, ended, ended_state, coalesce(attempt, 0) AS attempt, max_attempts,
  coalesce(crashes, 0) AS crashes, max_crashes, t.kind AS kind, session, coalesce(due_at, submitted_at) AS due_at, retention_ms, remember_until,
  started_at, concurrency_key, ordering_key`;

/** Every task, whatever its state. */
export const TASKS = "tasks t LEFT JOIN states s ON s.seq = t.seq";
/** Tasks by their states. CROSS keeps SQLite from beginning with the other table. */
export const STATES = "states s CROSS JOIN tasks t ON t.seq = s.seq";

/** The columns of a {@link FullRow}, and where they are from. */
export const FULL = `${TASK}, turn, submitted_at, coalesce(deliveries, 0) AS deliveries,
  coalesce(worker_id, '') AS worker_id, finished_at, coalesce(t.spec, large.spec) AS spec, progress, failure, cancel_reason, result_type,
  coalesce(result, value) AS result_value
  FROM ${TASKS} LEFT JOIN specs large ON large.seq = t.seq
  LEFT JOIN details d ON d.seq = t.seq LEFT JOIN results r ON r.seq = t.seq`;

/** The ready index: the READY tasks in their order. */
export const LINE = `ready r CROSS JOIN tasks t ON t.seq = r.seq LEFT JOIN states s ON s.seq = r.seq`;

/**
 * The columns of a {@link LeasableRow}, and where they are from. A task that has no row in `states` has
 * no details, which are looked up only where there is one.
 */
export const LEASABLE = leasableFrom(LINE);

/** The same of those that are in lanes. */
export const LEASABLE_OF_LANES = leasableFrom(
  "ready_keyed r CROSS JOIN tasks t ON t.seq = r.seq LEFT JOIN states s ON s.seq = r.seq",
);

/** The first task of each lane `l`, with the lane's key behind the others. */
export const FIRST_OF_LANES = leasableFrom(
  `lanes l CROSS JOIN ready_keyed r ON r.queue = l.queue AND (r.place, r.seq) = (
     SELECT first.place, first.seq FROM ready_keyed first
     WHERE first.queue = l.queue AND first.kind = l.kind AND first.key = l.key
     ORDER BY first.place, first.seq LIMIT 1)
   CROSS JOIN tasks t ON t.seq = r.seq LEFT JOIN states s ON s.seq = r.seq`,
  ", l.key",
);

/** A task that is the first of its lane. */
export interface FirstOfLane {
  readonly key: string;
  readonly row: LeasableRow;
}

export function firstOfLane(values: SQLOutputValue[]): FirstOfLane {
  return { key: values[14] as string, row: leasableOf(values) };
}

function leasableFrom(line: string, more = ""): string {
  return `r.seq, r.place, r.kind, uid, coalesce(token, 0), coalesce(attempt, 0),
  coalesce(crashes, 0), coalesce(due_at, submitted_at), start_by, remember_until, spec, checkpoint,
  progress, failure${more}
  FROM ${line} LEFT JOIN details d ON d.seq = s.seq`;
}

/** Written out: to name the columns of so many rows one by one costs as much as to read them. */
export function leasableOf(values: SQLOutputValue[]): LeasableRow {
  return {
    seq: values[0],
    place: values[1],
    kind: values[2],
    uid: values[3],
    token: values[4],
    attempt: values[5],
    crashes: values[6],
    due_at: values[7],
    start_by: values[8],
    remember_until: values[9],
    spec: values[10],
    checkpoint: values[11],
    progress: values[12],
    failure: values[13],
  } as LeasableRow;
}
