/** What must hold between lanes, heads, members and tasks: a sentence, and a query of the rows that break it. */
export const FLOW_RULES: readonly (readonly [fault: string, sql: string])[] = [
  [
    "a task with keys that is in no line of its own, or in another",
    `SELECT seq, state, tasks.concurrency_key, tasks.ordering_key, ready_keyed.kind, key
     FROM ready_keyed JOIN tasks USING (seq) LEFT JOIN states USING (seq)
     WHERE key <> coalesce(concurrency_key, '') OR ready_keyed.place <> tasks.place OR ready_keyed.queue <> tasks.queue
       OR (ready_keyed.ordering_key IS NOT NULL AND ready_keyed.ordering_key IS NOT tasks.ordering_key)
       OR ready_keyed.kind IS NOT NULL AND ready_keyed.kind <> CASE
         WHEN tasks.kind NOT GLOB '@*' AND crashes > 0 AND crashes >= min(2, max_crashes - 1)
           THEN '@!' || tasks.kind ELSE tasks.kind END`,
  ],
  [
    "a task of a concurrency key in the line of those without",
    "SELECT seq FROM ready JOIN tasks USING (seq) WHERE concurrency_key IS NOT NULL",
  ],
  [
    "a lane with another number of tasks than it says",
    `SELECT * FROM lanes WHERE tasks <> (SELECT count(*) FROM ready_keyed r
       WHERE r.queue = lanes.queue AND r.key = lanes.key AND r.kind = lanes.kind)`,
  ],
  [
    "tasks without their lane",
    `SELECT seq, key, kind FROM ready_keyed r WHERE kind IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM lanes l WHERE l.queue = r.queue AND l.key = r.key
         AND l.kind = r.kind AND standing <> 'idle')`,
  ],
  [
    "a lane of tasks without a key that is alone",
    `SELECT * FROM lanes WHERE key = '' AND NOT EXISTS (SELECT 1 FROM lanes other
       WHERE other.queue = lanes.queue AND other.kind = lanes.kind AND other.key <> '')`,
  ],
  [
    "a virtual time of a kind that has no lanes",
    `SELECT * FROM virtual_times v WHERE NOT EXISTS (SELECT 1 FROM lanes l
       WHERE l.queue = v.queue AND l.kind = v.kind AND l.key <> '')`,
  ],
  [
    "a member that is not, or is not counted",
    `SELECT seq, state, leased FROM (SELECT seq, queue, concurrency_key AS key, coalesce(state, 'READY') AS state
         FROM tasks LEFT JOIN states USING (seq, queue)) LEFT JOIN members USING (seq, queue, key)
     WHERE leased IS NOT CASE WHEN key IS NULL THEN NULL WHEN state = 'SCHEDULED' THEN 0
       WHEN state = 'LEASED' THEN 1 END`,
  ],
  ["a member without a task", "SELECT * FROM members WHERE seq NOT IN (SELECT seq FROM tasks)"],
  [
    "a head that holds others and should not",
    `SELECT heads.*, state FROM heads LEFT JOIN tasks USING (seq) LEFT JOIN states USING (seq)
     WHERE tasks.seq IS NULL OR heads.ordering_key IS NOT tasks.ordering_key
       OR (coalesce(state, 'READY') IN ('SUCCEEDED', 'CANCELLED', 'EXPIRED')) OR (coalesce(state, 'READY') = 'DEAD') <> is_dead`,
  ],
  [
    "a task whose turn it is not",
    `SELECT t.seq, state FROM tasks t LEFT JOIN states USING (seq) LEFT JOIN ready_keyed r USING (seq)
       LEFT JOIN heads h ON h.queue = t.queue AND h.key = coalesce(concurrency_key, '')
         AND h.ordering_key = t.ordering_key
     WHERE t.ordering_key IS NOT NULL AND (
       coalesce(state, 'READY') = 'LEASED' AND h.seq IS NOT t.seq
       OR coalesce(state, 'READY') = 'READY' AND (h.seq IS NOT t.seq) <> (r.ordering_key IS NOT NULL)
       OR r.ordering_key IS NOT NULL AND h.seq IS NULL)`,
  ],
  [
    "a wrong count of those behind heads",
    `SELECT queues.id, behind FROM queues LEFT JOIN flows ON flows.queue = queues.id WHERE coalesce(behind, 0) <> (
       SELECT count(*) FROM ready_keyed r WHERE r.queue = queues.id AND ordering_key IS NOT NULL)`,
  ],
  [
    "tasks that are not in the order of their key",
    `SELECT h.seq AS head, r.seq AS behind FROM heads h JOIN tasks t ON t.seq = h.seq
       LEFT JOIN states s ON s.seq = h.seq
       JOIN ready_keyed r ON r.queue = h.queue AND r.key = h.key AND r.ordering_key = h.ordering_key
     WHERE coalesce(attempt, 0) = 0 AND coalesce(crashes, 0) = 0 AND coalesce(deliveries, 0) = 0
       AND (r.first_due, r.seq) < (t.place % 4398046511104, t.seq)`,
  ],
];
