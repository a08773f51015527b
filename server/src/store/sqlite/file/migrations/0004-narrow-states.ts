/**
 * The fourth schema change: a task's row is written once, and what changes is in narrow tables. A row of
 * thirty columns with its spec, written anew by each transition, and six entries in indexes were most of
 * what a task cost.
 *
 * - `ready` is the line of the READY tasks. A lease takes its head in two statements, however many tasks
 *   that is.
 * - `states` has what becomes of a task. One that waits READY as it was submitted has no row there, but
 *   for a start deadline.
 *
 * The constraints are those of the first schema, with one exception: the bounds of attempts and crashes
 * stand in the task's row, and to copy them costs more than it is worth.
 */
export const NARROW_STATES = /* sql */ `
-- Whether tasks in line are sorted by kind as well: from when somebody first asked for some kinds only.
ALTER TABLE queues ADD COLUMN by_kind INTEGER NOT NULL DEFAULT 0;

CREATE TABLE new_tasks (
  -- Grows with each submit and each redrive, so it orders tasks of one place.
  seq                INTEGER PRIMARY KEY,
  queue              INTEGER NOT NULL REFERENCES queues (id),
  -- The part of the task's id that is unique within the queue.
  uid                TEXT    NOT NULL,
  -- Priority and the time it was first due, as one number.
  place              INTEGER NOT NULL,
  -- What it is leased by: its type, or the one session that may have it.
  kind               TEXT    NOT NULL,
  fingerprint        TEXT    NOT NULL,
  submitted_at       INTEGER NOT NULL,
  attempt_timeout_ms INTEGER NOT NULL,
  retention_ms       INTEGER NOT NULL,
  -- Until when its request id has to be known.
  remember_until     INTEGER NOT NULL,
  max_attempts       INTEGER NOT NULL,
  max_crashes        INTEGER NOT NULL,
  -- Null where it is large, and so in a table of its own.
  spec               BLOB,
  UNIQUE (queue, uid)
) STRICT;

CREATE TABLE states (
  seq           INTEGER PRIMARY KEY REFERENCES tasks (seq),
  queue         INTEGER NOT NULL REFERENCES queues (id),
  state         TEXT    NOT NULL,
  -- Orders the tasks of one state: SCHEDULED by due_at, READY by place, LEASED by when the attempt's
  -- time is up, final ones by when they are purged.
  turn          INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  -- When it can start no more; null where there is no such time, or it was leased once.
  start_by      INTEGER,
  attempt       INTEGER NOT NULL DEFAULT 0,
  crashes       INTEGER NOT NULL DEFAULT 0,
  deliveries    INTEGER NOT NULL DEFAULT 0,
  token         INTEGER NOT NULL DEFAULT 0,
  worker_id     TEXT    NOT NULL DEFAULT '',
  session       INTEGER REFERENCES sessions (id),
  -- How the newest token's lease ended, and in which state that left the task; null while it is held.
  ended         TEXT,
  ended_state   TEXT,
  started_at    INTEGER,
  finished_at   INTEGER,
  -- The type of what a success returned, null where it returned nothing; then the value, as the spec.
  result_type   TEXT,
  result        BLOB,
  CHECK (CASE state
    WHEN 'SCHEDULED' THEN session IS NULL     AND finished_at IS NULL
    WHEN 'READY'     THEN session IS NULL     AND finished_at IS NULL
    WHEN 'LEASED'    THEN session IS NOT NULL AND finished_at IS NULL     AND start_by IS NULL
                      AND ended   IS NULL     AND token > 0               AND attempt > 0
    WHEN 'SUCCEEDED' THEN session IS NULL     AND finished_at IS NOT NULL AND start_by IS NULL
                      AND ended = 'complete'
    WHEN 'DEAD'      THEN session IS NULL     AND finished_at IS NOT NULL AND start_by IS NULL
                      AND ended IS NOT NULL
    WHEN 'CANCELLED' THEN session IS NULL     AND finished_at IS NOT NULL AND start_by IS NULL
    WHEN 'EXPIRED'   THEN session IS NULL     AND finished_at IS NOT NULL AND start_by IS NULL
                      AND deliveries = 0
    ELSE FALSE
  END),
  CHECK ((ended IS NULL) = (ended_state IS NULL)),
  CHECK (result_type IS NULL OR state = 'SUCCEEDED'),
  CHECK (result IS NULL OR result_type IS NOT NULL),
  CHECK (start_by IS NULL OR deliveries = 0),
  CHECK (attempt >= 0),
  CHECK (crashes >= 0)
) STRICT;

CREATE TABLE ready (
  queue INTEGER NOT NULL REFERENCES queues (id),
  place INTEGER NOT NULL,
  seq   INTEGER NOT NULL REFERENCES tasks (seq),
  -- Null where nobody asks for it: the queue is not sorted by kind, and the task is no session's own.
  kind  TEXT,
  PRIMARY KEY (queue, place, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO new_tasks
  SELECT seq, queue, uid, place, type, fingerprint, submitted_at, attempt_timeout_ms, retention_ms,
    remember_until, max_attempts, max_crashes, spec
  FROM tasks;
INSERT INTO states
  SELECT seq, queue, state, turn, due_at, start_by, attempt, crashes, deliveries, token, worker_id,
    session, ended, ended_state, started_at, finished_at, result_type, result
  FROM tasks;
INSERT INTO ready
  SELECT queue, place, seq, CASE WHEN type GLOB '@*' THEN type END FROM tasks WHERE state = 'READY';

DROP TABLE tasks;
ALTER TABLE new_tasks RENAME TO tasks;

-- With the session, so that the leases of one are found in the index alone.
CREATE INDEX states_by_turn ON states (queue, state, turn, seq, session);
CREATE INDEX unstarted_by_deadline ON states (queue, start_by) WHERE start_by IS NOT NULL;
CREATE INDEX ready_by_kind ON ready (queue, kind, place) WHERE kind IS NOT NULL;
`;
