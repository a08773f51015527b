/**
 * What operators ask of sessions: what describes each, as JSON and apart, so that a heartbeat does not write it again;
 * how many more tasks it takes; and why it was asked to go, null where it was not.
 */
export const WORKERS = /* sql */ `
ALTER TABLE sessions ADD COLUMN credit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN drain TEXT;

CREATE INDEX sessions_by_id ON sessions (queue, session_id);

CREATE TABLE abouts (
  session INTEGER PRIMARY KEY REFERENCES sessions (id),
  about   TEXT NOT NULL
) STRICT;
`;
