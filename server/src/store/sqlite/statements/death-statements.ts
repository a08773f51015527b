import type { DatabaseSync } from "node:sqlite";
import { Change, Query } from "./query.ts";

type OfTask = [queue: number, seq: number];

/** The type of a task's last failure. */
const TYPE = "coalesce((SELECT failure ->> '$.type' FROM details WHERE seq = ?2), '')";

/** Prepares the statements that tell how tasks died; see `prepareStatements`. */
export function prepareDeathStatements(db: DatabaseSync) {
  return {
    countDeath: new Change<OfTask>(
      db,
      `INSERT INTO deaths VALUES (?1, ${TYPE}, 1)
       ON CONFLICT (queue, type) DO UPDATE SET tasks = tasks + 1`,
    ),
    // A count of 0 is none: the last one's row goes first.
    dropDeath: new Change<OfTask>(
      db,
      `DELETE FROM deaths WHERE queue = ?1 AND type = ${TYPE} AND tasks = 1`,
    ),
    uncountDeath: new Change<OfTask>(
      db,
      `UPDATE deaths SET tasks = tasks - 1 WHERE queue = ?1 AND type = ${TYPE}`,
    ),
    deaths: new Query<[queue: number, limit: number], { type: string; tasks: number }>(
      db,
      "SELECT type, tasks FROM deaths WHERE queue = ? ORDER BY type LIMIT +?",
    ),
  };
}
