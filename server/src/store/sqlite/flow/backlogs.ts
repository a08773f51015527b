import type { NewTask, SubmitOutcome } from "../../store.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { waitingOfKey } from "./members.ts";

type FullBacklog = NonNullable<SubmitOutcome["full"]>;

/** What still holds back the tasks that were gathered. */
interface Gathered {
  enter(): void;
}

/** Says whose backlog is full while a batch is stored; counts each key once. */
export class Backlogs {
  readonly #tx: Transaction;
  readonly #waiting = new Map<QueueKey, Map<string, number>>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** Whose backlog has no room for a task; null where there is room, or the task was promised before. */
  full(
    queue: QueueKey,
    { settings }: QueueFlow,
    { spec, isOwed }: NewTask,
    gathered: Gathered,
  ): FullBacklog | null {
    const { maxBacklog, keyMaxBacklog } = settings;
    if (isOwed === true) {
      return null;
    }
    if (maxBacklog !== null && this.#tx.waitingOf(queue) >= maxBacklog) {
      return { of: "queue", limit: maxBacklog };
    }
    const { concurrencyKey: key } = spec;
    if (keyMaxBacklog === null || key === "") {
      return null;
    }
    const waiting = this.#of(queue);
    let tasks = waiting.get(key);
    if (tasks === undefined) {
      gathered.enter();
      tasks = waitingOfKey(this.#tx, queue, key, keyMaxBacklog);
      waiting.set(key, tasks);
    }
    return tasks >= keyMaxBacklog ? { of: "key", limit: keyMaxBacklog } : null;
  }

  /** Notes that a task was stored. */
  created(queue: QueueKey, key: string): void {
    const waiting = this.#waiting.get(queue);
    const tasks = waiting?.get(key);
    if (tasks !== undefined) {
      waiting?.set(key, tasks + 1);
    }
  }

  #of(queue: QueueKey): Map<string, number> {
    let waiting = this.#waiting.get(queue);
    if (waiting === undefined) {
      waiting = new Map();
      this.#waiting.set(queue, waiting);
    }
    return waiting;
  }
}
