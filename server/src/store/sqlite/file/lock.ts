import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreOpenError } from "../../store.ts";
import { faultOf } from "../sqlite-error.ts";

const OWNER_ONLY = 0o600;

/** What this process has open: closing any descriptor of a file lets go of all of a process's locks on it. */
const openHere = new Set<string>();

/** A lock on a database's path. */
export interface PathLock {
  release(): void;
}

/**
 * Keeps other processes from a database's path while this one lives, also where the file itself is replaced:
 * what is locked is a file of its own beside it, which stays there, empty. SQLite has the locks that end with
 * their process, which Node does not.
 *
 * @throws StoreOpenError where the path is in use
 */
export function lockPath(file: string, waitMs: number): PathLock {
  refuseOpen(file);
  const path = `${file}-lock`;
  closeSync(openSync(path, "a", OWNER_ONLY));
  const connection = new DatabaseSync(path, { timeout: waitMs });
  try {
    // In memory, or the lock would have a journal beside it.
    connection.exec("PRAGMA journal_mode = MEMORY");
    connection.exec("PRAGMA locking_mode = EXCLUSIVE");
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    throw faultOf(error) === "busy" ? inUse(file, error) : error;
  }
  openHere.add(file);
  return {
    release: () => {
      openHere.delete(file);
      connection.close();
    },
  };
}

/** @throws StoreOpenError where this process has the database open */
export function refuseOpen(file: string): void {
  if (openHere.has(file)) {
    throw inUse(file);
  }
}

function inUse(file: string, cause?: unknown): StoreOpenError {
  return new StoreOpenError(`${file} is in use by another process`, cause);
}
