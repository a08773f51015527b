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
