/**
 * The sixth schema change: limits, order and fair shares. A task without keys in a queue without settings has no row
 * in any of these tables, and `ready` stays as it is for it.
 *
 * - A READY task of a concurrency key is in `ready_keyed`, in the lane of its key and kind, or behind the head of its
 *   ordering key. A head without a concurrency key is in `ready`, as any other.
 * - `members` has those of a concurrency key that wait for their time or are LEASED: a count of them cannot differ
 *   from what there is.
 * - What has no task, no holder and no time that runs has no row.
 */
export const FLOW = /* sql */ `
-- Null where the task has none.
ALTER TABLE tasks ADD COLUMN concurrency_key TEXT;
ALTER TABLE tasks ADD COLUMN ordering_key TEXT;

-- Queues that have settings, or have or had tasks with keys.
CREATE TABLE flows (
  queue        INTEGER PRIMARY KEY REFERENCES queues (id),
  -- As JSON; null where nobody set any.
  settings     TEXT,
  revision     INTEGER NOT NULL DEFAULT 0,
  -- Until when a worker holds the queue.
  held_until   INTEGER,
  -- When the next grant is due at an even pace; null where that time has passed.
  tat          REAL,
  -- After which key parked lanes are still to be let in, since settings changed; null where none are.
  let_in_after TEXT,
  -- How many tasks are behind a head.
  behind       INTEGER NOT NULL DEFAULT 0 CHECK (behind >= 0)
) STRICT;

CREATE TABLE key_settings (
  queue    INTEGER NOT NULL REFERENCES queues (id),
  key      TEXT    NOT NULL,
  settings TEXT    NOT NULL,
  PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE lanes (
  queue        INTEGER NOT NULL REFERENCES queues (id),
  -- Empty for the tasks without a key, which are in \`ready\`: their lane is here only while its kind has others.
  key          TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  -- When its next grant is due, in the virtual time of its kind.
  tag          REAL    NOT NULL,
  -- How many are in it; 0 for the one of the tasks without a key.
  tasks        INTEGER NOT NULL CHECK (tasks >= 0),
  -- An idle one is kept only as long as its tag is worth something.
  standing     TEXT    NOT NULL CHECK (CASE standing
    WHEN 'eligible' THEN tasks > 0 OR key = ''
    WHEN 'parked'   THEN tasks > 0
    WHEN 'idle'     THEN tasks = 0
    ELSE FALSE
  END),
  -- When time lets it in again; null where something else does.
  parked_until INTEGER CHECK (parked_until IS NULL OR standing = 'parked'),
  PRIMARY KEY (queue, key, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX lanes_by_tag ON lanes (queue, kind, standing, tag, key);
CREATE INDEX parked_lanes ON lanes (queue, key, kind) WHERE standing = 'parked';
CREATE INDEX lanes_by_time ON lanes (queue, parked_until) WHERE parked_until IS NOT NULL;

-- By kind the tag that the lane had which got the last grant, when it did. It is kept as long as the kind has lanes.
CREATE TABLE virtual_times (
  queue INTEGER NOT NULL REFERENCES queues (id),
  kind  TEXT    NOT NULL,
  time  REAL    NOT NULL,
  PRIMARY KEY (queue, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE ready_keyed (
  queue        INTEGER NOT NULL REFERENCES queues (id),
  place        INTEGER NOT NULL,
  seq          INTEGER NOT NULL REFERENCES tasks (seq),
  -- The concurrency key; empty where it has none.
  key          TEXT    NOT NULL,
  -- Null where it is behind a head.
  kind         TEXT,
  -- Null where it is in a lane; the next likewise.
  ordering_key TEXT,
  first_due    INTEGER,
  PRIMARY KEY (queue, place, seq),
  CHECK (CASE WHEN kind IS NULL THEN ordering_key IS NOT NULL AND first_due IS NOT NULL
    ELSE ordering_key IS NULL AND first_due IS NULL AND key <> '' END)
) STRICT, WITHOUT ROWID;

CREATE INDEX lane_tasks ON ready_keyed (queue, kind, key, place, seq) WHERE kind IS NOT NULL;
CREATE INDEX behind ON ready_keyed (queue, key, ordering_key, first_due, seq)
  WHERE ordering_key IS NOT NULL;

CREATE TABLE members (
  queue  INTEGER NOT NULL REFERENCES queues (id),
  key    TEXT    NOT NULL,
  -- 1 where it is LEASED, 0 where it is SCHEDULED.
  leased INTEGER NOT NULL,
  seq    INTEGER NOT NULL REFERENCES tasks (seq),
  PRIMARY KEY (queue, key, leased, seq)
) STRICT, WITHOUT ROWID;

-- The task of each ordering key whose turn it is.
CREATE TABLE heads (
  queue        INTEGER NOT NULL REFERENCES queues (id),
  key          TEXT    NOT NULL,
  ordering_key TEXT    NOT NULL,
  seq          INTEGER NOT NULL REFERENCES tasks (seq),
  first_due    INTEGER NOT NULL,
  -- 1 where it is DEAD and holds the others all the same.
  is_dead      INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (queue, key, ordering_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX dead_heads ON heads (queue, key, ordering_key) WHERE is_dead = 1;

CREATE TABLE tats (
  queue INTEGER NOT NULL REFERENCES queues (id),
  key   TEXT    NOT NULL,
  tat   REAL    NOT NULL,
  PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX tats_by_time ON tats (queue, tat);

-- Keys that a worker holds.
CREATE TABLE holds (
  queue      INTEGER NOT NULL REFERENCES queues (id),
  key        TEXT    NOT NULL,
  held_until INTEGER NOT NULL,
  PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX holds_by_time ON holds (queue, held_until);
`;
