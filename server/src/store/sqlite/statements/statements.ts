import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { TaskState } from "../../../domain/task-state.ts";
import { prepareDeathStatements } from "./death-statements.ts";
import { prepareFlowReads } from "./flow-reads.ts";
import { prepareFlowStatements } from "./flow-statements.ts";
import { prepareListStatements } from "./list-statements.ts";
import { Change, Query } from "./query.ts";
import {
  FULL,
  type FullRow,
  LEASABLE,
  type LeasableRow,
  type LeaseEnd,
  LINE,
  leasableOf,
  type PlaceRow,
  type QueueRow,
  STATES,
  TASK,
  TASKS,
  type TaskRow,
} from "./rows.ts";
import { prepareSessionStatements } from "./session-statements.ts";

/** Leases the head of the ready index: every task up to a place. */
function take(ofSlice: string): string {
  return `INSERT INTO states (seq, queue, state, turn, due_at, attempt, deliveries, token, worker_id,
      session, holder, started_at)
    SELECT t.seq, t.queue, 'LEASED', ?1 + attempt_timeout_ms, submitted_at, 1, 1, ?2, ?5, ?3, ?4, ?1
    FROM ready r CROSS JOIN tasks t ON t.seq = r.seq
    WHERE r.queue = ?6 AND (r.place, r.seq) <= (?7, ?8) ${ofSlice}
    ON CONFLICT (seq) DO UPDATE SET state = 'LEASED', turn = excluded.turn, token = excluded.token,
      session = excluded.session, holder = excluded.holder, worker_id = excluded.worker_id,
      started_at = excluded.started_at, start_by = NULL, attempt = attempt + 1, deliveries = deliveries + 1,
      ended = NULL, ended_state = NULL`;
}

type Take = [
  now: number,
  token: number,
  session: number,
  holder: string,
  workerId: string,
  ...Head,
];
type Head = [queue: number, place: number, seq: number];

/** Stores a task, with some columns more. */
function insertTask(more: string): string {
  const columns = `queue, uid, place, kind, fingerprint, submitted_at, attempt_timeout_ms, retention_ms,
    remember_until, max_attempts, max_crashes, spec${more && `, ${more}`}`;
  const values = columns.replaceAll(/\w+/g, "?");
  return `INSERT INTO tasks (${columns}) VALUES (${values}) ON CONFLICT (queue, uid) DO NOTHING`;
}

/** What a task is stored with. */
export type InsertTask = [
  queue: number,
  uid: string,
  place: number,
  kind: string,
  fingerprint: string,
  submittedAt: number,
  attemptTimeoutMs: number,
  retentionMs: number,
  rememberUntil: number,
  maxAttempts: number,
  maxCrashes: number,
  spec: Uint8Array | null,
];

/** The columns of a {@link QueueRow}. */
const QUEUE = `id, name, scheduled, ready, leased, succeeded, dead, cancelled, expired,
  EXISTS (SELECT 1 FROM flows WHERE flows.queue = queues.id) AS has_flow`;

/** That it has or had tasks, or has settings. */
const IS_KNOWN = `(submitted > 0
  OR EXISTS (SELECT 1 FROM flows WHERE flows.queue = queues.id AND settings IS NOT NULL)
  OR EXISTS (SELECT 1 FROM key_settings WHERE key_settings.queue = queues.id))`;

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
    ...prepareDeathStatements(db),
    ...prepareFlowStatements(db),
    ...prepareFlowReads(db),
    ...prepareListStatements(db),
    ...prepareSessionStatements(db),
    begin: change<[]>("BEGIN IMMEDIATE"),
    commit: change<[]>("COMMIT"),
    rollback: change<[]>("ROLLBACK"),

    findQueue: query<[name: string], { id: number; by_kind: number }>(
      "SELECT id, by_kind FROM queues WHERE name = ?",
    ),
    insertQueue: change<[name: string]>("INSERT INTO queues (name) VALUES (?)"),
    deleteEmptyQueue: change<[id: number]>(
      `DELETE FROM queues WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM tasks WHERE queue = ?1)
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE queue = ?1)
         AND NOT EXISTS (SELECT 1 FROM flows WHERE queue = ?1 AND settings IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM key_settings WHERE queue = ?1)
         AND NOT EXISTS (SELECT 1 FROM tats WHERE queue = ?1)
         AND NOT EXISTS (SELECT 1 FROM holds WHERE queue = ?1)
         AND NOT EXISTS (SELECT 1 FROM lanes WHERE queue = ?1)`,
    ),
    deleteQueue: change<[id: number]>("DELETE FROM queues WHERE id = ?"),
    addCounts: change<number[]>(
      `UPDATE queues SET submitted = submitted + ?, scheduled = scheduled + ?, ready = ready + ?,
         leased = leased + ?, succeeded = succeeded + ?, dead = dead + ?, cancelled = cancelled + ?,
         expired = expired + ?
       WHERE id = ?`,
    ),
    readyCount: query<[queue: number], { ready: number }>("SELECT ready FROM queues WHERE id = ?"),
    queueFigures: query<[queue: number], QueueRow>(`SELECT ${QUEUE} FROM queues WHERE id = ?`),
    usedQueues: query<[], QueueRow>(`SELECT ${QUEUE} FROM queues WHERE ${IS_KNOWN} ORDER BY name`),
    usedQueue: query<[name: string], QueueRow>(
      `SELECT ${QUEUE} FROM queues WHERE name = ? AND ${IS_KNOWN}`,
    ),
    headOfReady: query<[queue: number, from: number, to: number], { due_at: number }>(
      `SELECT coalesce(due_at, submitted_at) AS due_at FROM ${LINE}
       WHERE r.queue = ? AND r.place >= ? AND r.place < ? ORDER BY r.place, r.seq LIMIT 1`,
    ),

    insertTask: change<InsertTask>(insertTask("")),
    insertKeyedTask: change<
      [...InsertTask, concurrencyKey: string | null, ordering: string | null]
    >(insertTask("concurrency_key, ordering_key")),
    insertState: change<
      [
        seq: number,
        queue: number,
        state: TaskState,
        turn: number,
        dueAt: number,
        startBy: number | null,
      ]
    >(`INSERT INTO states (seq, queue, state, turn, due_at, start_by) VALUES (?, ?, ?, ?, ?, ?)`),
    // The row that a task goes without as long as it waits as it was submitted.
    ensureState: change<[seq: number]>(
      `INSERT INTO states (seq, queue, state, turn, due_at)
         SELECT seq, queue, 'READY', place, submitted_at FROM tasks WHERE seq = ?
       ON CONFLICT (seq) DO NOTHING`,
    ),
    insertSpec: change<[seq: number, spec: Uint8Array]>("INSERT INTO specs VALUES (?, ?)"),
    fingerprint: query<[queue: number, uid: string], { fingerprint: string }>(
      "SELECT fingerprint FROM tasks WHERE queue = ? AND uid = ?",
    ),
    findTask: query<[queue: number, uid: string], TaskRow>(
      `SELECT ${TASK} FROM ${TASKS} WHERE t.queue = ? AND uid = ?`,
    ),

    promotable: query<[queue: number, now: number, limit: number], TaskRow>(
      `SELECT ${TASK} FROM ${STATES} WHERE s.queue = ? AND state = 'SCHEDULED' AND turn <= ?
       ORDER BY turn, s.seq LIMIT +?`,
    ),
    promote: change<[place: number, seq: number]>(
      "UPDATE states SET state = 'READY', turn = ? WHERE seq = ? AND state = 'SCHEDULED'",
    ),
    expirable: query<[queue: number, now: number, limit: number], TaskRow>(
      `SELECT ${TASK} FROM ${STATES} WHERE s.queue = ? AND start_by <= ?
       ORDER BY start_by LIMIT +?`,
    ),

    enterReadyIndex: change<[byKind: number, fromSeq: number, toSeq: number]>(
      `INSERT INTO ready
       SELECT queue, place, seq, CASE WHEN ? OR kind GLOB '@*' THEN kind END
       FROM tasks WHERE seq BETWEEN ? AND ?`,
    ),
    enterSuspects: change<[seq: number]>(
      `INSERT INTO ready SELECT queue, place, seq, '@!' || kind FROM tasks WHERE seq = ?`,
    ),
    leaveReadyIndex: change<[queue: number, place: number, seq: number]>(
      "DELETE FROM ready WHERE queue = ? AND place = ? AND seq = ?",
    ),
    markByKind: change<[queue: number]>("UPDATE queues SET by_kind = 1 WHERE id = ?"),
    sortByKind: change<[queue: number]>(
      `UPDATE ready SET kind = (SELECT kind FROM tasks WHERE seq = ready.seq)
       WHERE queue = ? AND kind IS NULL`,
    ),
    readyUnpinned: query<[queue: number, limit: number], PlaceRow>(
      `SELECT seq, place FROM ready WHERE queue = ? AND kind NOT GLOB '@*'
       ORDER BY place, seq LIMIT +?`,
    ),
    // Of what one session alone may lease, and of suspects. No type begins with @, which stands before A in
    // every table of characters.
    apartKinds: query<[queue: number], { kind: string }>(
      "SELECT DISTINCT kind FROM ready WHERE queue = ? AND kind >= '@' AND kind < 'A'",
    ),
    readyOfKind: query<[queue: number, kind: string, limit: number], PlaceRow>(
      `SELECT seq, place FROM ready WHERE queue = ? AND kind = ? ORDER BY place, seq LIMIT +?`,
    ),
    leasable: query<[queue: number, limit: number], LeasableRow>(
      `SELECT ${LEASABLE} WHERE r.queue = ? ORDER BY r.place, r.seq LIMIT +?`,
      leasableOf,
    ),
    leasableOfKind: query<[queue: number, kind: string, limit: number], LeasableRow>(
      `SELECT ${LEASABLE} WHERE r.queue = ? AND r.kind = ? ORDER BY r.place, r.seq LIMIT +?`,
      leasableOf,
    ),
    leasableAt: query<[queue: number, place: number, seq: number], LeasableRow>(
      `SELECT ${LEASABLE} WHERE r.queue = ? AND r.place = ? AND r.seq = ?`,
      leasableOf,
    ),
    largeSpec: query<[seq: number], { spec: Uint8Array }>("SELECT spec FROM specs WHERE seq = ?"),
    takeHead: change<Take>(take("")),
    takeHeadOfKind: change<[...Take, kind: string]>(take("AND r.kind = ?9")),
    leaveHead: change<Head>("DELETE FROM ready WHERE queue = ? AND (place, seq) <= (?, ?)"),
    leaveHeadOfKind: change<[...Head, kind: string]>(
      "DELETE FROM ready WHERE queue = ? AND (place, seq) <= (?, ?) AND kind = ?",
    ),
    clearProgress: change<[seq: number]>("UPDATE details SET progress = NULL WHERE seq = ?"),

    // What `finish` does for nearly every task, without reading it first.
    complete: change<
      [
        purgeAt: number,
        finishedAt: number,
        resultType: string | null,
        result: Uint8Array | null,
        seq: number,
        token: number,
        holder: string,
      ]
    >(
      `UPDATE states SET state = 'SUCCEEDED', turn = ?, finished_at = ?, result_type = ?, result = ?,
         ended = 'complete', ended_state = 'SUCCEEDED', session = NULL
       WHERE seq = ? AND token = ? AND holder = ? AND state = 'LEASED'`,
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
      `UPDATE states SET state = ?, turn = ?, finished_at = ?, attempt = ?, crashes = ?, ended = ?,
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
      `UPDATE states SET state = ?, turn = ?, due_at = ?, attempt = ?, crashes = ?, ended = ?,
         ended_state = ?, session = NULL
       WHERE seq = ? AND token = ? AND state = 'LEASED'`,
    ),
    setResult: change<[resultType: string, result: Uint8Array | null, seq: number]>(
      "UPDATE states SET result_type = ?, result = ? WHERE seq = ? AND state = 'SUCCEEDED'",
    ),
    insertResult: change<[seq: number, value: Uint8Array]>("INSERT INTO results VALUES (?, ?)"),
    setFailure: change<[seq: number, failure: string]>(
      `INSERT INTO details (seq, failure) VALUES (?, ?)
       ON CONFLICT (seq) DO UPDATE SET failure = excluded.failure`,
    ),
    pastAttempts: query<
      [seq: number],
      { deliveries: number; worker_id: string; past: Uint8Array | null }
    >(
      `SELECT deliveries, worker_id, past
       FROM states s LEFT JOIN details d ON d.seq = s.seq WHERE s.seq = ?`,
    ),
    setPast: change<[seq: number, past: Uint8Array]>(
      `INSERT INTO details (seq, past) VALUES (?, ?)
       ON CONFLICT (seq) DO UPDATE SET past = excluded.past`,
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

    setPlace: change<[place: number, seq: number]>("UPDATE tasks SET place = ? WHERE seq = ?"),
    runNow: change<[place: number, now: number, dueAt: number, seq: number]>(
      `UPDATE states SET state = 'READY', turn = ?, start_by = start_by + ? - due_at, due_at = ?
       WHERE seq = ? AND state = 'SCHEDULED'`,
    ),
    submittedAt: query<[seq: number], { at: number }>(
      "SELECT submitted_at AS at FROM tasks WHERE seq = ?",
    ),
    finishedAt: query<[seq: number], { at: number | null }>(
      "SELECT finished_at AS at FROM states WHERE seq = ?",
    ),
    newestSeq: query<[], { seq: number }>("SELECT max(seq) AS seq FROM tasks"),
    moveTask: change<[newSeq: number, place: number, seq: number]>(
      "UPDATE tasks SET seq = ?, place = ? WHERE seq = ?",
    ),
    redrive: change<[newSeq: number, place: number, dueAt: number, seq: number]>(
      `UPDATE states SET seq = ?, state = 'READY', turn = ?, due_at = ?, attempt = 0, crashes = 0,
         finished_at = NULL
       WHERE seq = ? AND state = 'DEAD'`,
    ),
    moveSpec: change<[newSeq: number, seq: number]>("UPDATE specs SET seq = ? WHERE seq = ?"),
    moveDetails: change<[newSeq: number, seq: number]>("UPDATE details SET seq = ? WHERE seq = ?"),

    timedOut: query<
      [queue: number, now: number, limit: number],
      { uid: string; token: number; holder: string; attempt: number; spec: Uint8Array }
    >(
      `SELECT uid, token, holder, attempt, coalesce(t.spec, large.spec) AS spec
       FROM ${STATES} LEFT JOIN specs large ON large.seq = s.seq
       WHERE s.queue = ? AND state = 'LEASED' AND turn <= ? ORDER BY turn LIMIT +?`,
    ),
    purgeable: query<
      [queue: number, state: TaskState, now: number, limit: number],
      { seq: number }
    >(
      `SELECT seq FROM states WHERE queue = ? AND state = +? AND turn <= ?
       ORDER BY turn LIMIT +?`,
    ),
    deleteTask: change<[seq: number]>("DELETE FROM tasks WHERE seq = ?"),
    deleteState: change<[seq: number]>("DELETE FROM states WHERE seq = ?"),
    deleteSpec: change<[seq: number]>("DELETE FROM specs WHERE seq = ?"),
    deleteDetails: change<[seq: number]>("DELETE FROM details WHERE seq = ?"),
    deleteResult: change<[seq: number]>("DELETE FROM results WHERE seq = ?"),
    nextTurn: query<[queue: number, state: TaskState, after: number], { at: number | null }>(
      "SELECT min(turn) AS at FROM states WHERE queue = ? AND state = +? AND turn > ?",
    ),
    nextStartBy: query<[queue: number], { at: number | null }>(
      "SELECT min(start_by) AS at FROM states WHERE queue = ? AND start_by IS NOT NULL",
    ),
    nextSessionEnd: query<[queue: number], { at: number | null }>(
      "SELECT min(expires_at) AS at FROM sessions WHERE queue = ?",
    ),

    getTask: query<[queue: number, uid: string], FullRow>(
      `SELECT ${FULL} WHERE t.queue = ? AND t.uid = ?`,
    ),
    getTaskBySeq: query<[seq: number], FullRow>(`SELECT ${FULL} WHERE t.seq = ?`),
    countAhead: query<Head, { ahead: number }>(
      "SELECT count(*) AS ahead FROM ready WHERE queue = ? AND (place, seq) < (?, ?)",
    ),
  };
}

/** Every statement, by name. */
export type Statements = ReturnType<typeof prepareStatements>;
