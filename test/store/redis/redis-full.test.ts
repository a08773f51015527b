import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import { MAX_BYTES_WHEN_FULL, type Store, StoreError } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import {
  complete,
  countsOf,
  find,
  type HeldTask,
  lease,
  leaseOne,
  openSession,
  renew,
  report,
  settle,
  settlementOf,
  sweep,
} from "../conformance/actions.ts";

const MEBIBYTE = 1024 * 1024;
const MAX_MEMORY_BYTES = 8 * MEBIBYTE;
/** What a task may grow by once it is stored: the run, and what docs/operations.md says of details. */
const RESERVE_BYTES_A_TASK = 5_000;
const SMALL = "s".repeat(MAX_BYTES_WHEN_FULL);
const LARGE = "l".repeat(MAX_BYTES_WHEN_FULL + 1);

describe("A full Redis", function () {
  this.timeout(30_000);
  let server: RedisServer;
  let admin: Redis;
  let store: Store;

  beforeEach(async () => {
    server = await startRedis({ args: ["--maxmemory", String(MAX_MEMORY_BYTES)] });
    admin = new Redis(server.url);
    store = await openRedisStore({ url: server.url });
  });

  afterEach(async () => {
    await store?.close();
    admin?.disconnect();
    await server?.stop();
  });

  /** Submits until Redis takes no more; returns how many tasks it took. */
  async function fill(overrides: Parameters<typeof newTasks>[1] = {}): Promise<number> {
    let taken = 0;
    for (;;) {
      try {
        await store.submit(newTasks(100, { payload: Buffer.alloc(1_000), ...overrides }));
      } catch (error) {
        assert.ok(error instanceof StoreError && error.kind === "full", String(error));
        return taken;
      }
      taken += 100;
    }
  }

  /** Leases and completes until nothing is READY; returns how many tasks that were. */
  async function drain(work: (tasks: readonly HeldTask[]) => Promise<void>): Promise<number> {
    const session = await openSession(store, { ttlMs: 60_000 });
    for (let done = 0; ; ) {
      const tasks = await lease(store, session);
      if (tasks.length === 0) {
        return done;
      }
      await work(tasks);
      done += tasks.length;
      assert.equal((await renew(store, session, 60_000)).kind, "ok");
    }
  }

  async function completeAll(tasks: readonly HeldTask[], text: string): Promise<void> {
    const outcomes = await store.settle(tasks.map((task) => settlementOf(task, complete(text))));
    assert.ok(outcomes.every(({ kind }) => kind === "ok"));
  }

  async function usedBytes(): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await admin.info("memory"))?.[1]);
  }

  it("is worked off by workers that come only then, and takes submits again once it purged", async () => {
    const taken = await fill({ retentionMs: 0, deduplicationWindowMs: 0 });
    assert.ok(taken > 1_000, `only ${taken}`);

    assert.equal(await drain((tasks) => completeAll(tasks, SMALL)), taken);
    const grownBytes = (await usedBytes()) - MAX_MEMORY_BYTES;
    assert.ok(grownBytes < taken * RESERVE_BYTES_A_TASK, `grew by ${grownBytes} for ${taken}`);

    for (let purged = 0; purged < taken; ) {
      const report = await sweep(store);
      assert.ok(report.purged > 0, "nothing was purged");
      purged += report.purged;
    }
    assert.equal((await store.submit([newTask()]))[0]?.kind, "created");
  });

  it("takes a large result only once there is room, and the small ones beside it", async () => {
    await fill();
    const session = await openSession(store, { ttlMs: 60_000 });
    const [large, small] = await lease(store, session, { limit: 2 });
    assert.ok(large !== undefined && small !== undefined);
    const batch = [settlementOf(large, complete(LARGE)), settlementOf(small, complete(SMALL))];
    assert.deepEqual(await store.settle(batch), [
      { kind: "no_room" },
      { kind: "ok", state: "SUCCEEDED", isRepeat: false },
    ]);
    assert.equal((await find(store, large.id)).state, "LEASED");

    await admin.config("SET", "maxmemory", "0");
    assert.equal((await settle(store, large, complete(LARGE))).kind, "ok");
    assert.equal((await find(store, large.id)).result?.value.length, LARGE.length);
  });

  it("keeps the beginning of a failure and leaves its stack out", async () => {
    await fill();
    const task = await leaseOne(store, await openSession(store));
    const failure = { type: "Broken", message: "m".repeat(8_000), stack: "s".repeat(16_000) };
    const outcome = { kind: "fail", failure, next: { kind: "die" } } as const;
    assert.equal((await settle(store, task, outcome)).kind, "ok");
    const stored = await find(store, task.id);
    assert.deepEqual(stored.lastFailure, {
      type: "Broken",
      message: "m".repeat(200),
      stack: "",
    });
  });

  it("takes progress and small checkpoints, and keeps the former one where one is large", async () => {
    await fill();
    const task = await leaseOne(store, await openSession(store));
    const progress = { fraction: 0.5, note: "half" };
    assert.equal(await report(store, task, { progress, checkpoint: Buffer.from(SMALL) }), "ok");
    assert.equal(await report(store, task, { checkpoint: Buffer.from(LARGE) }), "no_room");
    assert.equal(await report(store, task), "ok");
    assert.deepEqual((await find(store, task.id)).progress, progress);
    const release = { kind: "release", delayMs: 0 } as const;
    assert.equal((await settle(store, task, release)).kind, "ok");
    const again = await leaseOne(store, await openSession(store));
    assert.equal(again.id, task.id);
    assert.equal(Buffer.from(again.checkpoint).toString(), SMALL);
  });

  it("still cancels, redrives, reclaims, promotes and opens and ends sessions", async () => {
    const [late] = newTasks(1, { due: { kind: "after", delayMs: 1 } });
    assert.ok(late !== undefined);
    await store.submit([late]);
    await fill();
    const session = await openSession(store, { ttlMs: 60_000 });
    const [dead, cancelled, lost] = await lease(store, session, { limit: 3 });
    assert.ok(dead !== undefined && cancelled !== undefined && lost !== undefined);
    const failure = { type: "Broken", message: "", stack: "" };
    await settle(store, dead, { kind: "fail", failure, next: { kind: "die" } });
    assert.deepEqual(await store.redrive([dead.id]), [{ kind: "ok" }]);
    const reason = "not wanted";
    assert.deepEqual(await store.cancel([{ taskId: cancelled.id, reason }]), [{ kind: "ok" }]);
    await renew(store, session, 0);
    assert.equal((await sweep(store)).reclaimed.length, 1);
    assert.deepEqual(await store.submit([late]).catch(({ kind }) => kind), "full");
    assert.equal((await find(store, late.id)).state, "READY");
    const { READY, LEASED, CANCELLED } = await countsOf(store, QUEUE);
    assert.deepEqual({ LEASED, CANCELLED }, { LEASED: 0, CANCELLED: 1 });
    assert.ok(READY > 0);
  });

  it("is worked off by a version whose functions it has no room for, which it takes once there is", async () => {
    const taken = await fill();
    // What the functions leave would be room for them.
    await admin.config("SET", "maxmemory", "1");
    await admin.call("FUNCTION", "FLUSH");
    assert.equal(await drain((tasks) => completeAll(tasks, "done")), taken);
    await assert.rejects(store.submit([newTask()]), { kind: "full" });
    assert.deepEqual(await admin.call("FUNCTION", "LIST"), []);
    await admin.config("SET", "maxmemory", "0");
    for (let call = 0; call < 1_000; call += 1) {
      await sweep(store);
    }
    assert.notDeepEqual(await admin.call("FUNCTION", "LIST"), []);
    assert.equal((await store.submit([newTask()]))[0]?.kind, "created");
  });
});
