import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import type { RedisStores } from "../../../../server/src/store/redis/open-redis-store.ts";
import { newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  leaseOne,
  only,
  openSession,
  renew,
  resume,
  retry,
  settle,
  submit,
  sweep,
} from "../../conformance/actions.ts";
import { redisBed } from "../redis-bed.ts";

type Flow = RedisStores["store"];

const HOUR_MS = 3_600_000;
const KEYS = [
  {},
  { concurrencyKey: "a" },
  { concurrencyKey: "b" },
  { orderingKey: "o" },
  { concurrencyKey: "a", orderingKey: "o" },
];

async function deleteWhole(store: Flow, purge: boolean): Promise<string> {
  for (;;) {
    const { kind } = await store.deleteQueue(QUEUE, purge);
    if (kind !== "more") {
      return kind;
    }
  }
}

/** Has tasks of every state, with and without keys, parked, held, delayed, waited for, of a worker that is known. */
async function useQueue(store: Flow): Promise<Awaited<ReturnType<typeof openSession>>> {
  const session = await openSession(store);
  await store.putSettings(
    QUEUE,
    {
      ...DEFAULT_QUEUE_SETTINGS,
      keyConcurrencyLimit: 3,
      keyRateLimit: { tasks: 10, periodMs: HOUR_MS, burst: 10 },
      rateLimit: { tasks: 1_000, periodMs: HOUR_MS, burst: 1_000 },
      onDead: "HOLD",
    },
    "",
  );
  await store.putKey(QUEUE, "idle", {
    weight: 3,
    concurrencyLimit: null,
    rateLimit: null,
    isPaused: false,
  });
  for (const keys of KEYS) {
    await store.submit(newTasks(6, { ...keys, startDeadlineMs: HOUR_MS, labels: { of: "it" } }));
    await store.submit(newTasks(2, { ...keys, due: { kind: "after", delayMs: HOUR_MS } }));
    await store.submit(newTasks(1, { ...keys, payload: Buffer.alloc(2_000) }));
  }
  const outcomes = [
    complete("x".repeat(500)),
    die(),
    retry(HOUR_MS),
    { kind: "release", delayMs: 0, hold: { scope: "key", forMs: HOUR_MS } } as const,
    complete(),
  ];
  for (const outcome of outcomes) {
    await settle(store, await leaseOne(store, session), outcome);
  }
  await leaseOne(store, session);
  const lost = await leaseOne(store, session);
  await cancel(store, lost.id, "why not");
  return session;
}

describe("A queue that is deleted, on Redis", function () {
  this.timeout(20_000);
  const bed = redisBed();

  for (const partitions of [1, 3]) {
    it(`leaves nothing of its tasks, keys and sessions, with ${partitions} partitions`, async () => {
      const store = await bed.open({ partitions });
      await useQueue(store);
      await submit(store, { queue: "other" as QueueName });
      const kept = await bed.keys();
      assert.ok(kept.length > 20);
      assert.equal((await store.deleteQueue(QUEUE, false)).kind, "has_tasks");
      assert.deepEqual(await bed.keys(), kept);
      assert.equal(await deleteWhole(store, true), "ok");
      const left = await bed.keys();
      assert.deepEqual(
        left.filter((key) => !key.startsWith("b{other}")),
        [],
      );
      assert.deepEqual(await store.queueNames(), ["other"]);
      assert.deepEqual(await store.stats([QUEUE]), []);
      assert.equal(await deleteWhole(store, true), "not_found");
      assert.equal(only(await store.settings([QUEUE])).revision, "");
    });
  }

  it("says how many tasks keep it, and goes without them where it has none", async () => {
    const store = await bed.open();
    assert.deepEqual(await store.deleteQueue(QUEUE, false), { kind: "not_found" });
    await store.submit(newTasks(3));
    assert.deepEqual(await store.deleteQueue(QUEUE, false), { kind: "has_tasks", tasks: 3 });
    await deleteWhole(store, true);
    await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, isPaused: true }, "");
    assert.deepEqual(await store.deleteQueue(QUEUE, false), { kind: "ok" });
    assert.deepEqual(await bed.keys(), []);
  });

  it("goes a slice at a time where it has many tasks, and can be used meanwhile", async () => {
    const store = await bed.open();
    for (let at = 0; at < 11; at += 1) {
      await store.submit(newTasks(1_000, { concurrencyKey: `key ${at}` }));
    }
    assert.deepEqual(await store.deleteQueue(QUEUE, true), { kind: "more" });
    const keys = await store.keys({ queue: QUEUE, filter: "all", after: "", limit: 100 });
    const READY = keys.keys.reduce((sum, { waiting }) => sum + waiting, 0);
    assert.ok(READY > 0 && READY < 11_000);
    await leaseOne(store, await openSession(store));
    assert.equal(await deleteWhole(store, true), "ok");
    assert.deepEqual(await bed.keys(), []);
  });

  it("is known again with its next task, also to dispatchers that did not delete it", async () => {
    const store = await bed.open();
    const other = await bed.open();
    await submit(other);
    await deleteWhole(store, true);
    assert.deepEqual(await other.queueNames(), []);
    await submit(other);
    assert.deepEqual(await store.queueNames(), [QUEUE]);
    await deleteWhole(other, true);
    await sweep(other);
    assert.deepEqual(await store.queueNames(), []);
  });

  it("is lost to workers that still subscribe, who come back when they renew", async () => {
    const store = await bed.open();
    const session = await openSession(store);
    await submit(store);
    const held = await leaseOne(store, session);
    await deleteWhole(store, true);
    assert.equal((await renew(store, session)).kind, "gone");
    const lease = { taskId: held.id, token: held.token };
    const { opened } = await resume(store, { session, held: [lease] });
    assert.deepEqual(opened.lost, [lease]);
    assert.deepEqual(await store.queueNames(), []);
    assert.deepEqual(await settle(store, held, complete()), { kind: "not_found" });
  });
});
