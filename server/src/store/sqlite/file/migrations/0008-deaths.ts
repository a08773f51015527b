/**
 * The eighth schema change: how many DEAD tasks of a queue failed in one way. A count of them where they lie would read
 * every one, and only deaths and what ends them change it.
 */
export const DEATHS = /* sql */ `
CREATE TABLE deaths (
  queue INTEGER NOT NULL REFERENCES queues (id),
  -- The type of the last failure.
  type  TEXT    NOT NULL,
  tasks INTEGER NOT NULL CHECK (tasks > 0),
  PRIMARY KEY (queue, type)
) STRICT, WITHOUT ROWID;

INSERT INTO deaths
  SELECT queue, coalesce(failure ->> '$.type', ''), count(*)
  FROM states LEFT JOIN details ON details.seq = states.seq
  WHERE state = 'DEAD' GROUP BY 1, 2;
`;
