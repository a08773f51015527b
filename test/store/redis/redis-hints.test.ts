import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import type { SessionId } from "../../../server/src/domain/ids.ts";
import { decodeHints } from "../../../server/src/store/redis/client/hints.ts";
import type { Store, StoreHint } from "../../../server/src/store/store.ts";
import { newTasks, QUEUE } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import {
  cancel,
  complete,
  lease,
  leaseOne,
  openSession,
  settle,
  submit,
} from "../conformance/actions.ts";
import { redisBed } from "./redis-bed.ts";

describe("Hints between dispatchers on one Redis", () => {
  const bed = redisBed();
  let store: Store;
  let other: Store;
  let heard: StoreHint[];

  beforeEach(async () => {
    store = await bed.open();
    other = await bed.open();
    await eventually(async () => {
      assert.deepEqual(await bed.redis.pubsub("NUMSUB", "b:hints"), ["b:hints", 2]);
    });
    heard = [];
    other.onHint((hint) => heard.push(hint));
  });

  it("tell that a queue has tasks, within milliseconds", async () => {
    await submit(store);
    await eventually(() =>
      assert.deepEqual(heard, [{ kind: "ready", queue: QUEUE, isOwn: false }]),
    );
  });

  it("tell the process that caused them too, without a detour", async () => {
    const own: StoreHint[] = [];
    store.onHint((hint) => own.push(hint));
    await submit(store);
    assert.deepEqual(own, [{ kind: "ready", queue: QUEUE, isOwn: true }]);
  });

  it("are published once while nobody empties the queue, however many tasks come", async () => {
    await bed.redis.config("RESETSTAT");
    for (let count = 0; count < 10; count += 1) {
      await store.submit(newTasks(20));
    }
    assert.equal(await publishedCount(bed.redis), 1);
    await lease(store, await openSession(store), { limit: 1_000 });
    await submit(store);
    assert.equal(await publishedCount(bed.redis), 2);
  });

  it("are not published while nobody else listens", async () => {
    await other.close();
    await eventually(async () => {
      assert.deepEqual(await bed.redis.pubsub("NUMSUB", "b:hints"), ["b:hints", 1]);
    });
    const own: StoreHint[] = [];
    store.onHint((hint) => own.push(hint));
    await bed.redis.config("RESETSTAT");
    await submit(store);
    assert.equal(await publishedCount(bed.redis), 0);
    assert.deepEqual(own, [{ kind: "ready", queue: QUEUE, isOwn: true }]);
  });

  it("tell of each type by itself, since who waits for one may find others", async () => {
    await bed.redis.config("RESETSTAT");
    await store.submit(newTasks(2));
    await store.submit(newTasks(2, { type: "other" as never }));
    assert.equal(await publishedCount(bed.redis), 2);
  });

  it("tell a session that it lost a lease", async () => {
    const id = await submit(store);
    const session = await openSession(store);
    await leaseOne(store, session);
    heard.length = 0;
    await cancel(store, id);
    await eventually(() => {
      assert.deepEqual(heard, [{ kind: "session", sessionId: session.sessionId }]);
    });
  });

  it("tell of watched tasks alone, and no more once they are final", async () => {
    const [watched, ignored] = [await submit(store), await submit(store)];
    const session = await openSession(store);
    await other.get([watched], { watch: true });
    heard.length = 0;
    const tasks = await lease(store, session);
    await eventually(() => assert.deepEqual(heard, [{ kind: "tasks", taskIds: [watched] }]));
    for (const task of tasks) await settle(store, task, complete());
    await eventually(() => {
      assert.deepEqual(heard, [
        { kind: "tasks", taskIds: [watched] },
        { kind: "tasks", taskIds: [watched] },
      ]);
    });
    assert.notEqual(watched, ignored);
  });

  it("come again after the connection broke", async () => {
    await bed.redis.call("CLIENT", "KILL", "TYPE", "pubsub");
    await eventually(async () => {
      assert.deepEqual(await bed.redis.pubsub("NUMSUB", "b:hints"), ["b:hints", 2]);
    });
    await submit(store);
    await eventually(() => assert.equal(heard.length, 1));
  });

  it("that nobody can read are passed over", () => {
    assert.deepEqual(decodeHints(Buffer.from(""), false), []);
    assert.deepEqual(decodeHints(Buffer.from("garbage"), false), []);
    assert.deepEqual(decodeHints(Buffer.from("origin queue\nx\n\n"), false), []);
    assert.deepEqual(decodeHints(Buffer.from("origin email\nsabc\nr\ntshort"), false), [
      { kind: "session", sessionId: "abc" as SessionId },
      { kind: "ready", queue: QUEUE, isOwn: false },
      { kind: "tasks", taskIds: [] },
    ]);
  });
});

async function publishedCount(redis: Redis): Promise<number> {
  const stats = await redis.info("commandstats");
  return Number(/^cmdstat_publish:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}
