import assert from "node:assert/strict";
import { newTaskId, type QueueName } from "../../../../server/src/domain/ids.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  openSession,
  renew,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** Cancelling tasks. */
export function describeCancel(fixture: Fixture): void {
  it("cancels a task that waits, so that it is never leased", async () => {
    const { store, under } = fixture;
    const ready = await submit(store, { retentionMs: 60_000 });
    const scheduled = await submit(store, { due: { kind: "after", delayMs: 10_000 } });
    for (const id of [ready, scheduled]) {
      assert.deepEqual(await cancel(store, id, "not needed"), { kind: "ok" });
    }
    await under.advance(20_000);
    await sweep(store);
    assert.deepEqual(await lease(store, await openSession(store)), []);
    const task = await find(store, ready);
    assert.deepEqual([task.state, task.cancelReason], ["CANCELLED", "not needed"]);
    assertNear(task.finishedAtMs, (await under.nowMs()) - 20_000, "finished");
    assertNear(task.purgeAtMs, (await under.nowMs()) + 40_000, "purge");
  });

  it("cancels a leased task at once, and its lease with it", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    const session = await openSession(store);
    const leased = await leaseOne(store, session);
    assert.deepEqual(await cancel(store, id), { kind: "ok" });
    const task = await find(store, id);
    assert.deepEqual(
      [task.state, task.token, task.attempt, task.workerId, task.cancelReason],
      ["CANCELLED", leased.token, 1, session.workerId, ""],
    );
    await under.advance(60_000);
    assert.deepEqual((await sweep(store)).reclaimed, []);
    assert.deepEqual(await lease(store, await openSession(store)), []);
  });

  it("cancels a task that backs off, and one that was reclaimed", async () => {
    const { store } = fixture;
    const session = await openSession(store);
    const backingOff = await submit(store);
    await settle(store, await leaseOne(store, session), retry(60_000));
    const reclaimed = await submit(store);
    await leaseOne(store, session);
    await renew(store, session, 0);
    await sweep(store);
    assert.deepEqual(await cancel(store, backingOff), { kind: "ok" });
    assert.deepEqual(await cancel(store, reclaimed), { kind: "ok" });
    assert.equal((await countsOf(store)).CANCELLED, 2);
  });

  it("answers a repeat as the first time and keeps the first reason (G5)", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    await cancel(store, id, "first");
    const before = await find(store, id);
    await under.advance(10_000);
    assert.deepEqual(await cancel(store, id, "second"), { kind: "repeated" });
    assert.deepEqual(await find(store, id), before);
  });

  it("refuses a task that is final in another state (G5)", async () => {
    const { store, under } = fixture;
    const session = await openSession(store);
    const succeeded = await submit(store);
    await settle(store, await leaseOne(store, session), complete());
    const dead = await submit(store);
    await settle(store, await leaseOne(store, session), die());
    const expired = await submit(store, { startDeadlineMs: 5_000 });
    await under.advance(10_000);
    await sweep(store);
    assert.deepEqual(await cancel(store, succeeded), { kind: "final", state: "SUCCEEDED" });
    assert.deepEqual(await cancel(store, dead), { kind: "final", state: "DEAD" });
    assert.deepEqual(await cancel(store, expired), { kind: "final", state: "EXPIRED" });
    assert.equal((await find(store, succeeded)).cancelReason, "");
  });

  it("answers a batch item by item, an unknown task with not_found", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const ids = [
      newTaskId(QUEUE, Date.now()),
      id,
      newTaskId("unheard-of" as QueueName, Date.now()),
      id,
    ];
    assert.deepEqual(await store.cancel(ids.map((taskId) => ({ taskId, reason: "" }))), [
      { kind: "not_found" },
      { kind: "ok" },
      { kind: "not_found" },
      { kind: "repeated" },
    ]);
    assert.deepEqual(await store.cancel([]), []);
  });
}
