/**
 * The first schema. The constraints encode the state machine, so that a bug of ours fails a statement
 * instead of writing a task that cannot be. They use CASE and OR and no IN: for each IN list SQLite
 * builds a table of its own each time a statement runs, a fifth of the cost of a settlement.
 *
 * A task is one row with its spec and its result, since each table more costs each task a statement and
 * a search. Only what is large is kept apart, in `specs` and `results`: a row is written anew with each
 * transition. `details` exists only where there is something to say. References are checked by the tests
 * and not at run time: a sweep that deletes a session would otherwise read every task.
 */
export const TABLES = /* sql */ `
CREATE TABLE queues (
  id        INTEGER PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,
  -- How many tasks were ever stored; 0 for a queue that only sessions know.
  submitted INTEGER NOT NULL DEFAULT 0,
  scheduled INTEGER NOT NULL DEFAULT 0 CHECK (scheduled >= 0),
  ready     INTEGER NOT NULL DEFAULT 0 CHECK (ready     >= 0),
  leased    INTEGER NOT NULL DEFAULT 0 CHECK (leased    >= 0),
  succeeded INTEGER NOT NULL DEFAULT 0 CHECK (succeeded >= 0),
  dead      INTEGER NOT NULL DEFAULT 0 CHECK (dead      >= 0),
  cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  expired   INTEGER NOT NULL DEFAULT 0 CHECK (expired   >= 0)
) STRICT;

CREATE TABLE sessions (
  id         INTEGER PRIMARY KEY,
  queue      INTEGER NOT NULL REFERENCES queues (id),
  session_id TEXT    NOT NULL,
  stream_id  TEXT    NOT NULL,
  worker_id  TEXT    NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (session_id, queue)
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (queue, expires_at);

CREATE TABLE tasks (
  -- Grows with each submit and each redrive, so it orders tasks of one place.
  seq                INTEGER PRIMARY KEY,
  queue              INTEGER NOT NULL REFERENCES queues (id),
  -- The part of the task's id that is unique within the queue.
  uid                TEXT    NOT NULL,
  state              TEXT    NOT NULL,
  -- Orders the tasks of one state: SCHEDULED by due_at, READY by place, LEASED by when the attempt's
  -- time is up, final ones by when they are purged.
  turn               INTEGER NOT NULL,
  -- Priority and the time it was first due, as one number.
  place              INTEGER NOT NULL,
  type               TEXT    NOT NULL,
  fingerprint        TEXT    NOT NULL,
  submitted_at       INTEGER NOT NULL,
  due_at             INTEGER NOT NULL,
  -- When it can start no more; null where there is no such time, or it was leased once.
  start_by           INTEGER,
  attempt_timeout_ms INTEGER NOT NULL,
  retention_ms       INTEGER NOT NULL,
  -- Until when its request id has to be known.
  remember_until     INTEGER NOT NULL,
  attempt            INTEGER NOT NULL DEFAULT 0,
  max_attempts       INTEGER NOT NULL,
  crashes            INTEGER NOT NULL DEFAULT 0,
  max_crashes        INTEGER NOT NULL,
  deliveries         INTEGER NOT NULL DEFAULT 0,
  token              INTEGER NOT NULL DEFAULT 0,
  worker_id          TEXT    NOT NULL DEFAULT '',
  session            INTEGER REFERENCES sessions (id),
  -- How the newest token's lease ended, and in which state that left the task; null while it is held.
  ended              TEXT,
  ended_state        TEXT,
  started_at         INTEGER,
  finished_at        INTEGER,
  -- Null where it is large, and so in a table of its own.
  spec               BLOB,
  -- The type of what a success returned, null where it returned nothing; then the value, as the spec.
  result_type        TEXT,
  result             BLOB,
  UNIQUE (queue, uid),
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
  CHECK (attempt BETWEEN 0 AND max_attempts),
  CHECK (crashes BETWEEN 0 AND max_crashes)
) STRICT;

CREATE INDEX tasks_by_turn ON tasks (queue, state, turn);
CREATE INDEX ready_by_type ON tasks (queue, type, turn) WHERE state = 'READY';
CREATE INDEX leased_by_session ON tasks (session) WHERE session IS NOT NULL;
CREATE INDEX unstarted_by_deadline ON tasks (queue, start_by) WHERE start_by IS NOT NULL;

CREATE TABLE specs (
  seq  INTEGER PRIMARY KEY REFERENCES tasks (seq),
  spec BLOB    NOT NULL
) STRICT;

CREATE TABLE details (
  seq           INTEGER PRIMARY KEY REFERENCES tasks (seq),
  progress      TEXT,
  checkpoint    BLOB,
  failure       TEXT,
  cancel_reason TEXT
) STRICT;

CREATE INDEX checkpoints ON details (seq) WHERE checkpoint IS NOT NULL;

CREATE TABLE results (
  seq   INTEGER PRIMARY KEY REFERENCES tasks (seq),
  value BLOB    NOT NULL
) STRICT;

-- What sessions are still to be told, in order.
CREATE TABLE notices (
  id      INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions (id),
  task_id TEXT    NOT NULL,
  token   INTEGER NOT NULL,
  cause   TEXT    NOT NULL CHECK (cause IN ('cancelled', 'timed_out')),
  reason  TEXT    NOT NULL
) STRICT;

CREATE INDEX notices_by_session ON notices (session);
`;
