import { Redis } from "ioredis";
import { openRedis, type RedisStores } from "../../../server/src/store/redis/open-redis-store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { QUEUE } from "../../support/task-factory.ts";
import type { ManualClock } from "../../support/time/manual-clock.ts";

/** How a store on the bed's Redis is opened. */
interface OpenOptions {
  readonly partitions?: number;
  readonly clock?: ManualClock;
}

/** Redis for the tests of one suite, emptied behind each. */
export interface RedisBed {
  readonly url: string;
  readonly redis: Redis;
  /** Opens a dispatcher's store; without a count it is told nothing of partitions. */
  open(options?: OpenOptions): Promise<RedisStores["store"]>;
  /** The same, with the documents beside it. */
  openBoth(options?: OpenOptions): Promise<RedisStores>;
  /** Has the stores' clock go ahead. */
  advance(ms: number): void;
  /** Every key but the registry. */
  keys(): Promise<string[]>;
}

/** Starts a Redis before the tests of the suite that it is called in. */
export function redisBed(): RedisBed {
  const stores: RedisStores["store"][] = [];
  let server: RedisServer;
  let redis: Redis;
  let offsetMs = 0;

  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis?.disconnect();
    await server?.stop();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await redis?.flushall();
    offsetMs = 0;
  });

  const openBoth = async ({ partitions, clock }: OpenOptions = {}): Promise<RedisStores> => {
    const opened = await openRedis({
      url: server.url,
      clockOffset: () => offsetMs,
      partitions: new Map(partitions === undefined ? [] : [[QUEUE, partitions]]),
      ...(clock && { clock }),
    });
    stores.push(opened.store);
    return opened;
  };

  return {
    get url() {
      return server.url;
    },
    get redis() {
      return redis;
    },
    open: async (options) => (await openBoth(options)).store,
    openBoth,
    advance: (ms) => {
      offsetMs += ms;
    },
    keys: async () => {
      const keys = await redis.keys("*");
      return keys.filter((key) => key !== "b:queues" && key !== "b:partitions").sort();
    },
  };
}
