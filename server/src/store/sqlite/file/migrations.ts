import type { DatabaseSync } from "node:sqlite";
import { StoreOpenError } from "../../store.ts";
import { TABLES } from "./migrations/0001-tables.ts";
import { DOCUMENTS } from "./migrations/0002-documents.ts";
import { SESSION_TYPES } from "./migrations/0003-session-types.ts";
import { NARROW_STATES } from "./migrations/0004-narrow-states.ts";
import { LEASE_HOLDERS } from "./migrations/0005-lease-holders.ts";
import { FLOW } from "./migrations/0006-flow.ts";
import { PAST_ATTEMPTS } from "./migrations/0007-past-attempts.ts";
import { DEATHS } from "./migrations/0008-deaths.ts";
import { WORKERS } from "./migrations/0009-workers.ts";
import { readPragma } from "./pragma.ts";

/** Schemas before the first release, whose files are not read any more. */
const OBSOLETE_SCHEMAS = 3;

/** Every schema change, oldest first; a database's `user_version` says which of them was its last. */
const MIGRATIONS: readonly string[] = [
  TABLES,
  DOCUMENTS,
  SESSION_TYPES,
  NARROW_STATES,
  LEASE_HOLDERS,
  FLOW,
  PAST_ATTEMPTS,
  DEATHS,
  WORKERS,
];
const NEWEST_SCHEMA = OBSOLETE_SCHEMAS + MIGRATIONS.length;

/** "Batn": marks a file as ours, for us and for file(1). */
export const APPLICATION_ID = 0x4261746e;

/**
 * Brings a database to the newest schema; forward only. Runs inside the caller's transaction.
 *
 * @throws StoreOpenError where the database is another program's, or a newer or a too old version wrote it
 */
export function migrate(db: DatabaseSync, path: string): void {
  const version = readPragma(db, "user_version");
  const isOurs = readPragma(db, "application_id") === APPLICATION_ID;
  if (!isOurs && (version !== 0 || hasTables(db))) {
    throw new StoreOpenError(`${path} is another program's database`);
  }
  if (version > NEWEST_SCHEMA) {
    throw new StoreOpenError(
      `${path} was written by a newer Baton (schema ${version}; this one knows ${NEWEST_SCHEMA})`,
    );
  }
  if (version > 0 && version <= OBSOLETE_SCHEMAS) {
    throw new StoreOpenError(
      `${path} was written by a Baton before 0.1 (schema ${version}), which this one cannot read: move it away`,
    );
  }
  for (const migration of MIGRATIONS.slice(Math.max(0, version - OBSOLETE_SCHEMAS))) {
    db.exec(migration);
  }
  if (version < NEWEST_SCHEMA) {
    db.exec(`PRAGMA user_version = ${NEWEST_SCHEMA}`);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  }
}

function hasTables(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}
