/**
 * The seventh schema change: the attempts that a task went on from, the first and the newest, as
 * domain/attempts/attempt-codec.ts packs them; null where there was none, or it was not kept.
 */
export const PAST_ATTEMPTS = /* sql */ `
ALTER TABLE details ADD COLUMN past BLOB;
`;
