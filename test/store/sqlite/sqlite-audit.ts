import type { DatabaseSync } from "node:sqlite";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import { FLOW_RULES } from "./sqlite-flow-audit.ts";

const KEEPS_TRACES = [
  "tasks",
  "states",
  "deaths",
  "ready",
  "ready_keyed",
  "lanes",
  "virtual_times",
  "members",
  "heads",
  "tats",
  "holds",
  "specs",
  "details",
  "results",
  "sessions",
  "notices",
  "abouts",
];

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
      `SELECT seq FROM states WHERE (seq IN (SELECT seq FROM results))
         <> (result_type IS NOT NULL AND result IS NULL)`,
    ),
    ...find(
      db,
      "a line that is not of the READY tasks",
      `SELECT seq, state, ready.place FROM tasks LEFT JOIN states USING (seq) LEFT JOIN ready USING (seq)
         LEFT JOIN ready_keyed keyed USING (seq)
       WHERE (coalesce(state, 'READY') = 'READY') <> ((ready.seq IS NOT NULL) + (keyed.seq IS NOT NULL))
         OR ready.place <> tasks.place OR ready.queue <> tasks.queue`,
    ),
    ...find(
      db,
      "a task that is in line by another kind",
      `SELECT seq, tasks.kind, ready.kind AS lined FROM ready JOIN tasks USING (seq)
         JOIN queues ON queues.id = tasks.queue LEFT JOIN states USING (seq)
       WHERE ready.kind IS NOT CASE
         WHEN tasks.kind NOT GLOB '@*' AND crashes > 0 AND crashes >= min(2, max_crashes - 1)
           THEN '@!' || tasks.kind
         WHEN by_kind OR tasks.kind GLOB '@*' THEN tasks.kind END`,
    ),
    ...find(
      db,
      "a wrong count of deaths",
      `WITH counted AS (
         SELECT queue, coalesce(failure ->> '$.type', '') AS type, count(*) AS tasks
         FROM states LEFT JOIN details USING (seq) WHERE state = 'DEAD' GROUP BY 1, 2)
       SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM deaths)
       UNION ALL SELECT * FROM (SELECT * FROM deaths EXCEPT SELECT * FROM counted)`,
    ),
    ...FLOW_RULES.flatMap(([fault, sql]) => find(db, fault, sql)),
    ...find(
      db,
      "a checkpoint that nobody will use",
      `SELECT * FROM details JOIN states USING (seq)
       WHERE checkpoint IS NOT NULL AND state IN ('SUCCEEDED', 'CANCELLED', 'EXPIRED')`,
    ),
    ...find(
      db,
      "past attempts of a task that has none",
      `SELECT * FROM details LEFT JOIN states USING (seq)
       WHERE past IS NOT NULL AND (coalesce(deliveries, 0) = 0
         OR (deliveries = 1 AND attempt = 1 AND state IN ('LEASED', 'SUCCEEDED')))`,
    ),
    ...TASK_STATES.flatMap((state) =>
      find(
        db,
        `a wrong count of ${state}`,
        `SELECT name, ${state} AS figure,
           (SELECT count(*) FROM tasks LEFT JOIN states USING (seq)
             WHERE tasks.queue = queues.id AND coalesce(state, 'READY') = '${state}') AS counted
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
