import type { DatabaseSync } from "node:sqlite";

/** A figure that SQLite keeps of a database. */
export type PragmaName =
  | "application_id"
  | "auto_vacuum"
  | "freelist_count"
  | "page_count"
  | "page_size"
  | "user_version"
  | "wal_autocheckpoint";

/** Reads a figure. */
export function readPragma(db: DatabaseSync, name: PragmaName): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
