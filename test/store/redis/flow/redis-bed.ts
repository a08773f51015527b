import { Redis } from "ioredis";
import {
  openRedisStore,
  type RedisStores,
} from "../../../../server/src/store/redis/open-redis-store.ts";
import { type RedisServer, startRedis } from "../../../support/redis/redis-server.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import type { ManualClock } from "../../../support/time/manual-clock.ts";

/** How a store on the bed's Redis is opened. */
interface OpenOptions {
  readonly partitions?: number;
  readonly clock?: ManualClock;
}

/** Redis for the tests of one suite, emptied behind each. */
export interface RedisBed {
  readonly redis: Redis;
  open(options?: OpenOptions): Promise<RedisStores["store"]>;
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

  return {
    get redis() {
      return redis;
    },
    open: async ({ partitions, clock } = {}) => {
      const store = await openRedisStore({
        url: server.url,
        clockOffset: () => offsetMs,
        partitions: new Map(partitions === undefined ? [] : [[QUEUE, partitions]]),
        ...(clock && { clock }),
      });
      stores.push(store);
      return store;
    },
    advance: (ms) => {
      offsetMs += ms;
    },
    keys: async () => {
      const keys = await redis.keys("*");
      return keys.filter((key) => key !== "b:queues" && key !== "b:partitions").sort();
    },
  };
}
