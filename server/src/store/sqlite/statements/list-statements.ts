import type { DatabaseSync } from "node:sqlite";
import type { TaskState } from "../../../domain/task-state.ts";
import { Query } from "./query.ts";
import { type ListedRow, STATES } from "./rows.ts";

type From = [place: number, seq: number, limit: number];

/** Prepares the statements that tasks are listed by, in their order and from the end of it; see `prepareStatements`. */
export function prepareListStatements(db: DatabaseSync) {
  const forth = listing(db, ">", "");
  const back = listing(db, "<", "DESC");
  return {
    list: forth.ofState,
    listReady: forth.ready,
    listReadyKeyed: forth.readyKeyed,
    listBack: back.ofState,
    listReadyBack: back.ready,
    listReadyKeyedBack: back.readyKeyed,
    failureType: new Query<[seq: number], { type: string | null }>(
      db,
      "SELECT failure ->> '$.type' AS type FROM details WHERE seq = ?",
    ),
  };
}

function listing(db: DatabaseSync, beyond: string, way: string) {
  const line = (table: string) =>
    new Query<[queue: number, ...From], ListedRow>(
      db,
      `SELECT r.seq, r.place AS turn, uid, t.kind, submitted_at
       FROM ${table} r CROSS JOIN tasks t ON t.seq = r.seq
       WHERE r.queue = ? AND (r.place, r.seq) ${beyond} (?, ?)
       ORDER BY r.place ${way}, r.seq ${way} LIMIT +?`,
    );
  return {
    ofState: new Query<[queue: number, state: TaskState, ...From], ListedRow>(
      db,
      `SELECT s.seq, turn, uid, kind, submitted_at, worker_id FROM ${STATES}
       WHERE s.queue = ? AND state = +? AND (turn, s.seq) ${beyond} (?, ?)
       ORDER BY turn ${way}, s.seq ${way} LIMIT +?`,
    ),
    ready: line("ready"),
    readyKeyed: line("ready_keyed"),
  };
}
