import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { QUEUE_MEMORY_MS } from "../store.ts";
import { storeErrorOf } from "./client/errors.ts";
import { callFunction } from "./client/functions.ts";
import { RecentQueues } from "./client/recent-queues.ts";
import { type Argument, type RedisClient, type ReplyItem, wordOf } from "./client/script.ts";
import { queueKey, registryKey, workersKey } from "./keys.ts";
import { REGISTRY_LIBRARY } from "./lua.generated.ts";

/** How often a queue in use is entered anew, so that others see its use and a lost registry comes back. */
const REFRESH_MS = 10_000;
/** How often one that has workers is, so that it is long before it is forgotten. */
const WORKERS_REFRESH_MS = QUEUE_MEMORY_MS / 5;
/** What a queue has that is to be known. */
const USES = ["tasks", "flow"] as const;
const SCANNED_AT_ONCE = 1_000;
const LOOKED_AT_ONCE = 100;

/** How a {@link QueueRegistry} is made. */
export interface RegistryOptions {
  readonly prefix: string;
  readonly clock: Clock;
  /** How far the store's clock is ahead of the server's, ms; 0 but in tests. */
  readonly clockOffset: () => number;
}

/**
 * Knows the queues that have tasks or settings, or had tasks lately. Its key lies in a slot of its own, so that it may
 * be lost without the tasks, and they without it, and no script can store a task and enter its queue at once: a queue
 * is entered before its tasks, again behind the first task where it was empty, and is forgotten only when it is empty
 * and was not entered for {@link QUEUE_MEMORY_MS}.
 */
export class QueueRegistry {
  readonly #client: RedisClient;
  readonly #options: RegistryOptions;
  readonly #key: string;
  readonly #enteredAt = new RecentQueues<number>();
  readonly #seenAt = new RecentQueues<number>();
  readonly #workersKey: string;
  readonly #workersAt = new RecentQueues<number>();

  constructor(client: RedisClient, options: RegistryOptions) {
    this.#client = client;
    this.#options = options;
    this.#key = registryKey(options.prefix);
    this.#workersKey = workersKey(options.prefix);
  }

  /**
   * Enters queues that tasks are about to be stored in. Waits only for those that this process has
   * not entered before: a queue that nobody knows would not be swept.
   */
  async enter(queues: Iterable<QueueName>): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    const fresh: QueueName[] = [];
    const stale: QueueName[] = [];
    for (const queue of new Set(queues)) {
      const enteredAtMs = this.#enteredAt.get(queue);
      if (enteredAtMs === undefined) {
        fresh.push(queue);
      } else if (nowMs - enteredAtMs > REFRESH_MS) {
        stale.push(queue);
      }
    }
    if (stale.length > 0) {
      this.#enter(stale, "enter_queues_if_room").catch(() => undefined);
    }
    if (fresh.length > 0) {
      await this.#enter(fresh, "enter_queues_if_room");
    }
  }

  /** Enters a queue whatever was entered before; where that fails, the next submit tries again. */
  async enterAnew(queue: QueueName): Promise<void> {
    this.#enteredAt.delete(queue);
    await this.#enter([queue]);
  }

  /** Has others see that a queue is used, where it is known. Waits for nothing. */
  noteUse(queue: QueueName): void {
    const nowMs = this.#options.clock.monotonicMs();
    const sinceMs = nowMs - (this.#seenAt.get(queue) ?? Number.NEGATIVE_INFINITY);
    if (sinceMs > REFRESH_MS) {
      this.#seenAt.set(queue, nowMs);
      this.#run("enter_queues", [0, queue]).catch(() => this.#seenAt.delete(queue));
    }
  }

  /** Has it known that a queue has the descriptions of workers. Waits for nothing. */
  noteWorkers(queue: QueueName): void {
    this.#enterWorkers(queue, REFRESH_MS);
  }

  /** Keeps a queue known that this process has noted so. Waits for nothing. */
  keepWorkers(queue: QueueName): void {
    if (this.#workersAt.get(queue) !== undefined) {
      this.#enterWorkers(queue, WORKERS_REFRESH_MS);
    }
  }

  /** Returns the queues that have workers or had some lately, by name. */
  async withWorkers(): Promise<QueueName[]> {
    return namesOf(await this.#run("used_queues", [QUEUE_MEMORY_MS], this.#workersKey));
  }

  /** Forgets a queue that is empty, unless something came to it lately; returns whether it did. */
  async forget(queue: QueueName): Promise<boolean> {
    const [gone] = await this.#run("forget_queues", [QUEUE_MEMORY_MS, queue]);
    if (gone !== undefined) {
      this.#enteredAt.delete(queue);
      this.#seenAt.delete(queue);
    }
    return gone !== undefined;
  }

  /** Forgets a queue that was deleted, unless something came to it meanwhile; returns whether it was known. */
  async remove(queue: QueueName): Promise<boolean> {
    let removed: number;
    try {
      removed = await this.#client.zrem(this.#key, queue);
    } catch (error) {
      throw storeErrorOf(error);
    }
    this.#enteredAt.delete(queue);
    this.#seenAt.delete(queue);
    if (await this.#isUsed(queue)) {
      await this.#enter([queue]);
    }
    return removed === 1;
  }

  /** Returns every queue, by name. */
  async all(): Promise<QueueName[]> {
    const names = new Set<QueueName>();
    let cursor = "0";
    try {
      do {
        const [next, entries] = await this.#client.zscan(
          this.#key,
          cursor,
          "COUNT",
          SCANNED_AT_ONCE,
        );
        cursor = next;
        for (let at = 0; at < entries.length; at += 2) {
          names.add(entries[at] as QueueName);
        }
      } while (cursor !== "0");
    } catch (error) {
      throw storeErrorOf(error);
    }
    return [...names].sort();
  }

  /** Returns the queues to which something came within so many milliseconds, by name. */
  async used(withinMs: number): Promise<QueueName[]> {
    return namesOf(await this.#run("used_queues", [withinMs]));
  }

  /** Returns which of the queues are known. */
  async known(queues: readonly QueueName[]): Promise<QueueName[]> {
    if (queues.length === 0) {
      return [];
    }
    try {
      const scores = await this.#client.zmscore(this.#key, ...queues);
      return queues.filter((_, at) => scores[at] !== null);
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  /**
   * Puts back what the registry lost of the queues that this process entered and that have tasks or settings still.
   *
   * @param names what it has
   * @returns what it has now, by name
   */
  async mend(names: readonly QueueName[]): Promise<QueueName[]> {
    const known = new Set(names);
    const missing = [...this.#enteredAt.queues()].filter((queue) => !known.has(queue));
    const lost: QueueName[] = [];
    for (let at = 0; at < missing.length; at += LOOKED_AT_ONCE) {
      const some = missing.slice(at, at + LOOKED_AT_ONCE);
      const used = await Promise.all(some.map((queue) => this.#isUsed(queue)));
      lost.push(...some.filter((_, index) => used[index]));
    }
    for (const queue of missing) {
      this.#enteredAt.delete(queue);
    }
    if (lost.length > 0) {
      await this.#enter(lost);
    }
    return [...names, ...lost].sort();
  }

  #enterWorkers(queue: QueueName, notWithinMs: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - (this.#workersAt.get(queue) ?? Number.NEGATIVE_INFINITY) > notWithinMs) {
      this.#workersAt.set(queue, nowMs);
      // Where it fails, the next renewal tries again.
      this.#run("enter_workers", [QUEUE_MEMORY_MS, queue], this.#workersKey).catch(() =>
        this.#workersAt.set(queue, Number.NEGATIVE_INFINITY),
      );
    }
  }

  /** Where it cannot be told, the queue's next submit enters it. */
  async #isUsed(queue: QueueName): Promise<boolean> {
    const keys = USES.map((role) => queueKey(this.#options.prefix, queue, role));
    return (await this.#client.exists(...keys).catch(() => 0)) > 0;
  }

  async #enter(
    queues: readonly QueueName[],
    script: "enter_queues" | "enter_queues_if_room" = "enter_queues",
  ): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    await this.#run(script, [1, ...queues]);
    for (const queue of queues) {
      this.#enteredAt.set(queue, nowMs);
    }
  }

  async #run(
    name: keyof typeof REGISTRY_LIBRARY.functions,
    args: readonly Argument[],
    key = this.#key,
  ) {
    const all = [key, this.#options.clockOffset(), ...args];
    try {
      return await callFunction(this.#client, { library: REGISTRY_LIBRARY, name, args: all });
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}

function namesOf(items: readonly ReplyItem[]): QueueName[] {
  return items.map((name) => wordOf(name) as QueueName).sort();
}
