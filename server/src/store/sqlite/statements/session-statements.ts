import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { Change, Query } from "./query.ts";
import { type LostLeaseRow, type SessionRow, STATES, TASK, type TaskRow } from "./rows.ts";

/** Prepares the statements on sessions and what they are to be told; see `prepareStatements`. */
export function prepareSessionStatements(db: DatabaseSync) {
  const change = <Parameters extends readonly SQLInputValue[]>(sql: string) =>
    new Change<Parameters>(db, sql);
  const query = <Parameters extends readonly SQLInputValue[], Row>(sql: string) =>
    new Query<Parameters, Row>(db, sql);

  return {
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
         worker_id = excluded.worker_id, expires_at = excluded.expires_at, types = excluded.types,
         credit = 0`,
    ),
    liveSessions: query<
      [queue: number, now: number, limit: number],
      { session_id: string; types: string | null }
    >(
      `SELECT session_id, types FROM sessions WHERE queue = ? AND expires_at > ? AND drain IS NULL
       ORDER BY expires_at LIMIT +?`,
    ),
    renewSession: change<[expiresAt: number, credit: number | null, id: number]>(
      "UPDATE sessions SET expires_at = ?, credit = coalesce(?, credit) WHERE id = ?",
    ),
    leasesOfSession: query<[queue: number, session: number], TaskRow>(
      `SELECT ${TASK} FROM ${STATES} WHERE s.queue = ? AND state = 'LEASED' AND session = ?`,
    ),
    leasesOfDead: query<[queue: number, now: number, limit: number], LostLeaseRow>(
      `SELECT ${TASK}, session_id, dead.worker_id
       FROM states s CROSS JOIN sessions dead ON dead.id = s.session CROSS JOIN tasks t ON t.seq = s.seq
       WHERE s.queue = ? AND state = 'LEASED' AND expires_at <= ? LIMIT +?`,
    ),
    deadSessions: query<[queue: number, now: number, limit: number], SessionRow>(
      "SELECT * FROM sessions WHERE queue = ? AND expires_at <= ? ORDER BY expires_at LIMIT +?",
    ),
    deleteSession: change<[id: number]>("DELETE FROM sessions WHERE id = ?"),

    setAbout: change<[session: number, about: string]>(
      `INSERT INTO abouts (session, about) VALUES (?, ?)
       ON CONFLICT (session) DO UPDATE SET about = excluded.about`,
    ),
    deleteAbout: change<[session: number]>("DELETE FROM abouts WHERE session = ?"),
    aboutOf: query<[session: number], { about: string }>(
      "SELECT about FROM abouts WHERE session = ?",
    ),
    workerQueues: query<[now: number], { name: string }>(
      `SELECT name FROM queues WHERE EXISTS (
         SELECT 1 FROM sessions JOIN abouts ON session = sessions.id
         WHERE queue = queues.id AND expires_at > ? AND about LIKE '{%') ORDER BY name`,
    ),
    sessionsAfter: query<[queue: number, now: number, after: string, limit: number], SessionRow>(
      `SELECT * FROM sessions INDEXED BY sessions_by_id
       WHERE queue = ? AND expires_at > ? AND session_id > ?
       ORDER BY session_id LIMIT +?`,
    ),
    // In the index alone, however many there are.
    leasesOfQueue: query<[queue: number], { session: number; seq: number }>(
      "SELECT session, seq FROM states WHERE queue = ? AND state = 'LEASED' ORDER BY turn",
    ),
    leaseBySeq: query<
      [seq: number],
      { uid: string; kind: string; spec: Uint8Array | null; attempt: number; started_at: number }
    >(
      // Only of a task that one session may lease is the type in the spec alone, which may be large.
      `SELECT uid, kind, attempt, started_at,
         CASE WHEN kind GLOB '@*' THEN coalesce(t.spec, large.spec) END AS spec
       FROM ${STATES} LEFT JOIN specs large ON large.seq = t.seq WHERE s.seq = ?`,
    ),
    drainSession: change<[reason: string, id: number]>(
      "UPDATE sessions SET drain = coalesce(drain, ?) WHERE id = ?",
    ),

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
  };
}
