import assert from "node:assert/strict";
import { newTaskId, type QueueName } from "../../../../server/src/domain/ids.ts";
import { QUEUE, retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  FAILURE,
  find,
  lease,
  leaseOne,
  openSession,
  redrive,
  renew,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** Running dead tasks again. */
export function describeRedrive(fixture: Fixture): void {
  const open = () => openSession(fixture.store, { ttlMs: 3_600_000 });

  it("gives a dead task all its attempts and crashes again", async () => {
    const { store, under } = fixture;
    const policy = retryPolicy({ maxAttempts: 1, maxCrashes: 2 });
    const id = await submit(store, { retryPolicy: policy, labels: { a: "1" } });
    const crashing = await open();
    await leaseOne(store, crashing);
    await renew(store, crashing, 0);
    await sweep(store);
    const session = await open();
    const first = await leaseOne(store, session, { isApart: true });
    await settle(store, first, retry());
    await under.advance(30_000);

    assert.deepEqual(await redrive(store, id), { kind: "ok" });

    const task = await find(store, id);
    assert.deepEqual(
      [task.state, task.attempt, task.crashes, task.deliveries, task.token],
      ["READY", 0, 0, 2, first.token],
    );
    assert.deepEqual([task.finishedAtMs, task.purgeAtMs], [null, null]);
    assert.deepEqual([task.lastFailure, task.spec.labels], [FAILURE, { a: "1" }]);
    assertNear(task.dueAtMs, await under.nowMs(), "due");

    const again = await leaseOne(store, session);
    assert.deepEqual([again.id, again.attempt, again.crashes], [id, 1, 0]);
    assert.ok(again.token > first.token);
    assert.equal((await settle(store, again, complete())).kind, "ok");
  });

  it("does not expire a redriven task by its old start deadline", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { startDeadlineMs: 10_000 });
    await settle(store, await leaseOne(store, await open()), die());
    await under.advance(60_000);
    await redrive(store, id);
    assert.equal((await sweep(store)).expired, 0);
    assert.equal((await leaseOne(store, await open())).id, id);
  });

  it("does not purge a redriven task when it would have been (G13)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { retentionMs: 30_000 });
    await settle(store, await leaseOne(store, await open()), die());
    await under.advance(20_000);
    await redrive(store, id);
    await under.advance(20_000);
    assert.equal((await sweep(store)).purged, 0);
    assert.equal((await find(store, id)).state, "READY");
  });

  it("redrives once, however often and by however many (G5)", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    await settle(store, await leaseOne(store, await open()), die());
    const other = await under.another();
    const answers = await Promise.all([redrive(store, id), redrive(other, id), redrive(store, id)]);
    const kinds = answers.map(({ kind }) => kind).toSorted();
    assert.deepEqual(kinds, ["not_dead", "not_dead", "ok"]);
    assert.equal((await lease(store, await open())).length, 1);
  });

  it("refuses tasks that are not dead, and unknown ones", async () => {
    const { store } = fixture;
    const ready = await submit(store);
    const cancelled = await submit(store);
    await cancel(store, cancelled);
    const ids = [
      ready,
      cancelled,
      newTaskId(QUEUE, Date.now()),
      newTaskId("unheard-of" as QueueName, Date.now()),
    ];
    assert.deepEqual(await store.redrive(ids), [
      { kind: "not_dead", state: "READY" },
      { kind: "not_dead", state: "CANCELLED" },
      { kind: "not_found" },
      { kind: "not_found" },
    ]);
    assert.deepEqual(await store.redrive([]), []);
  });
}
