import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Redis } from "ioredis";
import { joinTaskId, type QueueName } from "../../../server/src/domain/ids.ts";
import { RecentQueues } from "../../../server/src/store/redis/client/recent-queues.ts";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";

const BATCH = 1_000;
const MEBIBYTE = 1024 * 1024;

describe("Queues that callers make up, on Redis", () => {
  let server: RedisServer;
  let store: Store;

  before(async () => {
    server = await startRedis();
    store = await openRedisStore({ url: server.url });
  });
  after(async () => {
    await store?.close();
    await server?.stop();
  });

  it("leave neither memory nor keys behind when they are asked for", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const heapAfter = async (from: number, to: number): Promise<number> => {
      for (let at = from; at < to; at += BATCH) {
        await store.get(madeUpIds(at), { watch: true });
      }
      collect();
      return process.memoryUsage().heapUsed;
    };

    const before = await heapAfter(0, 20_000);
    const after = await heapAfter(20_000, 100_000);

    assert.ok(after - before < 4 * MEBIBYTE, `${(after - before) / MEBIBYTE} MiB more`);
    const redis = new Redis(server.url);
    assert.deepEqual(await redis.keys("*"), []);
    redis.disconnect();
  }).timeout(120_000);
});

describe("RecentQueues", () => {
  it("knows those met last, and at most twice its limit", () => {
    const forgotten: string[] = [];
    const recent = new RecentQueues<number>((queue) => forgotten.push(queue), 10);
    for (let at = 0; at < 1_000; at += 1) {
      recent.set(`q${at}` as QueueName, at);
      assert.equal(recent.get("q0" as QueueName), 0);
      assert.ok(recent.size <= 20);
      assert.equal(recent.size + forgotten.length, at + 1);
      for (let back = at; back > Math.max(0, at - 9); back -= 1) {
        assert.equal(recent.get(`q${back}` as QueueName), back);
      }
    }
    assert.equal(new Set(forgotten).size, forgotten.length);
  });
});

function madeUpIds(from: number) {
  return Array.from({ length: BATCH }, (_, at) =>
    joinTaskId(`made-up-${from + at}` as QueueName, "AAAAAAAAAAAAAAAA"),
  );
}
