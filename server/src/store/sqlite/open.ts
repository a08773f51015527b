import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "@baton/proto/shared";
import { DEFAULTS } from "../../domain/limits.ts";
import type { Documents } from "../documents.ts";
import { type Store, StoreOpenError } from "../store.ts";
import { Database, type OpenedDatabase } from "./client/database.ts";
import { SqliteDocuments } from "./documents.ts";
import { FileGuard } from "./file/file-guard.ts";
import { refuseForeignFile } from "./file/header.ts";
import { lockPath, type PathLock, refuseOpen } from "./file/lock.ts";
import { migrate } from "./file/migrations.ts";
import { readPragma } from "./file/pragma.ts";
import { Reserve } from "./file/reserve.ts";
import { Shrinker } from "./file/shrinker.ts";
import { faultOf } from "./sqlite-error.ts";
import { SqliteStore } from "./sqlite-store.ts";

/** How to open a SQLite store. */
export interface SqliteStoreOptions {
  /** The database file; made where there is none, with its directory. `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  /**
   * What an answered submit survives: FULL a power failure, NORMAL the end of the process only (after a
   * power failure the last commits may be missing, never a part of one).
   */
  readonly synchronous: "FULL" | "NORMAL";
  /** For how long a task that dies is kept at least; default 14 days. */
  readonly deadRetentionMs?: number;
  /** How long to wait for another process to let go of the file. Default: 0. */
  readonly waitForLockMs?: number;
  /**
   * Of a file beside the database that is given up where the disk is full, so that what is stored can still
   * be worked off; an eighth of the disk at most. Default: 0, none.
   */
  readonly reserveBytes?: number;
}

const IN_MEMORY = ":memory:";
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/**
 * Opens a store on a SQLite file, for this process alone.
 *
 * @throws StoreOpenError where the file is in use, is no database of ours, was written by a newer
 *   version, or cannot be read and written
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  return openSqlite(options).store;
}

/** As {@link openSqliteStore}, with the documents of the same file; closing the store closes both. */
export function openSqlite(options: SqliteStoreOptions): { store: Store; documents: Documents } {
  const opened = options.path === IN_MEMORY ? openInMemory(options) : openFile(options);
  const database = new Database(
    opened,
    options.clock,
    options.deadRetentionMs ?? DEFAULTS.deadRetentionMs,
  );
  return {
    store: new SqliteStore(database),
    documents: new SqliteDocuments(database, opened.connection),
  };
}

function openInMemory(options: SqliteStoreOptions): OpenedDatabase {
  const connection = connect(IN_MEMORY, options);
  return {
    connection,
    guard: null,
    reserve: null,
    shrinker: null,
    close: () => connection.close(),
  };
}

function openFile(options: SqliteStoreOptions): OpenedDatabase {
  const path = resolve(options.path);
  const file = prepareFile(path);
  const lock = locked(file, options.waitForLockMs ?? 0);
  let connection: DatabaseSync | null = null;
  try {
    connection = connect(file, options);
    takeFromOthers(file);
    const guard = new FileGuard(path, file, connection);
    const reserve = new Reserve(file, options.reserveBytes ?? 0, connection, options.clock);
    const shrinker = new Shrinker(connection, options.clock);
    const close = (): void => {
      shrinker.close();
      guard.close();
      lock.release();
    };
    return { connection, guard, reserve, shrinker, close };
  } catch (error) {
    connection?.close();
    lock.release();
    throw openErrorOf(error, path);
  }
}

/** Makes the file where there is none. Returns what the path leads to; leaves a file alone that is not ours. */
function prepareFile(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      closeSync(openSync(path, "a", OWNER_ONLY));
    }
    const file = realpathSync(path);
    refuseOpen(file);
    refuseForeignFile(file);
    accessSync(file, constants.R_OK | constants.W_OK);
    return file;
  } catch (error) {
    throw error instanceof StoreOpenError
      ? error
      : new StoreOpenError(`cannot write ${path}: ${reasonOf(error)}`, error);
  }
}

function locked(file: string, waitMs: number): PathLock {
  try {
    return lockPath(file, waitMs);
  } catch (error) {
    throw openErrorOf(error, file);
  }
}

/** Only once it has turned out to be ours. */
function takeFromOthers(file: string): void {
  for (const path of [file, `${file}-wal`]) {
    chmodSync(path, OWNER_ONLY);
  }
}

function connect(path: string, options: SqliteStoreOptions): DatabaseSync {
  let connection: DatabaseSync | null = null;
  try {
    connection = new DatabaseSync(path, {
      timeout: options.waitForLockMs ?? 0,
      enableForeignKeyConstraints: false,
    });
    configure(connection, options.synchronous);
    connection.exec("BEGIN IMMEDIATE");
    migrate(connection, path);
    connection.exec("COMMIT");
    return connection;
  } catch (error) {
    connection?.close();
    throw openErrorOf(error, path);
  }
}

function configure(connection: DatabaseSync, synchronous: "FULL" | "NORMAL"): void {
  // First, so that WAL needs no shared memory and the lock of the first transaction is kept: a second
  // process on the same file is refused instead of leasing the same tasks.
  connection.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (readPragma(connection, "page_count") === 0) {
    // Before anything is written to a new file: its unused pages can be given back. Said of another, it would
    // be written there, for which a full disk has no room.
    connection.exec("PRAGMA auto_vacuum = INCREMENTAL");
  }
  connection.exec("PRAGMA journal_mode = WAL");
  connection.exec(`PRAGMA synchronous = ${synchronous}`);
  // 16 MiB, after which it is written back and begun anew; what a larger transaction took of the disk is
  // given back then.
  connection.exec("PRAGMA wal_autocheckpoint = 4096");
  connection.exec("PRAGMA journal_size_limit = 16777216");
  // 16 MiB. SQLite walks its whole cache at the end of each transaction that rebalanced a table, so a
  // larger one costs more than the reads it saves; the kernel caches the file as well.
  connection.exec("PRAGMA cache_size = -16384");
  connection.exec("PRAGMA temp_store = MEMORY");
}

function openErrorOf(error: unknown, path: string): unknown {
  if (error instanceof StoreOpenError) {
    return error;
  }
  switch (faultOf(error)) {
    case "busy":
      return new StoreOpenError(`${path} is in use by another process`, error);
    case "not_a_database":
      return new StoreOpenError(`${path} is not a SQLite database`, error);
    case null:
      return error instanceof Error && "code" in error
        ? new StoreOpenError(`cannot open ${path}: ${reasonOf(error)}`, error)
        : error;
    default:
      return new StoreOpenError(`cannot open ${path}: ${reasonOf(error)}`, error);
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ");
}
