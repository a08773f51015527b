import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { TaskState } from "../../domain/task-state.ts";
import { Change, Query } from "./query.ts";

/** What ends a lease; the newest token's is remembered, so that a repeat can be told. */
export type LeaseEnd = "complete" | "fail" | "timed_out" | "release" | "reclaim" | "cancel";

/** What decides about a transition of a task. */
export interface TaskRow {
  readonly seq: number;
  readonly uid: string;
  readonly state: TaskState;
  readonly place: number;
  readonly token: number;
  readonly ended: LeaseEnd | null;
  readonly ended_state: TaskState | null;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly crashes: number;
  readonly max_crashes: number;
  readonly session: number | null;
  readonly retention_ms: number;
  readonly remember_until: number;
}

/** A READY task with all that its worker needs. */
export interface LeasableRow {
  readonly seq: number;
  readonly uid: string;
  readonly token: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly due_at: number;
  readonly start_by: number | null;
  /** Null where it is apart. */
  readonly spec: Uint8Array | null;
  readonly checkpoint: Uint8Array | null;
  readonly progress: string | null;
  readonly failure: string | null;
}

/** A task with everything that belongs to it. */
export interface FullRow extends TaskRow {
  readonly turn: number;
  readonly submitted_at: number;
  readonly due_at: number;
  readonly deliveries: number;
  readonly worker_id: string;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly spec: Uint8Array;
  readonly progress: string | null;
  readonly failure: string | null;
  readonly cancel_reason: string | null;
  readonly result_type: string | null;
  readonly result_value: Uint8Array | null;
}

/** A session as it was last opened. */
export interface SessionRow {
  readonly id: number;
  readonly session_id: string;
  readonly stream_id: string;
  readonly worker_id: string;
  readonly expires_at: number;
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
}

const TASK = `seq, uid, state, place, token, ended, ended_state, attempt, max_attempts, crashes,
  max_crashes, session, retention_ms, remember_until`;

const FULL = `t.seq, uid, state, turn, place, token, ended, ended_state, attempt, max_attempts, crashes,
  max_crashes, session, retention_ms, remember_until, submitted_at, due_at, deliveries, worker_id,
  started_at, finished_at, coalesce(t.spec, s.spec) AS spec, d.progress, d.failure, d.cancel_reason,
  result_type, coalesce(result, r.value) AS result_value
  FROM tasks t LEFT JOIN specs s ON s.seq = t.seq
  LEFT JOIN details d ON d.seq = t.seq LEFT JOIN results r ON r.seq = t.seq`;

const LEASABLE = `SELECT t.seq, uid, token, attempt, crashes, due_at, start_by, spec, checkpoint,
  progress, failure
  FROM tasks t LEFT JOIN details d ON d.seq = t.seq`;

// Written out: to name the columns of so many rows one by one costs as much as to read them.
function leasableOf(values: SQLOutputValue[]): LeasableRow {
  const [seq, uid, token, attempt, crashes, due_at, start_by, spec, checkpoint, progress, failure] =
    values;
  return {
    ...{ seq, uid, token, attempt, crashes, due_at, start_by },
    ...{ spec, checkpoint, progress, failure },
  } as LeasableRow;
}

/**
 * Prepares every statement that the store runs, once. Where SQLite would look at a bound value to plan,
 * it stands behind a plus sign: else the statement is planned anew, ten times its own cost, each time
 * that something is bound. It looks at limits, and at what is compared as a partial index compares it.
 */
export function prepareStatements(db: DatabaseSync) {
  const change = <Parameters extends readonly SQLInputValue[]>(sql: string) =>
    new Change<Parameters>(db, sql);
  const query = <Parameters extends readonly SQLInputValue[], Row>(
    sql: string,
    rowOf?: (values: SQLOutputValue[]) => Row,
  ) => new Query<Parameters, Row>(db, sql, rowOf);

  return {
    begin: change<[]>("BEGIN IMMEDIATE"),
    commit: change<[]>("COMMIT"),
    rollback: change<[]>("ROLLBACK"),

    findQueue: query<[name: string], { id: number }>("SELECT id FROM queues WHERE name = ?"),
    insertQueue: change<[name: string]>("INSERT INTO queues (name) VALUES (?)"),
    addCounts: change<number[]>(
      `UPDATE queues SET submitted = submitted + ?, scheduled = scheduled + ?, ready = ready + ?,
         leased = leased + ?, succeeded = succeeded + ?, dead = dead + ?, cancelled = cancelled + ?,
         expired = expired + ?
       WHERE id = ?`,
    ),
    readyCount: query<[queue: number], { ready: number }>("SELECT ready FROM queues WHERE id = ?"),
    usedQueues: query<[], QueueRow>("SELECT * FROM queues WHERE submitted > 0 ORDER BY name"),
    usedQueue: query<[name: string], QueueRow>(
      "SELECT * FROM queues WHERE name = ? AND submitted > 0",
    ),
    nextInLine: query<[queue: number, from: number, to: number], { due_at: number }>(
      `SELECT due_at FROM tasks WHERE queue = ? AND state = 'READY' AND turn >= ? AND turn < ?
       ORDER BY turn, seq LIMIT 1`,
    ),

    insertTask: change<
      [
        queue: number,
        uid: string,
        state: TaskState,
        turn: number,
        place: number,
        type: string,
        fingerprint: string,
        submittedAt: number,
        dueAt: number,
        startBy: number | null,
        attemptTimeoutMs: number,
        retentionMs: number,
        rememberUntil: number,
        maxAttempts: number,
        maxCrashes: number,
        spec: Uint8Array | null,
      ]
    >(
      `INSERT INTO tasks (queue, uid, state, turn, place, type, fingerprint, submitted_at, due_at,
         start_by, attempt_timeout_ms, retention_ms, remember_until, max_attempts, max_crashes, spec)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (queue, uid) DO NOTHING`,
    ),
    insertSpec: change<[seq: number, spec: Uint8Array]>("INSERT INTO specs VALUES (?, ?)"),
    fingerprint: query<[queue: number, uid: string], { fingerprint: string }>(
      "SELECT fingerprint FROM tasks WHERE queue = ? AND uid = ?",
    ),
    findTask: query<[queue: number, uid: string], TaskRow>(
      `SELECT ${TASK} FROM tasks WHERE queue = ? AND uid = ?`,
    ),

    promotable: query<[queue: number, now: number, limit: number], TaskRow>(
      `SELECT ${TASK} FROM tasks WHERE queue = ? AND state = 'SCHEDULED' AND turn <= ?
       ORDER BY turn, seq LIMIT +?`,
    ),
    promote: change<[seq: number]>(
      "UPDATE tasks SET state = 'READY', turn = place WHERE seq = ? AND state = 'SCHEDULED'",
    ),
    expirable: query<[queue: number, now: number, limit: number], TaskRow>(
      `SELECT ${TASK} FROM tasks WHERE queue = ? AND start_by <= ? ORDER BY start_by LIMIT +?`,
    ),

    readyUnpinned: query<[queue: number, limit: number], { seq: number; turn: number }>(
      `SELECT seq, turn FROM tasks WHERE queue = ? AND state = 'READY' AND type NOT GLOB '@*'
       ORDER BY turn, seq LIMIT +?`,
    ),
    // No type begins with @, which stands before A in every table of characters.
    pinnedKinds: query<[queue: number], { type: string }>(
      `SELECT DISTINCT type FROM tasks
       WHERE queue = ? AND type >= '@' AND type < 'A' AND state = 'READY'`,
    ),
    readyOfType: query<[queue: number, type: string, limit: number], { seq: number; turn: number }>(
      `SELECT seq, turn FROM tasks WHERE queue = ? AND type = ? AND state = 'READY'
       ORDER BY turn, seq LIMIT +?`,
    ),
    leasable: query<[queue: number, limit: number], LeasableRow>(
      `${LEASABLE} WHERE queue = ? AND state = 'READY' ORDER BY turn, t.seq LIMIT +?`,
      leasableOf,
    ),
    leasableOfType: query<[queue: number, type: string, limit: number], LeasableRow>(
      `${LEASABLE} WHERE queue = ? AND type = ? AND state = 'READY' ORDER BY turn, t.seq LIMIT +?`,
      leasableOf,
    ),
    leasableBySeq: query<[seq: number], LeasableRow>(`${LEASABLE} WHERE t.seq = ?`, leasableOf),
    largeSpec: query<[seq: number], { spec: Uint8Array }>("SELECT spec FROM specs WHERE seq = ?"),
    lease: change<[now: number, token: number, session: number, workerId: string, seq: number]>(
      `UPDATE tasks SET state = 'LEASED', turn = ?1 + attempt_timeout_ms, token = ?2, session = ?3,
         worker_id = ?4, started_at = ?1, start_by = NULL, attempt = attempt + 1,
         deliveries = deliveries + 1, ended = NULL, ended_state = NULL
       WHERE seq = ?5 AND state = 'READY'`,
    ),
    clearProgress: change<[seq: number]>("UPDATE details SET progress = NULL WHERE seq = ?"),

    // What `finish` does for nearly every task, without reading it first.
    complete: change<
      [
        now: number,
        resultType: string | null,
        result: Uint8Array | null,
        queue: number,
        uid: string,
        token: number,
      ]
    >(
      `UPDATE tasks SET state = 'SUCCEEDED', turn = max(?1 + retention_ms, remember_until),
         finished_at = ?1, result_type = ?2, result = ?3, ended = 'complete',
         ended_state = 'SUCCEEDED', session = NULL
       WHERE queue = ?4 AND uid = ?5 AND token = ?6 AND state = 'LEASED'`,
    ),
    finish: change<
      [
        state: TaskState,
        purgeAt: number,
        finishedAt: number,
        attempt: number,
        crashes: number,
        ended: LeaseEnd | null,
        endedState: TaskState | null,
        seq: number,
        token: number,
      ]
    >(
      `UPDATE tasks SET state = ?, turn = ?, finished_at = ?, attempt = ?, crashes = ?, ended = ?,
         ended_state = ?, session = NULL, start_by = NULL
       WHERE seq = ? AND token = ?`,
    ),
    giveBack: change<
      [
        state: TaskState,
        turn: number,
        dueAt: number,
        attempt: number,
        crashes: number,
        ended: LeaseEnd,
        endedState: TaskState,
        seq: number,
        token: number,
      ]
    >(
      `UPDATE tasks SET state = ?, turn = ?, due_at = ?, attempt = ?, crashes = ?, ended = ?,
         ended_state = ?, session = NULL
       WHERE seq = ? AND token = ? AND state = 'LEASED'`,
    ),
    setResult: change<[resultType: string, result: Uint8Array | null, seq: number]>(
      "UPDATE tasks SET result_type = ?, result = ? WHERE seq = ? AND state = 'SUCCEEDED'",
    ),
    insertResult: change<[seq: number, value: Uint8Array]>("INSERT INTO results VALUES (?, ?)"),
    setFailure: change<[seq: number, failure: string]>(
      `INSERT INTO details (seq, failure) VALUES (?, ?)
       ON CONFLICT (seq) DO UPDATE SET failure = excluded.failure`,
    ),
    setCancelReason: change<[seq: number, reason: string]>(
      `INSERT INTO details (seq, cancel_reason) VALUES (?, ?)
       ON CONFLICT (seq) DO UPDATE SET cancel_reason = excluded.cancel_reason`,
    ),
    setReport: change<[seq: number, progress: string | null, checkpoint: Uint8Array | null]>(
      `INSERT INTO details (seq, progress, checkpoint) VALUES (?, ?, ?)
       ON CONFLICT (seq) DO UPDATE SET progress = coalesce(excluded.progress, progress),
         checkpoint = coalesce(excluded.checkpoint, checkpoint)`,
    ),
    anyCheckpoint: query<[], { seq: number | null }>(
      "SELECT min(seq) AS seq FROM details WHERE checkpoint IS NOT NULL",
    ),
    dropCheckpoint: change<[seq: number]>(
      "UPDATE details SET checkpoint = NULL WHERE seq = ? AND checkpoint IS NOT NULL",
    ),

    newestSeq: query<[], { seq: number }>("SELECT max(seq) AS seq FROM tasks"),
    redrive: change<[newSeq: number, place: number, place: number, dueAt: number, seq: number]>(
      `UPDATE tasks SET seq = ?, state = 'READY', turn = ?, place = ?, due_at = ?, attempt = 0,
         crashes = 0, finished_at = NULL
       WHERE seq = ? AND state = 'DEAD'`,
    ),
    moveSpec: change<[newSeq: number, seq: number]>("UPDATE specs SET seq = ? WHERE seq = ?"),
    moveDetails: change<[newSeq: number, seq: number]>("UPDATE details SET seq = ? WHERE seq = ?"),

    findSession: query<[sessionId: string, queue: number], SessionRow>(
      "SELECT * FROM sessions WHERE session_id = ? AND queue = ?",
    ),
    openSession: change<
      [
        queue: number,
        sessionId: string,
        streamId: string,
        workerId: string,
        expiresAt: number,
        types: string | null,
      ]
    >(
      `INSERT INTO sessions (queue, session_id, stream_id, worker_id, expires_at, types)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (session_id, queue) DO UPDATE SET stream_id = excluded.stream_id,
         worker_id = excluded.worker_id, expires_at = excluded.expires_at, types = excluded.types`,
    ),
    liveSessions: query<
      [queue: number, now: number, limit: number],
      { session_id: string; types: string | null }
    >(
      `SELECT session_id, types FROM sessions WHERE queue = ? AND expires_at > ?
       ORDER BY expires_at LIMIT +?`,
    ),
    renewSession: change<[expiresAt: number, id: number]>(
      "UPDATE sessions SET expires_at = ? WHERE id = ?",
    ),
    leasesOfSession: query<[session: number, limit: number], TaskRow>(
      `SELECT ${TASK} FROM tasks WHERE session = ? LIMIT +?`,
    ),
    deadSessions: query<[queue: number, now: number, limit: number], SessionRow>(
      "SELECT * FROM sessions WHERE queue = ? AND expires_at <= ? ORDER BY expires_at LIMIT +?",
    ),
    deleteSession: change<[id: number]>("DELETE FROM sessions WHERE id = ?"),

    insertNotice: change<
      [session: number, taskId: string, token: number, cause: string, reason: string]
    >("INSERT INTO notices (session, task_id, token, cause, reason) VALUES (?, ?, ?, ?, ?)"),
    sessionIdOf: query<[id: number], { session_id: string }>(
      "SELECT session_id FROM sessions WHERE id = ?",
    ),
    notices: query<
      [session: number],
      { task_id: string; token: number; cause: "cancelled" | "timed_out"; reason: string }
    >("SELECT task_id, token, cause, reason FROM notices WHERE session = ? ORDER BY id"),
    deleteNotices: change<[session: number]>("DELETE FROM notices WHERE session = ?"),

    timedOut: query<
      [queue: number, now: number, limit: number],
      { uid: string; token: number; attempt: number; spec: Uint8Array }
    >(
      `SELECT uid, token, attempt, coalesce(t.spec, s.spec) AS spec
       FROM tasks t LEFT JOIN specs s ON s.seq = t.seq
       WHERE queue = ? AND state = 'LEASED' AND turn <= ? ORDER BY turn LIMIT +?`,
    ),
    purgeable: query<
      [queue: number, state: TaskState, now: number, limit: number],
      { seq: number; uid: string }
    >(
      `SELECT seq, uid FROM tasks WHERE queue = ? AND state = +? AND turn <= ?
       ORDER BY turn LIMIT +?`,
    ),
    deleteTask: change<[seq: number]>("DELETE FROM tasks WHERE seq = ?"),
    deleteSpec: change<[seq: number]>("DELETE FROM specs WHERE seq = ?"),
    deleteDetails: change<[seq: number]>("DELETE FROM details WHERE seq = ?"),
    deleteResult: change<[seq: number]>("DELETE FROM results WHERE seq = ?"),
    nextTurn: query<[queue: number, state: TaskState, after: number], { at: number | null }>(
      "SELECT min(turn) AS at FROM tasks WHERE queue = ? AND state = +? AND turn > ?",
    ),
    nextStartBy: query<[queue: number], { at: number | null }>(
      "SELECT min(start_by) AS at FROM tasks WHERE queue = ? AND start_by IS NOT NULL",
    ),
    nextSessionEnd: query<[queue: number], { at: number | null }>(
      "SELECT min(expires_at) AS at FROM sessions WHERE queue = ?",
    ),

    getTask: query<[queue: number, uid: string], FullRow>(
      `SELECT ${FULL} WHERE t.queue = ? AND t.uid = ?`,
    ),
    getTaskBySeq: query<[seq: number], FullRow>(`SELECT ${FULL} WHERE t.seq = ?`),
    countAhead: query<[queue: number, turn: number, seq: number], { ahead: number }>(
      `SELECT count(*) AS ahead FROM tasks
       WHERE queue = ? AND state = 'READY' AND (turn, seq) < (?, ?)`,
    ),
    listFrom: query<
      [queue: number, state: TaskState, turn: number, seq: number, limit: number],
      { seq: number; turn: number; uid: string; type: string; submitted_at: number }
    >(
      `SELECT seq, turn, uid, type, submitted_at FROM tasks
       WHERE queue = ? AND state = +? AND (turn, seq) > (?, ?) ORDER BY turn, seq LIMIT +?`,
    ),
    seqOf: query<[queue: number, uid: string], { seq: number }>(
      "SELECT seq FROM tasks WHERE queue = ? AND uid = ?",
    ),
  };
}

/** Every statement, by name. */
export type Statements = ReturnType<typeof prepareStatements>;
