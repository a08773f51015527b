import type { QueueName } from "../../domain/ids.ts";
import { storeErrorOf } from "./errors.ts";
import { queueKey, registryKey } from "./keys.ts";
import { RecentQueues } from "./recent-queues.ts";
import type { RedisClient } from "./script.ts";

/**
 * Knows every queue that ever had a task. Its key lies in a slot of its own, so that it may be lost without
 * the tasks, and they without it.
 */
export class QueueRegistry {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #key: string;
  readonly #entered = new RecentQueues<true>();

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    this.#key = registryKey(prefix);
  }

  /**
   * Enters queues that tasks are about to be stored in. Waits only for those that this process has
   * not entered before: a queue that nobody knows would not be swept.
   */
  async enter(queues: Iterable<QueueName>): Promise<void> {
    const fresh: QueueName[] = [];
    for (const queue of new Set(queues)) {
      if (this.#entered.get(queue) === undefined) {
        fresh.push(queue);
      }
    }
    if (fresh.length > 0) {
      await this.#add(fresh);
    }
  }

  /** Enters a queue whatever was entered before; where that fails, the next submit tries again. */
  async enterAnew(queue: QueueName): Promise<void> {
    this.#entered.delete(queue);
    await this.#add([queue]);
  }

  /** Returns every queue, by name. */
  async all(): Promise<QueueName[]> {
    try {
      return ((await this.#client.smembers(this.#key)) as QueueName[]).sort();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  /**
   * Puts back what the registry lost of the queues that this process entered and that have tasks still.
   *
   * @param names what it has
   * @returns what it has now, by name
   */
  async mend(names: readonly QueueName[]): Promise<QueueName[]> {
    const known = new Set(names);
    const missing = [...this.#entered.queues()].filter((queue) => !known.has(queue));
    const used = await Promise.all(missing.map((queue) => this.#isUsed(queue)));
    const lost = missing.filter((_, at) => used[at]);
    for (const queue of missing) {
      this.#entered.delete(queue);
    }
    if (lost.length > 0) {
      await this.#add(lost);
    }
    return [...names, ...lost].sort();
  }

  /** Where it cannot be told, the queue's next submit enters it. */
  async #isUsed(queue: QueueName): Promise<boolean> {
    const key = queueKey(this.#prefix, queue, "tasks");
    return (await this.#client.exists(key).catch(() => 0)) === 1;
  }

  async #add(queues: readonly QueueName[]): Promise<void> {
    try {
      await this.#client.sadd(this.#key, ...queues);
    } catch (error) {
      throw storeErrorOf(error);
    }
    for (const queue of queues) {
      this.#entered.set(queue, true);
    }
  }
}
