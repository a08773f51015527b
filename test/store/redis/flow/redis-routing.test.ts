import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import { madeAtMs, queueOfTask, uniqueOfTask } from "../../../../server/src/domain/ids.ts";
import type { TaskSpec } from "../../../../server/src/domain/task.ts";
import type { RedisStores } from "../../../../server/src/store/redis/open-redis-store.ts";
import { partitionOf } from "../../../../server/src/store/redis/partitions/partition-ids.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import {
  find,
  lease,
  leaseOne,
  only,
  openSession,
  settle,
  submit,
} from "../../conformance/actions.ts";
import { redisBed } from "../redis-bed.ts";

const PARTITIONS = 7;

describe("Tasks of a key on a queue of several partitions", () => {
  const bed = redisBed();

  const putAll = async (store: RedisStores["store"], specs: readonly Partial<TaskSpec>[]) => {
    const tasks = specs.map(newTask);
    const outcomes = await store.submit(tasks);
    return tasks.map((offered, at) => {
      const { kind, id = offered.id } = outcomes[at] ?? assert.fail();
      assert.equal(kind, "created");
      return { offered: offered.id, id };
    });
  };

  it("lie where their concurrency key says, else their ordering key, and say when they were made", async () => {
    const store = await bed.open({ partitions: PARTITIONS });
    const keys = ["a", "b", "ключ", "🔑", "x".repeat(128)];
    const specs = keys.flatMap((key) => [
      { concurrencyKey: key },
      { orderingKey: key },
      { concurrencyKey: key, orderingKey: "other" },
    ]);
    for (const { id, offered } of await putAll(store, [...specs, ...specs, ...specs])) {
      assert.equal(queueOfTask(id), QUEUE);
      assert.equal(madeAtMs(id), madeAtMs(offered));
      const { concurrencyKey, orderingKey } = (await find(store, id)).spec;
      const key = concurrencyKey || orderingKey;
      assert.equal(partitionOf(uniqueOfTask(id), PARTITIONS), partitionOf(key, PARTITIONS));
    }
    assert.equal((await lease(store, await openSession(store), { limit: 1_000 })).length, 25);
  });

  it("are given no id that another has, though many begin alike", async () => {
    const store = await bed.open({ partitions: PARTITIONS });
    const put = await putAll(
      store,
      Array.from({ length: 2_000 }, (_, at) => ({ concurrencyKey: `key ${at % 3}` })),
    );
    assert.equal(new Set(put.map(({ id }) => id)).size, 2_000);
  });

  it("are known by their request id and key, whichever process is asked (G2)", async () => {
    const store = await bed.open({ partitions: PARTITIONS });
    const other = await bed.open();
    for (let at = 0; at < 20; at += 1) {
      const task = newTask({ requestId: `request ${at}`, concurrencyKey: `key ${at}` });
      const first = only(await store.submit([task]));
      const again = only(await other.submit([task]));
      assert.deepEqual([first.kind, again.kind], ["created", "known"]);
      assert.equal(again.id, first.id);
      await find(other, again.id ?? task.id);
    }
  });

  it("that a worker releases hold the whole queue where it says so", async () => {
    const store = await bed.open({ partitions: PARTITIONS });
    const session = await openSession(store);
    for (let at = 0; at < 30; at += 1) await submit(store, { concurrencyKey: `key ${at}` });
    const task = await leaseOne(store, session);
    const hold = { scope: "queue", forMs: 20_000 } as const;
    await settle(store, task, { kind: "release", delayMs: 0, hold });
    assert.deepEqual(await lease(store, session), []);
    const { blockedBy } = only(await store.stats([QUEUE]));
    assert.equal(blockedBy?.held, 30);
    bed.advance(20_001);
    assert.equal((await lease(store, await openSession(store))).length, 30);
  });

  it("are told that a limit of the queue is their partition's share of it, and one of the key is whole", async () => {
    const store = await bed.open({ partitions: PARTITIONS });
    const limits = { concurrencyLimit: PARTITIONS, maxBacklog: 2 * PARTITIONS };
    await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, ...limits }, "");
    const session = await openSession(store);
    const [first] = await putAll(store, [{ orderingKey: "a" }]);
    await leaseOne(store, session);
    const blockers = await store.blockers(first?.id ?? assert.fail());
    assert.deepEqual([blockers?.concurrency.limit, blockers?.concurrency.partitions], [1, 7]);
    await putAll(store, [{ orderingKey: "a" }, { orderingKey: "a" }]);
    const ofQueue = only(await store.submit([newTask({ orderingKey: "a" })]));
    assert.deepEqual(ofQueue, { kind: "full", full: { of: "queue", limit: 2, partitions: 7 } });
    const keyed = Array.from({ length: 4 }, () => newTask({ concurrencyKey: "b" }));
    await store.putSettings(
      QUEUE,
      { ...DEFAULT_QUEUE_SETTINGS, keyMaxBacklog: 3 },
      only(await store.settings([QUEUE])).revision,
    );
    const ofKey = (await store.submit(keyed)).at(-1);
    assert.deepEqual(ofKey, { kind: "full", full: { of: "key", limit: 3 } });
  });
});
