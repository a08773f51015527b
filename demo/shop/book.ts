import { DatabaseSync } from "node:sqlite";

/** One line of a book: what one task did. */
export interface Entry {
  readonly taskId: string;
  /** What the line is about: a payment, or a tick with its shard. */
  readonly subject: string;
  readonly amount: number;
  /** How many times the line was written, by how many attempts that came so far. */
  readonly writes: number;
}

/** A service's own store: a SQLite file that no other service writes. */
export class Book {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: 5_000 });
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS entries (
        task    TEXT PRIMARY KEY,
        subject TEXT NOT NULL,
        amount  INTEGER NOT NULL,
        token   INTEGER NOT NULL,
        writes  INTEGER NOT NULL
      ) STRICT`);
  }

  /**
   * Writes a task's line, fenced by the lease token: an attempt that was given up on and goes on all the
   * same writes nothing once a newer one has written. Writing it again changes nothing but the count.
   *
   * @returns whether it was written
   */
  write(taskId: string, token: number, subject: string, amount: number): boolean {
    const written = this.#db
      .prepare(
        `INSERT INTO entries (task, subject, amount, token, writes) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT (task) DO UPDATE SET token = excluded.token, amount = excluded.amount,
           writes = writes + 1
         WHERE excluded.token >= token`,
      )
      .run(taskId, subject, amount, token);
    return Number(written.changes) > 0;
  }

  /** Every line. */
  entries(): Entry[] {
    const rows = this.#db.prepare("SELECT task, subject, amount, writes FROM entries").all();
    return rows.map(({ task, subject, amount, writes }) => ({
      taskId: String(task),
      subject: String(subject),
      amount: Number(amount),
      writes: Number(writes),
    }));
  }

  close(): void {
    this.#db.close();
  }
}
