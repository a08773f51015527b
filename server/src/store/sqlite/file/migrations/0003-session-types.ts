/** The third schema change: which types a session takes, as a JSON array; null for every type. */
export const SESSION_TYPES = /* sql */ `
ALTER TABLE sessions ADD COLUMN types TEXT;
`;
