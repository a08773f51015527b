import type { QueueName } from "../../../domain/ids.ts";
import { StoreOpenError } from "../../store.ts";
import { storeErrorOf } from "../client/errors.ts";
import { RecentQueues } from "../client/recent-queues.ts";
import type { RedisClient } from "../client/script.ts";
import { partitionsKey, queueKey } from "../keys.ts";
import { type Layout, layoutOf, MAX_PARTITIONS } from "./partition-ids.ts";

/** What a queue has that its partitions divide. */
const USES = ["tasks", "flow", "sessions"] as const;

/** Writes a queue's count where it is still the one that was read; returns 1 where it did. */
const REPLACE = `
if (redis.call("HGET", KEYS[1], ARGV[1]) or "") ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1`;

/**
 * Knows which queues are partitioned. The counts are kept in Redis, in a hash by queue, so that every
 * dispatcher finds a task where another put it. Each queue is looked up when this process meets it first,
 * or first after it was forgotten.
 */
export class Partitions {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #key: string;
  /** As many as an operator named. */
  readonly #layouts = new Map<QueueName, Layout>();
  readonly #whole = new RecentQueues<true>();

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    this.#key = partitionsKey(prefix);
  }

  /** How a queue is spread; null where it is not, undefined where it has to be learnt. */
  find(queue: QueueName): Layout | null | undefined {
    return this.#layouts.get(queue) ?? (this.#whole.get(queue) === undefined ? undefined : null);
  }

  /** How a queue is spread; null where it is not. */
  async layout(queue: QueueName): Promise<Layout | null> {
    if (this.find(queue) === undefined) {
      await this.learn([queue]);
    }
    return this.find(queue) ?? null;
  }

  /** Whether a queue among them is partitioned; from then on those that are can be found. */
  async isAnySpread<Item>(
    batch: readonly Item[],
    queueOf: (item: Item) => QueueName,
  ): Promise<boolean> {
    const unknown = new Set<QueueName>();
    let isAny = false;
    let last: QueueName | null = null;
    for (const item of batch) {
      const queue = queueOf(item);
      if (queue === last) {
        continue;
      }
      last = queue;
      const layout = this.find(queue);
      if (layout === undefined) {
        unknown.add(queue);
      }
      isAny ||= Boolean(layout);
    }
    if (unknown.size === 0) {
      return isAny;
    }
    await this.learn(unknown);
    return isAny || [...unknown].some((queue) => Boolean(this.find(queue)));
  }

  /** The names that queues have in the plain store. */
  async namesOf(queues: readonly QueueName[]): Promise<QueueName[]> {
    await this.learn(queues);
    return queues.flatMap((queue) => this.#layouts.get(queue)?.names ?? [queue]);
  }

  /** Looks queues up. */
  async learn(queues: Iterable<QueueName>): Promise<void> {
    const names = [...new Set(queues)];
    if (names.length === 0) {
      return;
    }
    try {
      const counts = await this.#client.hmget(this.#key, ...names);
      names.forEach((queue, at) => {
        this.#set(queue, counts[at] ?? null);
      });
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  /**
   * Agrees again with Redis about the queues that are partitioned: takes counts that others changed, and
   * puts back what Redis lost.
   */
  async refresh(): Promise<void> {
    try {
      const counts = await this.#client.hgetall(this.#key);
      for (const [queue, count] of Object.entries(counts)) {
        this.#set(queue as QueueName, count);
      }
      for (const [queue, layout] of this.#layouts) {
        if (counts[queue] === undefined) {
          await this.#client.hsetnx(this.#key, queue, layout.names.length);
        }
      }
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  /**
   * Enters how many partitions queues are to have.
   *
   * @throws StoreOpenError where a count is none, or a queue has another one and is in use
   */
  async configure(counts: ReadonlyMap<QueueName, number>): Promise<void> {
    for (const [queue, count] of counts) {
      if (!Number.isInteger(count) || count < 1 || count > MAX_PARTITIONS) {
        throw new StoreOpenError(`a queue has 1 to ${MAX_PARTITIONS} partitions, not ${count}`);
      }
      await this.#configure(queue, count);
    }
  }

  async #configure(queue: QueueName, count: number): Promise<void> {
    const known = await this.#client.hget(this.#key, queue);
    if (Number(known ?? 1) !== count) {
      const former = layoutOfCount(queue, known);
      const wish = `--partitions names ${count} for the queue ${queue}`;
      if (await this.#isUsed(former?.names ?? [queue])) {
        throw new StoreOpenError(
          `${wish}, which has tasks, workers or settings in ${former?.names.length ?? 1}; ` +
            "change it when the queue is empty and no dispatcher runs",
        );
      }
      const done = await this.#client.eval(REPLACE, 1, this.#key, queue, known ?? "", count);
      if (done !== 1) {
        throw new StoreOpenError(`${wish}, and another dispatcher has just entered another count`);
      }
    }
    this.#set(queue, String(count));
  }

  async #isUsed(names: readonly QueueName[]): Promise<boolean> {
    const [seconds] = await this.#client.time();
    const used = await Promise.all(
      names.map(async (name) => {
        const [tasks = "", flow = "", sessions = ""] = USES.map((role) =>
          queueKey(this.#prefix, name, role),
        );
        const kept = await this.#client.exists(tasks, flow);
        return kept + (await this.#client.zcount(sessions, Number(seconds) * 1_000, "+inf")) > 0;
      }),
    );
    return used.includes(true);
  }

  #set(queue: QueueName, count: string | null): void {
    if (this.#layouts.get(queue)?.names.length === Number(count)) {
      return;
    }
    const layout = layoutOfCount(queue, count);
    if (layout === null) {
      this.#layouts.delete(queue);
      this.#whole.set(queue, true);
    } else {
      this.#layouts.set(queue, layout);
      this.#whole.delete(queue);
    }
  }
}

/** @param text a count in decimal digits; null and what is no count mean one, without a partition's name */
function layoutOfCount(queue: QueueName, text: string | null): Layout | null {
  const count = Number(text);
  const isSpread = Number.isInteger(count) && count > 1 && count <= MAX_PARTITIONS;
  return isSpread ? layoutOf(queue, count) : null;
}
