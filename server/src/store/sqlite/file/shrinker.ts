import type { DatabaseSync } from "node:sqlite";
import type { Clock, Timer } from "@baton/proto/shared";
import { readPragma } from "./pragma.ts";

const INCREMENTAL = 2;
const LOOK_INTERVAL_MS = 1_000;
/** What was not needed for so long is given back: a load that comes again within it finds its pages. */
export const UNUSED_MS = 600_000;
/** Kept for what comes, or half of what is used where that is more: waiting tasks grow by that at most. */
export const KEPT_BYTES = 8 * 1024 * 1024;
/** 256 KiB, about as much as a settlement of a hundred tasks writes. */
export const PAGES_A_TURN = 64;
/** For so long nobody may have asked for anything before a turn, and between two of them others have theirs. */
const QUIET_MS = 20;

/**
 * Gives a file's unused pages back to the disk, a few at a time in moments when nobody asks for anything. What
 * is kept and for how long is chosen so that a file does not shrink and grow for ever: only twice what is kept
 * sets it going, and only what was unused all the while goes.
 */
export class Shrinker {
  readonly #connection: DatabaseSync;
  readonly #clock: Clock;
  readonly #canShrink: boolean;
  #mayTurn: () => boolean = () => false;
  #usedAtMs: number;
  #lookedAtMs: number;
  #beganMs: number;
  /** Fewest unused pages since then. */
  #lowest = Number.POSITIVE_INFINITY;
  /** Pages to give back. */
  #left = 0;
  #timer: Timer | null = null;

  /** A file that was made before this was so cannot shrink, and stays as it is. */
  constructor(connection: DatabaseSync, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#canShrink = readPragma(connection, "auto_vacuum") === INCREMENTAL;
    this.#beganMs = clock.monotonicMs();
    this.#usedAtMs = this.#beganMs;
    this.#lookedAtMs = this.#beganMs;
  }

  /** @param mayTurn asked before each turn: whether no call waits and there is room for the journal */
  start(mayTurn: () => boolean): void {
    this.#mayTurn = mayTurn;
  }

  /**
   * Notes that the database is used, and looks once a second how many of its pages are not. Not within a
   * transaction.
   */
  look(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#usedAtMs = nowMs;
    if (!this.#canShrink || nowMs - this.#lookedAtMs < LOOK_INTERVAL_MS) {
      return;
    }
    this.#lookedAtMs = nowMs;
    const unused = readPragma(this.#connection, "freelist_count");
    this.#lowest = Math.min(this.#lowest, unused);
    if (nowMs - this.#beganMs >= UNUSED_MS) {
      const kept = this.#keptPages(unused);
      if (this.#lowest >= 2 * kept) {
        this.#left = this.#lowest - kept;
        this.#timer ??= this.#after();
      }
      this.#beganMs = nowMs;
      this.#lowest = unused;
    }
  }

  /** Ends it; to be called before the connection is closed. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #keptPages(unused: number): number {
    const used = readPragma(this.#connection, "page_count") - unused;
    const pageBytes = readPragma(this.#connection, "page_size");
    return Math.max(Math.ceil(KEPT_BYTES / pageBytes), Math.ceil(used / 2));
  }

  #after(): Timer {
    return this.#clock.after(QUIET_MS, () => {
      this.#timer = null;
      if (this.#clock.monotonicMs() - this.#usedAtMs >= QUIET_MS && this.#mayTurn()) {
        this.#turn();
      }
      if (this.#left > 0) {
        this.#timer = this.#after();
      }
    });
  }

  #turn(): void {
    try {
      const pages = Math.min(PAGES_A_TURN, this.#left);
      this.#connection.exec(`PRAGMA incremental_vacuum(${pages})`);
      this.#left -= pages;
      if (this.#left === 0) {
        // The file itself is cut when the journal is written back.
        this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      }
    } catch {
      // It is no matter of anybody's call: it is tried again with what is unused later.
      this.#left = 0;
    }
  }
}
