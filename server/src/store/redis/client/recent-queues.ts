import type { QueueName } from "../../../domain/ids.ts";

/** How many queues are known for certain: as many were met after one that is forgotten. */
const RECENT_QUEUES = 4_096;

/**
 * What is known of the queues that were met lately: callers name queues as they like, so that a process
 * cannot remember each that it ever heard of. Holds at most twice {@link RECENT_QUEUES} and costs one look
 * into a map for those in use.
 */
export class RecentQueues<Value> {
  readonly #limit: number;
  readonly #onForgotten: (queue: QueueName, value: Value) => void;
  #young = new Map<QueueName, Value>();
  #old = new Map<QueueName, Value>();

  /** @param onForgotten told of each queue that was not asked for any more */
  constructor(
    onForgotten: (queue: QueueName, value: Value) => void = () => {},
    limit: number = RECENT_QUEUES,
  ) {
    this.#onForgotten = onForgotten;
    this.#limit = limit;
  }

  /** How many are known. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Those that are known. */
  *queues(): Generator<QueueName> {
    yield* this.#young.keys();
    yield* this.#old.keys();
  }

  get(queue: QueueName): Value | undefined {
    const young = this.#young.get(queue);
    if (young !== undefined) {
      return young;
    }
    const old = this.#old.get(queue);
    if (old !== undefined) {
      this.set(queue, old);
    }
    return old;
  }

  set(queue: QueueName, value: Value): void {
    this.#old.delete(queue);
    this.#young.set(queue, value);
    if (this.#young.size >= this.#limit) {
      const forgotten = this.#old;
      this.#old = this.#young;
      this.#young = new Map();
      for (const [name, known] of forgotten) {
        this.#onForgotten(name, known);
      }
    }
  }

  delete(queue: QueueName): void {
    this.#young.delete(queue);
    this.#old.delete(queue);
  }
}
