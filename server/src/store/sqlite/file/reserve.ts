import { randomFillSync } from "node:crypto";
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@baton/proto/shared";
import { readPragma } from "./pragma.ts";

const OWNER_ONLY = 0o600;
const BLOCK_BYTES = 512;
const CHUNK_BYTES = 1024 * 1024;
/** No more than this part of a small disk. */
const SHARE_OF_DISK = 8;
const LOOK_INTERVAL_MS = 1_000;

/** What a task grows by until it is done with a small result; measured 144, and the result. */
const GROWTH_BYTES_A_TASK = 288;
/** With more room than so many times the database nobody has to count its tasks. */
const AMPLE = 2;

/**
 * Room on the disk for working off what there is. The store is short of room, and refuses what would make it
 * grow, where the disk has less than its tasks will need, or a write found it full; until there is enough
 * again. Where another program has taken what was left, a file beside the database is given up.
 */
export class Reserve {
  readonly #path: string;
  readonly #file: string;
  readonly #bytes: number;
  readonly #clock: Clock;
  readonly #connection: DatabaseSync;
  #isShort = false;
  #heldBytes = 0;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Makes the reserve; where that is not possible, the store is short of room from the start. A journal of
   * half the reserve is written back, so that there is room to do that on a full disk.
   *
   * @param file the database
   * @param bytes of the reserve, less on a small disk; 0 for none, and then the store never counts as short
   */
  constructor(file: string, bytes: number, connection: DatabaseSync, clock: Clock) {
    this.#file = file;
    this.#path = `${file}-reserve`;
    this.#connection = connection;
    this.#clock = clock;
    this.#bytes = bytes === 0 ? 0 : Math.min(bytes, shareOfDisk(file));
    if (this.#bytes > 0) {
      const journalPages = Math.floor(this.#bytes / 2 / readPragma(this.#connection, "page_size"));
      if (journalPages < readPragma(this.#connection, "wal_autocheckpoint")) {
        connection.exec(`PRAGMA wal_autocheckpoint = ${journalPages}`);
      }
      this.#isShort = !this.#make(this.#bytes);
    }
  }

  /** Whether the store refuses what would make it grow. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /**
   * Notes that a write found no room. Returns whether it may be tried again: without what grows the store, or
   * with the reserve given up for it.
   */
  ranOut(): boolean {
    if (this.#bytes === 0) {
      return false;
    }
    this.#lookedAtMs = this.#clock.monotonicMs();
    if (!this.#isShort) {
      this.#isShort = true;
      return true;
    }
    const hadReserve = this.#heldBytes > 0;
    this.#giveUp();
    if (hadReserve) {
      this.#emptyJournal("RESTART");
    }
    return hadReserve;
  }

  /** Looks how much room there is, at most once a second. Not within a transaction. */
  look(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#bytes === 0 || nowMs - this.#lookedAtMs < LOOK_INTERVAL_MS) {
      return;
    }
    this.#lookedAtMs = nowMs;
    try {
      this.#isShort = this.#isShort ? !this.#replenish() : this.#isRunningShort();
    } catch {
      // The disk is not to be asked: what was known of it stands.
    }
  }

  #isRunningShort(): boolean {
    const pageBytes = readPragma(this.#connection, "page_size");
    const unused = readPragma(this.#connection, "freelist_count");
    const room = freeBytes(this.#file) + unused * pageBytes;
    const used = (readPragma(this.#connection, "page_count") - unused) * pageBytes;
    return room < AMPLE * used && room < this.#neededBytes();
  }

  #replenish(): boolean {
    const unused =
      readPragma(this.#connection, "freelist_count") * readPragma(this.#connection, "page_size");
    const onDisk = freeBytes(this.#file) + this.#heldBytes + sizeOf(`${this.#file}-wal`);
    if (onDisk + unused < 2 * this.#bytes + this.#neededBytes()) {
      return false;
    }
    this.#emptyJournal("TRUNCATE");
    const free = freeBytes(this.#file) + this.#heldBytes;
    return this.#make(Math.min(this.#bytes, Math.floor(free / 2)));
  }

  #neededBytes(): number {
    const sql = "SELECT coalesce(sum(scheduled + ready + leased), 0) AS tasks FROM queues";
    return Number(this.#connection.prepare(sql).get()?.tasks) * GROWTH_BYTES_A_TASK;
  }

  /**
   * Writes into the database what its journal holds, most of which may be new pages there. RESTART keeps the
   * journal's room for what comes, TRUNCATE gives it back to the disk.
   */
  #emptyJournal(how: "RESTART" | "TRUNCATE"): void {
    try {
      this.#connection.exec(`PRAGMA wal_checkpoint(${how})`);
    } catch {
      // It stays as it is, and is tried again by the next commits.
    }
  }

  /** Makes the reserve so large; returns whether it is. */
  #make(bytes: number): boolean {
    const present = statSync(this.#path, { throwIfNoEntry: false });
    if (present?.size !== bytes || present.blocks * BLOCK_BYTES < bytes) {
      this.#giveUp();
      try {
        write(this.#path, bytes);
      } catch {
        this.#giveUp();
        return false;
      }
    }
    this.#heldBytes = bytes;
    return true;
  }

  #giveUp(): void {
    rmSync(this.#path, { force: true });
    this.#heldBytes = 0;
  }
}

function write(path: string, bytes: number): void {
  // Not zeros, which some file systems do not store.
  const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes)));
  const file = openSync(path, "w", OWNER_ONLY);
  try {
    for (let left = bytes; left > 0; ) {
      left -= writeSync(file, chunk, 0, Math.min(chunk.length, left));
    }
  } finally {
    closeSync(file);
  }
}

function shareOfDisk(path: string): number {
  const { blocks, bsize } = statfsSync(path);
  return Math.floor((blocks * bsize) / SHARE_OF_DISK);
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
