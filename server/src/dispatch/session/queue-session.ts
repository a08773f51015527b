import type { QueueName, TaskType } from "../../domain/ids.ts";

/**
 * A session on one queue. Leasing and opening anew exclude each other here: an opening names what is
 * held, and would give back what a lease call under way is about to bring.
 */
export class SessionOnQueue<Session> {
  readonly session: Session;
  readonly queue: QueueName;
  /** The types that the worker takes; null for every type. */
  readonly types: readonly TaskType[] | null;
  /** The same for those that take the same types. */
  readonly typesKey: string;
  /** False where the worker only holds leases of the queue from before. */
  readonly isSubscribed: boolean;
  /** Whether it must be opened anew before the next lease call: its ttl passed, or an answer was lost. */
  mustReopen = false;
  /** How often tasks may have come to the queue when the session did. */
  refillsAtFirst = 0;
  #queued = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(session: Session, queue: QueueName, types: readonly TaskType[] | null | "held") {
    this.session = session;
    this.queue = queue;
    this.isSubscribed = types !== "held";
    this.types = types === "held" ? [] : types;
    this.typesKey = this.types === null ? "" : [...this.types].sort().join(" ");
  }

  /** Whether the worker takes tasks of the type from this queue. */
  takes(type: TaskType): boolean {
    return this.isSubscribed && (this.types === null || this.types.includes(type));
  }

  /** Whether an exclusive action runs or waits. */
  get isBusy(): boolean {
    return this.#queued > 0;
  }

  /** Runs the action after those that were asked for before. */
  exclusive<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#queued += 1;
    const run = this.#tail.then(action).finally(() => {
      this.#queued -= 1;
    });
    this.#tail = run.catch(() => {});
    return run;
  }
}
