/**
 * The fifth schema change: the id of the session that has a task's newest lease or had it, since its token
 * alone proves nothing. Kept when the lease is over and the session is gone, for a repeat and a late
 * completion; empty of leases that ended before.
 */
export const LEASE_HOLDERS = /* sql */ `
ALTER TABLE states ADD COLUMN holder TEXT NOT NULL DEFAULT '';

UPDATE states SET holder = (SELECT session_id FROM sessions WHERE sessions.id = states.session)
  WHERE session IS NOT NULL;
`;
