import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { Change, Query } from "./query.ts";
import {
  FIRST_OF_LANES,
  type FirstOfLane,
  firstOfLane,
  LEASABLE_OF_LANES,
  type LeasableRow,
  leasableOf,
  TASK,
  TASKS,
  type TaskRow,
} from "./rows.ts";

type LaneName = [queue: number, key: string, kind: string];

/** How a queue flows, as its row has it. */
export interface FlowRow {
  readonly settings: string | null;
  readonly revision: number;
  readonly held_until: number | null;
  readonly tat: number | null;
  readonly let_in_after: string | null;
  readonly behind: number;
}

/** A lane that may be leased from, and what bounds its key. */
export interface LaneRow {
  /** Empty for the tasks without a key. */
  readonly key: string;
  readonly tag: number;
  readonly tasks: number;
  /** The key's own, as JSON. */
  readonly settings: string | null;
  readonly held_until: number | null;
  readonly tat: number | null;
}

/** Where a task stands that is behind the head of its ordering key. */
export interface BehindRow {
  readonly seq: number;
  readonly place: number;
}

/** Prepares the statements on lanes, heads, members and what limits them; see `prepareStatements`. */
export function prepareFlowStatements(db: DatabaseSync) {
  const change = <Parameters extends readonly SQLInputValue[]>(sql: string) =>
    new Change<Parameters>(db, sql);
  const query = <Parameters extends readonly SQLInputValue[], Row>(
    sql: string,
    rowOf?: (values: SQLOutputValue[]) => Row,
  ) => new Query<Parameters, Row>(db, sql, rowOf);

  return {
    findFlow: query<[queue: number], FlowRow>(
      `SELECT settings, revision, held_until, tat, let_in_after, behind FROM flows WHERE queue = ?`,
    ),
    insertFlow: change<[queue: number]>("INSERT INTO flows (queue) VALUES (?)"),
    deleteFlow: change<[queue: number]>("DELETE FROM flows WHERE queue = ?"),
    addBehind: change<[tasks: number, queue: number]>(
      "UPDATE flows SET behind = behind + ? WHERE queue = ?",
    ),
    setQueueTat: change<[tat: number | null, queue: number]>(
      "UPDATE flows SET tat = ? WHERE queue = ?",
    ),
    holdQueue: change<[until: number | null, queue: number]>(
      "UPDATE flows SET held_until = ? WHERE queue = ?",
    ),
    setLetInAfter: change<[key: string | null, queue: number]>(
      "UPDATE flows SET let_in_after = ? WHERE queue = ?",
    ),
    countLeased: query<[queue: number, limit: number], { leased: number }>(
      `SELECT count(*) AS leased
       FROM (SELECT 1 FROM states WHERE queue = ? AND state = 'LEASED' LIMIT +?)`,
    ),

    // An idle lane is left out: to name more columns would write its index anew each time.
    countIntoLanes: change<[tag: number, fromSeq: number, toSeq: number, kind: string]>(
      `INSERT INTO lanes (queue, key, kind, tag, tasks, standing)
       SELECT queue, concurrency_key, kind, ?, 1, 'eligible' FROM tasks
       WHERE seq BETWEEN ? AND ? AND kind = ?
       ON CONFLICT (queue, key, kind) DO UPDATE SET tasks = tasks + 1 WHERE standing <> 'idle'`,
    ),
    idleAmong: query<[fromSeq: number, toSeq: number, kind: string], { key: string }>(
      `SELECT l.key FROM tasks t CROSS JOIN lanes l
         ON l.queue = t.queue AND l.key = t.concurrency_key AND l.kind = t.kind
       WHERE t.seq BETWEEN ? AND ? AND t.kind = ? AND standing = 'idle'`,
    ),
    addToLane: change<LaneName>(
      `UPDATE lanes SET tasks = tasks + 1 WHERE queue = ? AND key = ? AND kind = ? AND standing <> 'idle'`,
    ),
    openLane: change<[...LaneName, newTag: number, tasks: number, time: number]>(
      `INSERT INTO lanes (queue, key, kind, tag, tasks, standing) VALUES (?, ?, ?, ?, ?, 'eligible')
       ON CONFLICT (queue, key, kind) DO UPDATE SET tag = max(tag, ?), tasks = excluded.tasks,
         standing = 'eligible'`,
    ),
    leaveLane: change<LaneName>(
      `UPDATE lanes SET tasks = tasks - 1, standing = CASE tasks WHEN 1 THEN 'idle' ELSE standing END,
         parked_until = CASE tasks WHEN 1 THEN NULL ELSE parked_until END
       WHERE queue = ? AND key = ? AND kind = ?`,
    ),
    // Of most lanes a lease changes no more.
    payLane: change<[tag: number, taken: number, ...LaneName]>(
      "UPDATE lanes SET tag = ?, tasks = tasks - ? WHERE queue = ? AND key = ? AND kind = ?",
    ),
    // What a lease leaves of another.
    setLane: change<
      [tag: number, taken: number, standing: string, until: number | null, ...LaneName]
    >(
      `UPDATE lanes SET tag = ?, tasks = tasks - ?, standing = ?, parked_until = ?
       WHERE queue = ? AND key = ? AND kind = ?`,
    ),
    idleLane: change<LaneName>(
      "UPDATE lanes SET standing = 'idle' WHERE queue = ? AND key = ? AND kind = ?",
    ),
    anyReady: query<[queue: number], { seq: number }>(
      "SELECT seq FROM ready WHERE queue = ? LIMIT 1",
    ),
    chargeLane: change<[tag: number, cost: number, ...LaneName]>(
      `UPDATE lanes SET tag = max(tag, ?) + ? WHERE queue = ? AND key = ? AND kind = ?`,
    ),
    keepTag: change<[...LaneName, tag: number]>(
      `INSERT INTO lanes (queue, key, kind, tag, tasks, standing) VALUES (?, ?, ?, ?, 0, 'idle')
       ON CONFLICT (queue, key, kind) DO NOTHING`,
    ),
    letLaneIn: change<[tag: number, ...LaneName]>(
      `UPDATE lanes SET tag = max(tag, ?), standing = 'eligible', parked_until = NULL
       WHERE queue = ? AND key = ? AND kind = ? AND standing = 'parked'`,
    ),
    virtualTime: query<[queue: number, kind: string], { time: number }>(
      "SELECT time FROM virtual_times WHERE queue = ? AND kind = ?",
    ),
    advance: change<[queue: number, kind: string, time: number]>(
      `INSERT INTO virtual_times VALUES (?, ?, ?)
       ON CONFLICT (queue, kind) DO UPDATE SET time = max(time, excluded.time)`,
    ),
    dropVirtualTime: change<[queue: number, kind: string]>(
      "DELETE FROM virtual_times WHERE queue = ? AND kind = ?",
    ),
    anyEligible: query<[queue: number, kind: string], { key: string }>(
      `SELECT key FROM lanes WHERE queue = ? AND kind = ? AND standing = 'eligible' AND key <> '' LIMIT 1`,
    ),
    anyParkedOfKind: query<[queue: number, kind: string], { key: string }>(
      "SELECT key FROM lanes WHERE queue = ? AND kind = ? AND standing = 'parked' LIMIT 1",
    ),
    anyKeyed: query<[queue: number, kind: string], { key: string }>(
      "SELECT key FROM lanes WHERE queue = ? AND kind = ? AND key <> '' LIMIT 1",
    ),
    lastIdle: query<[queue: number, kind: string], { tag: number | null }>(
      "SELECT max(tag) AS tag FROM lanes WHERE queue = ? AND kind = ? AND standing = 'idle'",
    ),
    eligibleLanes: query<
      [queue: number, kind: string, afterTag: number, afterKey: string, limit: number],
      LaneRow
    >(
      `SELECT l.key, l.tag, tasks, settings, held_until, tat
       FROM lanes l LEFT JOIN key_settings k ON k.queue = l.queue AND k.key = l.key
       LEFT JOIN holds h ON h.queue = l.queue AND h.key = l.key
       LEFT JOIN tats r ON r.queue = l.queue AND r.key = l.key
       WHERE l.queue = ? AND l.kind = ? AND standing = 'eligible' AND (l.tag, l.key) > (?, ?)
       ORDER BY l.tag, l.key LIMIT +?`,
    ),
    findLane: query<LaneName, { tag: number; tasks: number; standing: string }>(
      "SELECT tag, tasks, standing FROM lanes WHERE queue = ? AND key = ? AND kind = ?",
    ),
    nextLaneKind: query<[queue: number, after: string], { kind: string }>(
      "SELECT kind FROM lanes WHERE queue = ? AND kind > ? ORDER BY kind LIMIT 1",
    ),
    nextReadyKind: query<[queue: number, after: string], { kind: string }>(
      "SELECT kind FROM ready WHERE queue = ? AND kind > ? ORDER BY kind LIMIT 1",
    ),
    // The lane of tasks without a key may be empty; the ready index tells of these.
    apartLaneKinds: query<[queue: number], { kind: string }>(
      `SELECT DISTINCT kind FROM lanes
       WHERE queue = ? AND kind >= '@' AND kind < 'A' AND standing = 'eligible' AND key <> ''`,
    ),
    parkedOfKey: query<[queue: number, key: string], { kind: string }>(
      `SELECT kind FROM lanes
       WHERE queue = ? AND key = ? AND standing = 'parked' AND parked_until IS NULL`,
    ),
    parkedAfter: query<[queue: number, key: string, limit: number], { key: string; kind: string }>(
      `SELECT key, kind FROM lanes WHERE queue = ? AND key > ? AND standing = 'parked'
       ORDER BY key, kind LIMIT +?`,
    ),
    allParkedOfKey: query<[queue: number, key: string], { kind: string }>(
      "SELECT kind FROM lanes WHERE queue = ? AND key = ? AND standing = 'parked'",
    ),
    dueLanes: query<[queue: number, now: number, limit: number], { key: string; kind: string }>(
      `SELECT key, kind FROM lanes WHERE queue = ? AND parked_until <= ?
       ORDER BY parked_until LIMIT +?`,
    ),
    nextLaneAt: query<[queue: number], { at: number | null }>(
      "SELECT min(parked_until) AS at FROM lanes WHERE queue = ? AND parked_until IS NOT NULL",
    ),
    anyParked: query<[queue: number], { key: string }>(
      "SELECT key FROM lanes WHERE queue = ? AND standing = 'parked' LIMIT 1",
    ),
    idleUpTo: query<[queue: number, kind: string, tag: number, limit: number], { key: string }>(
      `SELECT key FROM lanes WHERE queue = ? AND kind = ? AND standing = 'idle' AND tag <= ?
       ORDER BY tag LIMIT +?`,
    ),
    dropLane: change<LaneName>("DELETE FROM lanes WHERE queue = ? AND key = ? AND kind = ?"),

    enterLanes: change<[fromSeq: number, toSeq: number]>(
      `INSERT INTO ready_keyed (queue, place, seq, key, kind)
       SELECT queue, place, seq, concurrency_key, kind FROM tasks WHERE seq BETWEEN ? AND ?`,
    ),
    enterLane: change<[queue: number, place: number, seq: number, key: string, kind: string]>(
      "INSERT INTO ready_keyed (queue, place, seq, key, kind) VALUES (?, ?, ?, ?, ?)",
    ),
    enterBehind: change<
      [
        queue: number,
        place: number,
        seq: number,
        key: string,
        orderingKey: string,
        firstDue: number,
      ]
    >(
      `INSERT INTO ready_keyed (queue, place, seq, key, ordering_key, first_due)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    leaveReadyKeyed: change<[queue: number, place: number, seq: number]>(
      "DELETE FROM ready_keyed WHERE queue = ? AND place = ? AND seq = ?",
    ),
    firstOfLanes: query<
      [queue: number, kind: string, untilTag: number, untilKey: string],
      FirstOfLane
    >(
      `SELECT ${FIRST_OF_LANES} WHERE l.queue = ? AND l.kind = ? AND standing = 'eligible'
         AND (l.tag, l.key) <= (?, ?)`,
      firstOfLane,
    ),
    leasableOfLane: query<[queue: number, kind: string, key: string, limit: number], LeasableRow>(
      `SELECT ${LEASABLE_OF_LANES} WHERE r.queue = ? AND r.kind = ? AND r.key = ?
       ORDER BY r.place, r.seq LIMIT +?`,
      leasableOf,
    ),
    // Of any tasks, by their `seq` as a JSON array; see `take` for those that are the head of a line.
    takeThese: change<
      [now: number, token: number, session: number, holder: string, workerId: string, seqs: string]
    >(
      `INSERT INTO states (seq, queue, state, turn, due_at, attempt, deliveries, token, worker_id,
         session, holder, started_at)
       SELECT t.seq, t.queue, 'LEASED', ?1 + attempt_timeout_ms, submitted_at, 1, 1, ?2, ?5, ?3, ?4, ?1
       FROM json_each(?6) j CROSS JOIN tasks t ON t.seq = j.value WHERE TRUE
       ON CONFLICT (seq) DO UPDATE SET state = 'LEASED', turn = excluded.turn, token = excluded.token,
         session = excluded.session, holder = excluded.holder, worker_id = excluded.worker_id,
         started_at = excluded.started_at, start_by = NULL, attempt = attempt + 1,
         deliveries = deliveries + 1, ended = NULL, ended_state = NULL`,
    ),
    // Builds a list of its own, which costs less than a statement a lane.
    leaveLanes: change<[seqs: string]>(
      `DELETE FROM ready_keyed WHERE (queue, place, seq) IN (
         SELECT queue, place, t.seq FROM json_each(?) j CROSS JOIN tasks t ON t.seq = j.value
         WHERE concurrency_key IS NOT NULL)`,
    ),

    insertMember: change<[queue: number, key: string, leased: number, seq: number]>(
      "INSERT INTO members VALUES (?, ?, ?, ?)",
    ),
    insertHolders: change<[seqs: string]>(
      `INSERT INTO members SELECT queue, concurrency_key, 1, t.seq
       FROM json_each(?) j CROSS JOIN tasks t ON t.seq = j.value
       WHERE concurrency_key IS NOT NULL`,
    ),
    deleteMember: change<[queue: number, key: string, leased: number, seq: number]>(
      "DELETE FROM members WHERE queue = ? AND key = ? AND leased = ? AND seq = ?",
    ),
    countMembers: query<
      [queue: number, key: string, leased: number, limit: number],
      { members: number }
    >(
      `SELECT count(*) AS members
       FROM (SELECT 1 FROM members WHERE queue = ? AND key = ? AND leased = ? LIMIT +?)`,
    ),
    countBehind: query<[queue: number, key: string, limit: number], { tasks: number }>(
      `SELECT count(*) AS tasks FROM (SELECT 1 FROM ready_keyed
         WHERE queue = ? AND key = ? AND ordering_key IS NOT NULL LIMIT +?)`,
    ),
    countInLanes: query<[queue: number, key: string], { tasks: number | null }>(
      "SELECT sum(tasks) AS tasks FROM lanes WHERE queue = ? AND key = ?",
    ),

    findHead: query<
      [queue: number, key: string, orderingKey: string],
      { seq: number; first_due: number }
    >("SELECT seq, first_due FROM heads WHERE queue = ? AND key = ? AND ordering_key = ?"),
    setHead: change<
      [queue: number, key: string, orderingKey: string, seq: number, firstDue: number]
    >(
      `INSERT INTO heads (queue, key, ordering_key, seq, first_due) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (queue, key, ordering_key) DO UPDATE SET seq = excluded.seq,
         first_due = excluded.first_due, is_dead = 0`,
    ),
    markHeadDead: change<[queue: number, key: string, orderingKey: string]>(
      "UPDATE heads SET is_dead = 1 WHERE queue = ? AND key = ? AND ordering_key = ?",
    ),
    deleteHead: change<[queue: number, key: string, orderingKey: string]>(
      "DELETE FROM heads WHERE queue = ? AND key = ? AND ordering_key = ?",
    ),
    nextBehind: query<[queue: number, key: string, orderingKey: string], BehindRow>(
      `SELECT seq, place FROM ready_keyed WHERE queue = ? AND key = ? AND ordering_key = ?
       ORDER BY first_due, seq LIMIT 1`,
    ),
    deadHeads: query<[queue: number, limit: number], { key: string; ordering_key: string }>(
      "SELECT key, ordering_key FROM heads WHERE queue = ? AND is_dead = 1 LIMIT +?",
    ),
    taskBySeq: query<[seq: number], TaskRow>(`SELECT ${TASK} FROM ${TASKS} WHERE t.seq = ?`),

    putSettings: change<[settings: string, revision: number, queue: number]>(
      "UPDATE flows SET settings = ?, revision = ? WHERE queue = ?",
    ),
    putKeySettings: change<[queue: number, key: string, settings: string]>(
      `INSERT INTO key_settings VALUES (?, ?, ?)
       ON CONFLICT (queue, key) DO UPDATE SET settings = excluded.settings`,
    ),
    deleteKeySettings: change<[queue: number, key: string]>(
      "DELETE FROM key_settings WHERE queue = ? AND key = ?",
    ),
    countKeySettings: query<[queue: number], { keys: number }>(
      "SELECT count(*) AS keys FROM key_settings WHERE queue = ?",
    ),
    keySettings: query<[queue: number, key: string], { settings: string }>(
      "SELECT settings FROM key_settings WHERE queue = ? AND key = ?",
    ),
    setTat: change<[queue: number, key: string, tat: number]>(
      `INSERT INTO tats VALUES (?, ?, ?) ON CONFLICT (queue, key) DO UPDATE SET tat = excluded.tat`,
    ),
    passedTats: query<[queue: number, now: number, limit: number], { key: string }>(
      "SELECT key FROM tats WHERE queue = ? AND tat <= ? LIMIT +?",
    ),
    dropTat: change<[queue: number, key: string]>("DELETE FROM tats WHERE queue = ? AND key = ?"),
    hold: change<[queue: number, key: string, until: number]>(
      `INSERT INTO holds VALUES (?, ?, ?)
       ON CONFLICT (queue, key) DO UPDATE SET held_until = max(held_until, excluded.held_until)`,
    ),
    passedHolds: query<[queue: number, now: number, limit: number], { key: string }>(
      "SELECT key FROM holds WHERE queue = ? AND held_until <= ? LIMIT +?",
    ),
    dropHold: change<[queue: number, key: string]>("DELETE FROM holds WHERE queue = ? AND key = ?"),
  };
}
