import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../domain/clock.ts";
import { StoreError } from "../store.ts";
import { Hints } from "./hints.ts";
import { storeErrorOf } from "./sqlite-error.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { type Memory, Transaction } from "./transaction.ts";

/** An open database: runs transactions, one at a time, and turns SQLite's errors into the store's. */
export class Database {
  readonly memory: Memory = { queues: new Map(), watched: new Set(), hints: new Hints() };
  private readonly connection: DatabaseSync;
  private readonly clock: Clock;
  private readonly statements: Statements;

  constructor(connection: DatabaseSync, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
    this.statements = prepareStatements(connection);
  }

  /** Runs the work in one transaction: all of it happens, or nothing. */
  // `async` only so that what it throws rejects: the work itself is over when this returns.
  async write<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    this.assertOpen();
    const tx = new Transaction(this.statements, this.clock.nowMs(), this.memory);
    let isCommitting = false;
    try {
      this.statements.begin.run();
      const answer = work(tx);
      tx.writeCounts();
      isCommitting = true;
      this.statements.commit.run();
      tx.announce();
      return answer;
    } catch (error) {
      this.rollBack();
      throw storeErrorOf(error, isCommitting);
    }
  }

  /** Runs work that only reads. */
  async read<Answer>(work: (tx: Transaction) => Answer): Promise<Answer> {
    this.assertOpen();
    try {
      return work(new Transaction(this.statements, this.clock.nowMs(), this.memory));
    } catch (error) {
      throw storeErrorOf(error, false);
    }
  }

  /** Closes the file; whatever comes after is refused. May be called again. */
  close(): void {
    this.memory.hints.clear();
    if (this.connection.isOpen) {
      this.connection.close();
    }
  }

  private assertOpen(): void {
    if (!this.connection.isOpen) {
      throw new StoreError("unavailable", "the store is closed");
    }
  }

  private rollBack(): void {
    // Queues that the transaction made are gone again.
    this.memory.queues.clear();
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (this.connection.isOpen && this.connection.isTransaction) {
      this.statements.rollback.run();
    }
  }
}
