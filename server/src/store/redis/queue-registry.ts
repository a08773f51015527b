import type { Clock } from "../../domain/clock.ts";
import type { QueueName } from "../../domain/ids.ts";
import { storeErrorOf } from "./errors.ts";
import { registryKey } from "./keys.ts";
import { RecentQueues } from "./recent-queues.ts";
import type { RedisClient } from "./script.ts";

/** How often a queue in use is entered anew, so that a registry that was lost comes back. */
const REFRESH_MS = 30_000;

/** Knows every queue that ever had a task. Its key lies in a slot of its own. */
export class QueueRegistry {
  readonly #client: RedisClient;
  readonly #clock: Clock;
  readonly #key: string;
  readonly #enteredAt = new RecentQueues<number>();

  constructor(client: RedisClient, prefix: string, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#key = registryKey(prefix);
  }

  /**
   * Enters queues that tasks are about to be stored in. Waits only for those that this process has
   * not entered before: a queue that nobody knows would not be swept.
   */
  async enter(queues: Iterable<QueueName>): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const fresh: QueueName[] = [];
    const stale: QueueName[] = [];
    for (const queue of new Set(queues)) {
      const enteredAt = this.#enteredAt.get(queue);
      if (enteredAt === undefined) {
        fresh.push(queue);
      } else if (nowMs - enteredAt > REFRESH_MS) {
        stale.push(queue);
      }
    }
    if (stale.length > 0) {
      this.#add(stale, nowMs).catch(() => undefined);
    }
    if (fresh.length > 0) {
      await this.#add(fresh, nowMs);
    }
  }

  /** Returns every queue, by name. */
  async all(): Promise<QueueName[]> {
    try {
      return ((await this.#client.smembers(this.#key)) as QueueName[]).sort();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  async #add(queues: readonly QueueName[], nowMs: number): Promise<void> {
    try {
      await this.#client.sadd(this.#key, ...queues);
    } catch (error) {
      throw storeErrorOf(error);
    }
    for (const queue of queues) {
      this.#enteredAt.set(queue, nowMs);
    }
  }
}
