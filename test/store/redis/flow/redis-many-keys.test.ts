import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { RedisStores } from "../../../../server/src/store/redis/open-redis-store.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import {
  complete,
  lease,
  openSession,
  renew,
  settlementOf,
  sweep,
} from "../../conformance/actions.ts";
import { redisBed } from "../redis-bed.ts";

/** More where it is asked for: BATON_KEYS=1000000 BATON_TEST_FILE_LIMIT_MS=7200000. */
const KEYS = Number(process.env.BATON_KEYS ?? 20_000);
const WARM_UP = 2_000;
const BATCH = 1_000;
const MEBIBYTE = 1024 * 1024;
const MINUTE_MS = 60_000;

describe("Very many concurrency keys on Redis", function () {
  this.timeout(60_000 + KEYS * 5);
  const bed = redisBed();

  /** Works off tasks of so many keys, half of them with an ordering key too, and has all of them purged. */
  const workOff = async (
    store: RedisStores["store"],
    name: string,
    count: number,
  ): Promise<void> => {
    const session = await openSession(store, { ttlMs: 10 * MINUTE_MS });
    for (let from = 0; from < count; from += BATCH) {
      const tasks = Array.from({ length: BATCH }, (_, at) =>
        newTask({
          concurrencyKey: `${name} ${from + at}`,
          orderingKey: at % 2 === 0 ? "steps" : "",
          retentionMs: 0,
        }),
      );
      await store.submit(tasks);
      let left = BATCH;
      while (left > 0) {
        const leased = await lease(store, session, { limit: 200 });
        await store.settle(leased.map((task) => settlementOf(task, complete())));
        left -= leased.length;
      }
      while ((await sweep(store)).nextInMs === 0);
      await renew(store, session, 10 * MINUTE_MS);
    }
    await renew(store, session, 0);
    bed.advance(MINUTE_MS);
    while ((await sweep(store)).nextInMs === 0);
  };

  const usedMemory = async (): Promise<number> =>
    Number(/used_memory:(\d+)/.exec(await bed.redis.info("memory"))?.[1]);

  it(`leave nothing behind, ${KEYS} of them`, async () => {
    const store = await bed.open();
    await workOff(store, "first", WARM_UP);
    const before = await usedMemory();
    await workOff(store, "key", KEYS);
    assert.deepEqual(await bed.keys(), []);
    const grown = (await usedMemory()) - before;
    assert.ok(grown < MEBIBYTE, `${grown} bytes more`);
  });

  it(`leave nothing behind but the settings where they have rates, limits and shares, ${KEYS} of them`, async () => {
    const store = await bed.open();
    await store.putSettings(
      QUEUE,
      {
        ...DEFAULT_QUEUE_SETTINGS,
        keyConcurrencyLimit: 1,
        keyRateLimit: { tasks: 2, periodMs: 1_000, burst: 2 },
        fairBy: "TIME",
        onDead: "HOLD",
      },
      "",
    );
    await workOff(store, "first", WARM_UP);
    const before = await usedMemory();
    await workOff(store, "key", KEYS);
    assert.deepEqual(await bed.keys(), [`b{${QUEUE}}:q`]);
    const fields = await bed.redis.hkeys(`b{${QUEUE}}:q`);
    assert.deepEqual(fields.sort(), ["j", "s"]);
    const grown = (await usedMemory()) - before;
    assert.ok(grown < MEBIBYTE, `${grown} bytes more`);
    assert.deepEqual(await store.deleteQueue(QUEUE, false), { kind: "ok" });
    assert.deepEqual(await bed.keys(), []);
  });
});
