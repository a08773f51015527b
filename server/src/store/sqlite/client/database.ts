import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@baton/proto/shared";
import { StoreError, type StoreErrorKind } from "../../store.ts";
import type { FileGuard } from "../file/file-guard.ts";
import type { Reserve } from "../file/reserve.ts";
import type { Shrinker } from "../file/shrinker.ts";
import { faultOf, storeErrorOf } from "../sqlite-error.ts";
import { prepareStatements, type Statements } from "../statements/statements.ts";
import { Hints } from "./hints.ts";
import { RecentUse } from "./recent-use.ts";
import { type Memory, Transaction } from "./transaction.ts";

/** `grow`: makes the database larger, and is refused where that is short of room. */
type CallKind = "read" | "write" | "grow";

/** For so long calls are carried out until whatever else happens has its turn. */
const TURN_MS = 20;

/** A connection, and what belongs to its file. */
export interface OpenedDatabase {
  readonly connection: DatabaseSync;
  /** Null where the database is in memory; the next likewise. */
  readonly guard: FileGuard | null;
  readonly reserve: Reserve | null;
  readonly shrinker: Shrinker | null;
  close(): void;
}

/** A call that waits for its turn. */
interface Call {
  readonly work: (tx: Transaction) => unknown;
  readonly kind: CallKind;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An open database: runs what is asked for in the order in which it was asked, and turns SQLite's errors
 * into the store's. What two turns of the event loop ask for is one transaction, since a commit writes
 * whole pages: a settlement, the lease behind it and a few more write hardly more of them than one.
 */
export class Database {
  readonly memory: Memory = {
    queues: new Map(),
    used: new RecentUse(),
    watched: new Set(),
    hints: new Hints(),
  };
  readonly #opened: OpenedDatabase;
  readonly #connection: DatabaseSync;
  readonly #clock: Clock;
  readonly #deadRetentionMs: number;
  readonly #statements: Statements;
  #waiting: Call[] = [];

  /** @param deadRetentionMs for how long a task that dies is kept at least */
  constructor(opened: OpenedDatabase, clock: Clock, deadRetentionMs: number) {
    this.#deadRetentionMs = deadRetentionMs;
    this.#opened = opened;
    this.#connection = opened.connection;
    this.#clock = clock;
    this.#statements = prepareStatements(opened.connection);
    opened.shrinker?.start(
      () => this.#waiting.length === 0 && !this.#isShortOfRoom && opened.guard?.isLost === false,
    );
  }

  /** Runs the work in a transaction: all of it happens, or nothing. It may be run again, if that fails. */
  write<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    return this.#call(work, "write");
  }

  /** As {@link Database.write}, for work that makes the database larger. */
  grow<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    return this.#call(work, "grow");
  }

  /** Runs work that only reads. */
  read<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    return this.#call(work, "read");
  }

  /** Closes the file; whatever comes after is refused. May be called again. */
  close(): void {
    while (this.#waiting.length > 0) {
      this.#runWaiting();
    }
    this.memory.hints.clear();
    if (this.#connection.isOpen) {
      this.#opened.close();
    }
  }

  #call<Answer>(work: (tx: Transaction) => Answer, kind: CallKind): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#connection.isOpen) {
        throw new StoreError("unavailable", "the store is closed");
      }
      this.#waiting.push({ work, kind, resolve, reject });
      if (this.#waiting.length === 1) {
        // The second turn takes in what came while this one's events were handled. It costs nothing where
        // there is nothing else to do.
        setImmediate(() => setImmediate(() => this.#runWaiting()));
      }
    });
  }

  /** Runs what waits, for a while; the rest has its turn behind what else happened meanwhile. */
  #runWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) {
      return;
    }
    this.#opened.reserve?.look();
    this.#opened.shrinker?.look();
    const calls = this.#admitted(waiting);
    const begun: Call[] = [];
    if (calls.length > 0 && this.#run(calls, begun) === "failed") {
      // Only the call that failed is to fail.
      for (const call of begun) {
        this.#runAlone(call);
      }
    }
    const left = calls.slice(begun.length);
    if (left.length > 0) {
      this.#waiting = left;
      setImmediate(() => this.#runWaiting());
    }
  }

  #runAlone(call: Call): void {
    let result: "answered" | "failed";
    do {
      result = this.#admitted([call]).length === 0 ? "answered" : this.#run([call], []);
    } while (result === "failed");
  }

  /** Refuses what would make a database grow that is short of room; returns the other calls. */
  #admitted(calls: readonly Call[]): readonly Call[] {
    if (!this.#isShortOfRoom) {
      return calls;
    }
    return calls.filter(({ kind, reject }) => {
      if (kind === "grow") {
        reject(new StoreError("full", "the disk is full; what is left is for working off"));
      }
      return kind !== "grow";
    });
  }

  get #isShortOfRoom(): boolean {
    return this.#opened.reserve?.isShort ?? false;
  }

  /**
   * Runs calls in one transaction and answers them, the first ones where all would take too long; `failed`
   * where nothing has happened and each may be run alone.
   *
   * @param begun those that it tried are added here
   */
  #run(calls: readonly Call[], begun: Call[]): "answered" | "failed" {
    if (this.#opened.guard?.isLost && this.#refuseLost(calls, "unavailable")) {
      begun.push(...calls);
      return "answered";
    }
    const tx = new Transaction(this.#statements, this.memory, {
      nowMs: this.#clock.nowMs(),
      hasRoom: !this.#isShortOfRoom,
      deadRetentionMs: this.#deadRetentionMs,
    });
    const isReading = calls.every(({ kind }) => kind === "read");
    let isCommitting = false;
    try {
      if (!isReading) {
        this.#statements.begin.run();
      }
      const answers: unknown[] = [];
      const untilMs = this.#clock.monotonicMs() + TURN_MS;
      for (const call of calls) {
        begun.push(call);
        answers.push(call.work(tx));
        if (this.#clock.monotonicMs() >= untilMs) {
          break;
        }
      }
      if (!isReading) {
        tx.writeCounts();
        isCommitting = true;
        this.#statements.commit.run();
        tx.announce();
      }
      // What was written to a file that is not there any more is not to be answered for.
      if (this.#refuseLost(begun, isReading ? "unavailable" : "unknown")) {
        return "answered";
      }
      for (const [at, { resolve }] of begun.entries()) {
        resolve(answers[at] as never);
      }
    } catch (error) {
      const isUndone = this.#rollBack();
      const isFull = faultOf(error) === "full";
      const mayHelp = isFull && this.#opened.reserve?.ranOut();
      // A commit that found no room did not happen; of another that failed nobody knows.
      const isOneOfSeveral = begun.length > 1 && (isFull || !isCommitting);
      if (isUndone && (mayHelp || isOneOfSeveral)) {
        return "failed";
      }
      for (const { reject } of begun) {
        reject(storeErrorOf(error, isCommitting));
      }
    }
    return "answered";
  }

  /** Refuses calls where the file is not in its place. Returns whether it did. */
  #refuseLost(calls: readonly Call[], kind: StoreErrorKind): boolean {
    const fault = this.#opened.guard?.check() ?? null;
    if (fault === null) {
      return false;
    }
    const error = new StoreError(kind, fault);
    for (const { reject } of calls) {
      reject(error);
    }
    return true;
  }

  /** Returns whether nothing is under way any more. Never throws: what led here says more. */
  #rollBack(): boolean {
    // Queues that the transaction made are gone again.
    this.memory.queues.clear();
    try {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.#connection.isOpen && this.#connection.isTransaction) {
        this.#statements.rollback.run();
      }
      return true;
    } catch {
      return false;
    }
  }
}
