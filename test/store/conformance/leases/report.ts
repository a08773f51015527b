import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import { type LeaseToken, newTaskId } from "../../../../server/src/domain/ids.ts";
import type { Task } from "../../../../server/src/domain/task.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  find,
  leaseOne,
  openSession,
  redrive,
  refOf,
  release,
  renew,
  report,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** What running attempts say of themselves. */
export function describeReport(fixture: Fixture): void {
  const leaseNew = async () => {
    await submit(fixture.store);
    return leaseOne(fixture.store, await openSession(fixture.store));
  };
  const checkpointOfNext = async () => {
    const task = await leaseOne(fixture.store, await openSession(fixture.store));
    return Buffer.from(task.checkpoint).toString();
  };

  it("shows the newest progress", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    await report(store, task, { progress: { fraction: 0.25, note: "naïve \ud83d \0" } });
    assert.deepEqual((await find(store, task.id)).progress, {
      fraction: 0.25,
      note: "naïve \ud83d \0",
    });
    await report(store, task, { progress: { fraction: null, note: "" } });
    assert.deepEqual((await find(store, task.id)).progress, { fraction: null, note: "" });
  });

  it("leaves alone what a report does not mention", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    const progress = { fraction: 0.5, note: "half" };
    await report(store, task, { progress, checkpoint: Buffer.from("one") });
    await report(store, task);
    await report(store, task, { checkpoint: Buffer.from("two") });
    assert.deepEqual((await find(store, task.id)).progress, progress);
    await settle(store, task, release());
    assert.equal(await checkpointOfNext(), "two");
  });

  it("keeps the largest checkpoint, and an empty one in place of another", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    const large = "c".repeat(LIMITS.maxCheckpointBytes);
    await report(store, task, { checkpoint: Buffer.from(large) });
    await settle(store, task, release());
    const again = await leaseOne(store, await openSession(store));
    assert.equal(Buffer.from(again.checkpoint).toString(), large);
    await report(store, again, { checkpoint: Buffer.alloc(0) });
    await settle(store, again, release());
    assert.equal(await checkpointOfNext(), "");
  });

  it("hands a checkpoint on after a crash", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    await report(store, task, { checkpoint: Buffer.from("row 7") });
    await renew(store, session, 0);
    await sweep(store);
    assert.equal(await checkpointOfNext(), "row 7");
  });

  it("hands a checkpoint on after a redrive", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    await report(store, task, { checkpoint: Buffer.from("row 7") });
    await settle(store, task, die());
    await redrive(store, task.id);
    assert.equal(await checkpointOfNext(), "row 7");
  });

  it("shows the last progress of a task that is final", async () => {
    const { store } = fixture;
    const task = await leaseNew();
    await report(store, task, { progress: { fraction: 1, note: "all" } });
    await settle(store, task, complete());
    assert.deepEqual((await find(store, task.id)).progress, { fraction: 1, note: "all" });
  });

  it("shows no progress of an attempt that is over while the task waits", async () => {
    const { store, under } = fixture;
    const said = { progress: { fraction: 0.5, note: "half" } };
    const waiting: Task[] = [];
    const session = await openSession(store, { ttlMs: 1_000 });
    for (const outcome of [release(), release(60_000), retry(), retry(60_000), null]) {
      const id = await submit(store);
      const task = await leaseOne(store, session);
      await report(store, task, said);
      assert.deepEqual((await find(store, id)).progress, said.progress);
      if (outcome === null) {
        await under.advance(10_000);
        await sweep(store);
      } else {
        await settle(store, task, outcome);
      }
      waiting.push(await find(store, id));
      await store.cancel([{ taskId: id, reason: "" }]);
    }
    assert.deepEqual(
      waiting.map(({ state, progress }) => [state, progress]),
      ["READY", "SCHEDULED", "READY", "SCHEDULED", "READY"].map((state) => [state, null]),
    );
  });

  it("orphans no checkpoint of a task that will not run again", async () => {
    const { store } = fixture;
    for (const end of [complete(), null]) {
      const task = await leaseNew();
      await report(store, task, { checkpoint: Buffer.from("row 7") });
      await (end === null ? cancel(store, task.id) : settle(store, task, end));
    }
    assert.deepEqual(await fixture.under.orphans(), []);
  });

  it("answers item by item, and an unknown or final task with stale (G4)", async () => {
    const { store } = fixture;
    const [live, cancelled] = [await leaseNew(), await leaseNew()];
    await cancel(store, cancelled.id);
    const said = { progress: { fraction: null, note: "here" }, checkpoint: null };
    const tasks = [
      { ...live, id: newTaskId(QUEUE, Date.now()), token: 1 as LeaseToken },
      live,
      cancelled,
      { ...live, token: (live.token - 1) as LeaseToken },
    ];
    const reports = tasks.map((task) => ({ ...task, lease: refOf(task), ...said }));
    assert.deepEqual(await store.report(reports), [
      { kind: "stale" },
      { kind: "ok" },
      { kind: "stale" },
      { kind: "stale" },
    ]);
    assert.equal((await find(store, cancelled.id)).progress, null);
    assert.deepEqual(await store.report([]), []);
  });
}
