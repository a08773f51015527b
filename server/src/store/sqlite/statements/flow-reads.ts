import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { Query } from "./query.ts";

type Place = [queue: number, place: number, seq: number];
type KeyName = { readonly key: string };

/** The READY tasks of keys in the order of their places. */
const KEYED_LINE =
  "ready_keyed r CROSS JOIN tasks t ON t.seq = r.seq LEFT JOIN states s ON s.seq = r.seq";

/** Prepares the statements that tell how keys and orders stand; see `prepareStatements`. */
export function prepareFlowReads(db: DatabaseSync) {
  const query = <Parameters extends readonly SQLInputValue[], Row>(sql: string) =>
    new Query<Parameters, Row>(db, sql);

  return {
    headOfKeyed: query<[queue: number, from: number, to: number], { due_at: number }>(
      `SELECT coalesce(due_at, submitted_at) AS due_at FROM ${KEYED_LINE}
       WHERE r.queue = ? AND r.place >= ? AND r.place < ? ORDER BY r.place, r.seq LIMIT 1`,
    ),
    countAheadKeyed: query<Place, { ahead: number }>(
      "SELECT count(*) AS ahead FROM ready_keyed WHERE queue = ? AND (place, seq) < (?, ?)",
    ),

    countParked: query<[queue: number], { lanes: number }>(
      "SELECT count(*) AS lanes FROM lanes INDEXED BY parked_lanes WHERE queue = ? AND standing = 'parked'",
    ),
    someParked: query<[queue: number, limit: number], { key: string; tasks: number }>(
      `SELECT key, tasks FROM lanes INDEXED BY parked_lanes
       WHERE queue = ? AND standing = 'parked' ORDER BY key LIMIT +?`,
    ),

    nextKeyInLanes: query<[queue: number, after: string], KeyName>(
      "SELECT key FROM lanes WHERE queue = ? AND key > ? AND tasks > 0 ORDER BY key LIMIT 1",
    ),
    nextKeyBehind: query<[queue: number, after: string], KeyName>(
      `SELECT key FROM ready_keyed
       WHERE queue = ? AND key > ? AND ordering_key IS NOT NULL ORDER BY key LIMIT 1`,
    ),
    nextMemberKey: query<[queue: number, after: string], KeyName>(
      "SELECT key FROM members WHERE queue = ? AND key > ? ORDER BY key LIMIT 1",
    ),
    nextSetKey: query<[queue: number, after: string], KeyName>(
      "SELECT key FROM key_settings WHERE queue = ? AND key > ? ORDER BY key LIMIT 1",
    ),
    lanesOfKey: query<[queue: number, key: string], { kind: string; tasks: number }>(
      "SELECT kind, tasks FROM lanes WHERE queue = ? AND key = ? AND tasks > 0",
    ),
    headOfLane: query<
      [queue: number, kind: string, key: string],
      { place: number; due_at: number }
    >(
      `SELECT r.place, coalesce(due_at, submitted_at) AS due_at FROM ${KEYED_LINE}
       WHERE r.queue = ? AND r.kind = ? AND r.key = ? ORDER BY r.place, r.seq LIMIT 1`,
    ),
    headBehind: query<[queue: number, key: string], { due_at: number }>(
      `SELECT coalesce(due_at, submitted_at) AS due_at FROM ${KEYED_LINE}
       WHERE r.queue = ? AND r.key = ? AND r.ordering_key IS NOT NULL LIMIT 1`,
    ),
    timesOfKey: query<
      [queue: number, key: string],
      { settings: string | null; held_until: number | null; tat: number | null }
    >(
      `SELECT (SELECT settings FROM key_settings WHERE queue = ?1 AND key = ?2) AS settings,
         (SELECT held_until FROM holds WHERE queue = ?1 AND key = ?2) AS held_until,
         (SELECT tat FROM tats WHERE queue = ?1 AND key = ?2) AS tat`,
    ),

    leasedTasks: query<[queue: number, limit: number], { uid: string }>(
      `SELECT uid FROM states s CROSS JOIN tasks t ON t.seq = s.seq
       WHERE s.queue = ? AND state = 'LEASED' LIMIT +?`,
    ),
    holdersOfKey: query<[queue: number, key: string, limit: number], { uid: string }>(
      `SELECT uid FROM members m CROSS JOIN tasks t ON t.seq = m.seq
       WHERE m.queue = ? AND key = ? AND leased = 1 LIMIT +?`,
    ),
    countLanesBefore: query<
      [queue: number, kind: string, tag: number, key: string, limit: number],
      { lanes: number }
    >(
      `SELECT count(*) AS lanes FROM (SELECT 1 FROM lanes
         WHERE queue = ? AND kind = ? AND standing = 'eligible' AND (tag, key) < (?, ?) LIMIT +?)`,
    ),
    countInLaneBefore: query<
      [queue: number, kind: string, key: string, place: number, seq: number],
      { tasks: number }
    >(
      `SELECT count(*) AS tasks FROM ready_keyed
       WHERE queue = ? AND kind = ? AND key = ? AND (place, seq) < (?, ?)`,
    ),
    countOfKindBefore: query<
      [queue: number, kind: string, place: number, seq: number],
      { tasks: number }
    >(`SELECT count(*) AS tasks FROM ready WHERE queue = ? AND kind = ? AND (place, seq) < (?, ?)`),
    countBehindBefore: query<
      [queue: number, key: string, orderingKey: string, firstDue: number, seq: number],
      { tasks: number }
    >(
      `SELECT count(*) AS tasks FROM ready_keyed
       WHERE queue = ? AND key = ? AND ordering_key = ? AND (first_due, seq) < (?, ?)`,
    ),

    // What is left of a queue without tasks, some at a time.
    someTasks: query<[queue: number, limit: number], { seq: number }>(
      "SELECT seq FROM tasks WHERE queue = ? LIMIT +?",
    ),
    someLanes: query<[queue: number, limit: number], { key: string; kind: string }>(
      "SELECT key, kind FROM lanes WHERE queue = ? LIMIT +?",
    ),
    someSetKeys: query<[queue: number, limit: number], KeyName>(
      "SELECT key FROM key_settings WHERE queue = ? LIMIT +?",
    ),
  };
}
