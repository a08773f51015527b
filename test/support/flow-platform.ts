import { TaskClient, type TaskId, type Worker, type WorkerOptions } from "@baton/worker-sdk";
import { openRedisStore } from "../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "./dispatcher.ts";
import { type RedisServer, startRedis } from "./redis/redis-server.ts";
import { Workers } from "./workers.ts";

/** Both stores, by name. */
export const STORES = ["SQLite", "Redis"] as const;

/** A client, and workers of a test: one dispatcher on SQLite, or two on Redis, between which workers take turns. */
export class FlowPlatform {
  readonly #redis: RedisServer | null;
  readonly #dispatchers: readonly DispatcherUnderTest[];
  readonly client: TaskClient;
  #workers: Workers[] = [];
  #next = 0;
  #queues = 0;

  private constructor(redis: RedisServer | null, dispatchers: readonly DispatcherUnderTest[]) {
    this.#redis = redis;
    this.#dispatchers = dispatchers;
    this.client = new TaskClient({ address: this.addresses[0] ?? "" });
    this.#workers = this.addresses.map((address) => new Workers(address));
  }

  static async start(kind: (typeof STORES)[number]): Promise<FlowPlatform> {
    if (kind === "SQLite") {
      return new FlowPlatform(null, [await startTestDispatcher()]);
    }
    const redis = await startRedis();
    const start = async (): Promise<DispatcherUnderTest> =>
      startTestDispatcher({ store: await openRedisStore({ url: redis.url }) });
    return new FlowPlatform(redis, [await start(), await start()]);
  }

  get addresses(): string[] {
    return this.#dispatchers.map(({ address }) => address);
  }

  /** The name of a queue that nothing has used yet. */
  queue(): string {
    this.#queues += 1;
    return `flow-${this.#queues}`;
  }

  /** Starts a worker on the dispatcher whose turn it is. */
  work(options: Partial<WorkerOptions> & Pick<WorkerOptions, "queues">): Worker {
    this.#next += 1;
    const workers = this.#workers[this.#next % this.#workers.length] as Workers;
    return workers.start(options);
  }

  /** Resolves when all have succeeded. */
  async end(ids: readonly TaskId[], timeoutMs = 10_000): Promise<void> {
    await Promise.all(ids.map((id) => this.client.await(id, { timeoutMs })));
  }

  /** Stops the workers of a test. */
  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.map((workers) => workers.stop()));
    this.#workers = this.addresses.map((address) => new Workers(address));
  }

  async stop(): Promise<void> {
    await this.client.close();
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.stop()));
    await this.#redis?.stop();
  }
}
