import { type BigIntStats, linkSync, renameSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/**
 * Notices where the files of an open database are not at their paths any more: SQLite goes on writing to the
 * ones that it opened, and whoever opens the path next finds nothing of that.
 */
export class FileGuard {
  readonly #path: string;
  readonly #walPath: string;
  readonly #connection: DatabaseSync;
  readonly #database: BigIntStats | null;
  #wal: BigIntStats | null;
  #isLost = false;

  /**
   * @param path as the operator names it
   * @param file what that is now, every link followed
   */
  constructor(path: string, file: string, connection: DatabaseSync) {
    this.#path = path;
    this.#walPath = `${file}-wal`;
    this.#connection = connection;
    this.#database = identityOf(path);
    this.#wal = identityOf(this.#walPath);
  }

  /** Whether the last check found something wrong. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Says what is wrong; null where the files are in their places. To be called while no transaction is under
   * way, before a commit is answered; two calls of the operating system, about 8 µs.
   */
  check(): string | null {
    const fault = this.#findFault();
    if (fault !== null && !this.#isLost) {
      this.#completeDatabase();
    }
    this.#isLost = fault !== null;
    return fault;
  }

  /** Closes the database, and leaves a journal in its place that another process has made there since. */
  close(): void {
    // SQLite removes its journal by name.
    const isForeign = !isSame(identityOf(this.#walPath), this.#wal);
    const keptPath = `${this.#walPath}-kept`;
    const isKept = isForeign && attempt(() => linkSync(this.#walPath, keptPath));
    this.#connection.close();
    if (isKept) {
      renameSync(keptPath, this.#walPath);
    }
  }

  #findFault(): string | null {
    const database = identityOf(this.#path);
    if (database === null) {
      return `${this.#path} was removed while it was open`;
    }
    if (!isSame(database, this.#database)) {
      return `${this.#path} was replaced while it was open`;
    }
    const wal = identityOf(this.#walPath);
    if (wal === null) {
      return this.#renewWal() ? null : `${this.#walPath} was removed while it was open`;
    }
    return isSame(wal, this.#wal) ? null : `${this.#walPath} was replaced while it was open`;
  }

  /** Writes all that the removed journal holds into the database, and begins another. */
  #renewWal(): boolean {
    const isDone = attempt(() => {
      this.#connection.exec("PRAGMA journal_mode = DELETE");
      this.#connection.exec("PRAGMA journal_mode = WAL");
      // Opens the journal, which no statement has asked for yet.
      this.#connection.exec("BEGIN IMMEDIATE");
      this.#connection.exec("COMMIT");
    });
    this.#wal = identityOf(this.#walPath);
    return isDone && this.#wal !== null;
  }

  /**
   * Writes what was committed into the database's own file, wherever that is now, and empties the journal,
   * which would otherwise be taken for that of the file in its place.
   */
  #completeDatabase(): void {
    attempt(() => this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** Null where there is no such file, or none that can be looked at. */
function identityOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function isSame(one: BigIntStats | null, other: BigIntStats | null): boolean {
  return one?.ino === other?.ino && one?.dev === other?.dev;
}
