import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../domain/clock.ts";
import { StoreError, type StoreErrorKind } from "../store.ts";
import type { FileGuard } from "./file-guard.ts";
import { Hints } from "./hints.ts";
import { RecentUse } from "./recent-use.ts";
import { storeErrorOf } from "./sqlite-error.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { type Memory, Transaction } from "./transaction.ts";

/** A connection, and what belongs to its file. */
export interface OpenedDatabase {
  readonly connection: DatabaseSync;
  /** Null where the database is in memory. */
  readonly guard: FileGuard | null;
  close(): void;
}

/** A call that waits for its turn. */
interface Call {
  readonly work: (tx: Transaction) => unknown;
  readonly isRead: boolean;
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
  private readonly opened: OpenedDatabase;
  private readonly connection: DatabaseSync;
  private readonly clock: Clock;
  private readonly statements: Statements;
  private waiting: Call[] = [];

  constructor(opened: OpenedDatabase, clock: Clock) {
    this.opened = opened;
    this.connection = opened.connection;
    this.clock = clock;
    this.statements = prepareStatements(opened.connection);
  }

  /** Runs the work in a transaction: all of it happens, or nothing. It may be run again, if that fails. */
  write<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    return this.call(work, false);
  }

  /** Runs work that only reads. */
  read<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    return this.call(work, true);
  }

  /** Closes the file; whatever comes after is refused. May be called again. */
  close(): void {
    this.runWaiting();
    this.memory.hints.clear();
    if (this.connection.isOpen) {
      this.opened.close();
    }
  }

  private call<Answer>(work: (tx: Transaction) => Answer, isRead: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.connection.isOpen) {
        throw new StoreError("unavailable", "the store is closed");
      }
      this.waiting.push({ work, isRead, resolve, reject });
      if (this.waiting.length === 1) {
        // The second turn takes in what came while this one's events were handled. It costs nothing where
        // there is nothing else to do.
        setImmediate(() => setImmediate(() => this.runWaiting()));
      }
    });
  }

  private runWaiting(): void {
    const calls = this.waiting;
    this.waiting = [];
    if (calls.length > 1 && this.run(calls) === "failed") {
      // Only the call that failed is to fail.
      for (const call of calls) {
        this.run([call]);
      }
    } else if (calls.length === 1) {
      this.run(calls);
    }
  }

  /** Runs calls in one transaction and answers them, unless one of several fails before the commit. */
  private run(calls: readonly Call[]): "answered" | "failed" {
    if (this.opened.guard?.isLost && this.refuseLost(calls, "unavailable")) {
      return "answered";
    }
    const tx = new Transaction(this.statements, this.clock.nowMs(), this.memory);
    const isReading = calls.every(({ isRead }) => isRead);
    let isCommitting = false;
    try {
      if (!isReading) {
        this.statements.begin.run();
      }
      const answers = calls.map(({ work }) => work(tx));
      if (!isReading) {
        tx.writeCounts();
        isCommitting = true;
        this.statements.commit.run();
        tx.announce();
      }
      // What was written to a file that is not there any more is not to be answered for.
      if (this.refuseLost(calls, isReading ? "unavailable" : "unknown")) {
        return "answered";
      }
      for (const [at, { resolve }] of calls.entries()) {
        resolve(answers[at] as never);
      }
    } catch (error) {
      const isUndone = this.rollBack();
      if (isUndone && calls.length > 1 && !isCommitting) {
        return "failed";
      }
      for (const { reject } of calls) {
        reject(storeErrorOf(error, isCommitting));
      }
    }
    return "answered";
  }

  /** Refuses calls where the file is not in its place. Returns whether it did. */
  private refuseLost(calls: readonly Call[], kind: StoreErrorKind): boolean {
    const fault = this.opened.guard?.check() ?? null;
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
  private rollBack(): boolean {
    // Queues that the transaction made are gone again.
    this.memory.queues.clear();
    try {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.connection.isOpen && this.connection.isTransaction) {
        this.statements.rollback.run();
      }
      return true;
    } catch {
      return false;
    }
  }
}
