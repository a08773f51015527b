/** The second schema change: documents, see `documents.ts`. */
export const DOCUMENTS = /* sql */ `
CREATE TABLE documents (
  id         INTEGER PRIMARY KEY,
  collection TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  version    INTEGER NOT NULL CHECK (version > 0),
  -- When it is to be looked at; null for never.
  due_at     INTEGER,
  body       BLOB    NOT NULL,
  UNIQUE (collection, name)
) STRICT;

CREATE INDEX documents_by_due ON documents (collection, due_at) WHERE due_at IS NOT NULL;
`;
