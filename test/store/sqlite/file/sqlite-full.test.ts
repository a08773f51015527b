import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open.ts";
import { MAX_BYTES_WHEN_FULL, type Store, StoreError } from "../../../../server/src/store/store.ts";
import { mountSmallDisk } from "../../../support/small-disk.ts";
import { newTask, newTasks } from "../../../support/task-factory.ts";
import { ManualClock } from "../../../support/time/manual-clock.ts";
import {
  complete,
  countsOf,
  find,
  type HeldTask,
  lease,
  leaseOne,
  openSession,
  refOf,
  renew,
  report,
  settle,
  settlementOf,
  sweep,
} from "../../conformance/actions.ts";

const DISK_MEBIBYTES = 24;
const RESERVE_BYTES = 3 * 1024 * 1024;
const SMALL = "s".repeat(MAX_BYTES_WHEN_FULL);
const LARGE = "l".repeat(MAX_BYTES_WHEN_FULL + 1);

describe("A SQLite store on a full disk", function () {
  this.timeout(30_000);
  const disk = mountSmallDisk(DISK_MEBIBYTES);
  if (disk === null) {
    console.log("without root no small disk can be mounted: a full disk is left out");
    return;
  }

  const clock = new ManualClock();
  const path = join(disk.folder, "baton.db");
  let store: Store;

  const open = (): Store =>
    openSqliteStore({ path, clock, synchronous: "FULL", reserveBytes: 32 * RESERVE_BYTES });

  beforeEach(() => {
    store = open();
  });

  afterEach(async () => {
    await store?.close();
    for (const name of readdirSync(disk.folder)) {
      rmSync(join(disk.folder, name));
    }
  });

  after(() => disk.unmount());

  /** Submits until there is no room; returns how many tasks were stored. */
  async function fillByTasks(): Promise<number> {
    const overrides = { payload: Buffer.alloc(1_000), retentionMs: 0, deduplicationWindowMs: 0 };
    for (let taken = 0; ; taken += 100) {
      // The disk is looked at now and then only.
      clock.advance(100);
      try {
        await store.submit(newTasks(100, overrides));
      } catch (error) {
        assert.ok(error instanceof StoreError && error.kind === "full", String(error));
        return taken;
      }
    }
  }

  async function completeAll(tasks: readonly HeldTask[]): Promise<void> {
    const outcomes = await store.settle(tasks.map((task) => settlementOf(task, complete("done"))));
    assert.ok(outcomes.every(({ kind }) => kind === "ok"));
  }

  it("is worked off where tasks have filled it, and takes submits again once it purged", async () => {
    const taken = await fillByTasks();
    assert.ok(taken > 1_000, `only ${taken}`);
    const session = await openSession(store, { ttlMs: 60_000 });
    for (let done = 0; done < taken; ) {
      const tasks = await lease(store, session);
      assert.ok(tasks.length > 0);
      await completeAll(tasks);
      done += tasks.length;
    }
    await assert.rejects(store.submit([newTask()]), { kind: "full" });
    for (let purged = 0; purged < taken; ) {
      const { purged: some } = await sweep(store);
      assert.ok(some > 0, "nothing was purged");
      purged += some;
    }
    clock.advance(1_000);
    assert.equal((await store.submit([newTask()]))[0]?.kind, "created");
    assert.ok(existsSync(`${path}-reserve`), "there is a reserve for the next time");
  });

  it("leases, settles, cancels and reports where another program has filled it", async () => {
    await store.submit(newTasks(200));
    disk.fill();
    const session = await openSession(store, { ttlMs: 60_000 });
    const tasks = await lease(store, session);
    const [first, second, third, ...others] = tasks;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    await completeAll(others);
    await assert.rejects(store.submit(newTasks(2_000)), { kind: "full" });
    assert.deepEqual(await store.cancel([{ taskId: first.id, reason: "" }]), [{ kind: "ok" }]);
    assert.equal(await report(store, second, { checkpoint: Buffer.from(SMALL) }), "ok");
    assert.equal(await report(store, second, { checkpoint: Buffer.from(LARGE) }), "no_room");
    const batch = [second, third].map((task, at) => ({
      sessionId: task.sessionId,
      lease: refOf(task),
      outcome: complete(at === 0 ? LARGE : SMALL),
    }));
    assert.deepEqual(await store.settle(batch), [
      { kind: "no_room" },
      { kind: "ok", state: "SUCCEEDED", isRepeat: false },
    ]);
    assert.equal((await renew(store, session)).kind, "ok");

    await completeAll(await lease(store, session));
    await assert.rejects(store.submit([newTask()]), { kind: "full" });
    disk.empty();
    clock.advance(1_000);
    assert.equal((await store.submit([newTask()]))[0]?.kind, "created");
    assert.equal((await settle(store, second, complete(LARGE))).kind, "ok");
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("keeps the beginning of a failure and leaves its stack out", async () => {
    await store.submit([newTask()]);
    disk.fill();
    await assert.rejects(store.submit(newTasks(2_000)), { kind: "full" });
    const task = await leaseOne(store, await openSession(store));
    const failure = { type: "Broken", message: "m".repeat(8_000), stack: "s".repeat(16_000) };
    const outcome = { kind: "fail", failure, next: { kind: "die" } } as const;
    assert.equal((await settle(store, task, outcome)).kind, "ok");
    const expected = { type: "Broken", message: "m".repeat(200), stack: "" };
    assert.deepEqual((await find(store, task.id)).lastFailure, expected);
    disk.empty();
  });

  it("is refused with one line where nothing can be written, or a new file finds no room", async () => {
    await store.submit([newTask()]);
    await store.close();
    disk.setReadOnly(true);
    try {
      assert.throws(open, { name: "StoreOpenError", message: /^cannot write .*EROFS.*$/ });
    } finally {
      disk.setReadOnly(false);
    }
    rmSync(path);
    rmSync(`${path}-reserve`);
    disk.fill();
    assert.throws(open, { name: "StoreOpenError", message: /^cannot open .*full$/ });
    disk.empty();
    store = open();
    await store.submit([newTask()]);
  });

  it("is opened where the disk is full, and worked off", async () => {
    await store.submit(newTasks(500));
    await store.close();
    disk.fill();
    store = open();
    const session = await openSession(store);
    await completeAll(await lease(store, session));
    await store.close();
    rmSync(`${path}-reserve`, { force: true });
    disk.fill();
    store = open();
    await assert.rejects(store.submit([newTask()]), { kind: "full" });
    disk.empty();
    clock.advance(1_000);
    await store.submit([newTask()]);
  });
});
