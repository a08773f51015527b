import type { DatabaseSync } from "node:sqlite";
import { TASK_STATES } from "../../server/src/domain/task-state.ts";

const KEEPS_TRACES = ["tasks", "specs", "details", "results", "sessions", "notices"];

/** Names every row of a task or a session. */
export function residueIn(db: DatabaseSync): string[] {
  return KEEPS_TRACES.flatMap((table) =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => `${table} ${describeRow(row)}`),
  );
}

/** Names what does not fit together: rows without their owner, figures that are not the count. */
export function orphansIn(db: DatabaseSync): string[] {
  return [
    ...find(
      db,
      "a damaged file",
      "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    ),
    ...find(db, "a row without its owner", "SELECT * FROM pragma_foreign_key_check"),
    ...find(
      db,
      "a task without its spec",
      "SELECT seq FROM tasks WHERE (spec IS NULL) <> (seq IN (SELECT seq FROM specs))",
    ),
    ...find(
      db,
      "a result that is not where it should be",
      `SELECT seq FROM tasks WHERE (seq IN (SELECT seq FROM results))
         <> (result_type IS NOT NULL AND result IS NULL)`,
    ),
    ...find(
      db,
      "a checkpoint that nobody will use",
      `SELECT * FROM details JOIN tasks USING (seq)
       WHERE checkpoint IS NOT NULL AND state IN ('SUCCEEDED', 'CANCELLED', 'EXPIRED')`,
    ),
    ...TASK_STATES.flatMap((state) =>
      find(
        db,
        `a wrong count of ${state}`,
        `SELECT name, ${state} AS figure,
           (SELECT count(*) FROM tasks WHERE queue = queues.id AND state = '${state}') AS counted
         FROM queues WHERE figure <> counted`,
      ),
    ),
  ];
}

function find(db: DatabaseSync, what: string, sql: string): string[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => `${what}: ${describeRow(row)}`);
}

function describeRow(row: object): string {
  return JSON.stringify(row);
}
