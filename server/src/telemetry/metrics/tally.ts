import { QueueCursor, type QueueName, type TaskId } from "../../domain/ids.ts";

/** Counts by queue. */
export class Tally {
  readonly #counts = new Map<QueueName, number>();
  #queue = "" as QueueName;
  #run = 0;

  /** Returns how many of the tasks each queue has. */
  static of(ids: Iterable<TaskId>): Tally {
    const tally = new Tally();
    const cursor = new QueueCursor();
    for (const id of ids) {
      tally.add(cursor.of(id));
    }
    return tally;
  }

  add(queue: QueueName): void {
    if (queue !== this.#queue) {
      this.#endRun();
      this.#queue = queue;
    }
    this.#run += 1;
  }

  each(visit: (queue: QueueName, count: number) => void): void {
    this.#endRun();
    for (const [queue, count] of this.#counts) {
      visit(queue, count);
    }
  }

  #endRun(): void {
    if (this.#run > 0) {
      this.#counts.set(this.#queue, (this.#counts.get(this.#queue) ?? 0) + this.#run);
      this.#run = 0;
    }
  }
}
