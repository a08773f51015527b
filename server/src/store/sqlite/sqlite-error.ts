import { StoreError } from "../store.ts";

// SQLite's primary result codes, the low byte of what node:sqlite calls errcode.
const SQLITE_ERROR = 1;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_MISUSE = 21;
const SQLITE_RANGE = 25;
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const BUGS: readonly number[] = [
  SQLITE_ERROR,
  SQLITE_CONSTRAINT,
  SQLITE_MISMATCH,
  SQLITE_MISUSE,
  SQLITE_RANGE,
];

/** What SQLite says is wrong, where it is SQLite that says so. */
export type SqliteFault = "full" | "io" | "busy" | "not_a_database" | "bug" | "other";

/** Classifies an error; null where it is not SQLite's. */
export function faultOf(error: unknown): SqliteFault | null {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) {
    return null;
  }
  const code = error.errcode & 0xff;
  switch (code) {
    case SQLITE_FULL:
      return "full";
    case SQLITE_IOERR:
      return "io";
    case SQLITE_BUSY:
      return "busy";
    case SQLITE_NOTADB:
      return "not_a_database";
    default:
      return BUGS.includes(code) ? "bug" : "other";
  }
}

/**
 * Turns what a transaction threw into what a store throws. Bugs and what is not SQLite's pass as they
 * are.
 *
 * @param isCommitting whether the commit itself failed: after a failed write to the disk nobody knows
 *   whether the next opening will find the transaction
 */
export function storeErrorOf(error: unknown, isCommitting: boolean): unknown {
  switch (faultOf(error)) {
    case "full":
      return new StoreError("full", "the disk or the database is full", error);
    case "io":
      return isCommitting
        ? new StoreError("unknown", "the disk failed while a transaction was committed", error)
        : new StoreError("unavailable", "the disk failed", error);
    case "busy":
    case "not_a_database":
    case "other":
      return new StoreError("unavailable", "the database cannot be used", error);
    default:
      return error;
  }
}
