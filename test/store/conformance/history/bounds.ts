import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import { retryPolicy } from "../../../support/task-factory.ts";
import {
  complete,
  die,
  lease,
  leaseOne,
  only,
  release,
  retry,
  settle,
  settlementOf,
  submit,
  sweep,
  type TestSession,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { openLong, setQueue } from "../flow/flow-actions.ts";
import { endsOf, historyOf } from "./history-actions.ts";

/** How many attempts are told, and what they cost. */
export function describeBounds(fixture: Fixture): void {
  const giveBack = async (session: TestSession, times: number): Promise<void> => {
    for (let at = 0; at < times; at += 1) {
      await settle(fixture.store, await leaseOne(fixture.store, session), release());
    }
  };
  const deliveriesOf = async (id: TaskId): Promise<(string | number)[]> => {
    const { attempts, leftOut } = await historyOf(fixture.store, id);
    return [...attempts.map(({ delivery }) => delivery), `${leftOut} left out`];
  };

  it("tells of the first and the twenty newest, and how many are left out", async () => {
    const id = await submit(fixture.store);
    await giveBack(await openLong(fixture.store), 25);
    const newest = Array.from({ length: 20 }, (_, at) => at + 6);
    assert.deepEqual(await deliveriesOf(id), [1, ...newest, "4 left out"]);
  });

  it("tells of as many as the queue keeps, the one that succeeds among them", async () => {
    const { store } = fixture;
    await setQueue(store, { attemptHistory: 3 });
    const id = await submit(store);
    const session = await openLong(store);
    await giveBack(session, 4);
    assert.deepEqual(await deliveriesOf(id), [1, 2, 3, 4, "0 left out"]);
    await giveBack(session, 3);
    assert.deepEqual(await deliveriesOf(id), [1, 5, 6, 7, "3 left out"]);
    const last = await leaseOne(store, session);
    assert.deepEqual(await deliveriesOf(id), [1, 5, 6, 7, "3 left out"]);
    await settle(store, last, complete());
    assert.deepEqual(await deliveriesOf(id), [1, 6, 7, 8, "4 left out"]);
  });

  it("goes by what the queue keeps now, less or more than before", async () => {
    const { store } = fixture;
    const id = await submit(store);
    const session = await openLong(store);
    await giveBack(session, 6);
    await setQueue(store, { attemptHistory: 1 });
    assert.deepEqual(await deliveriesOf(id), [1, 6, "4 left out"]);
    await giveBack(session, 1);
    await setQueue(store, { attemptHistory: 100 });
    await giveBack(session, 2);
    assert.deepEqual(await deliveriesOf(id), [1, 7, 8, 9, "5 left out"]);
  });

  it("keeps nothing of a queue that keeps no attempts, and counts them", async () => {
    const { store } = fixture;
    await setQueue(store, { attemptHistory: 0 });
    const id = await submit(store);
    const session = await openLong(store);
    await giveBack(session, 2);
    assert.deepEqual(await deliveriesOf(id), ["2 left out"]);
    await setQueue(store, { attemptHistory: 20 });
    assert.deepEqual(await deliveriesOf(id), ["2 left out"]);
    await giveBack(session, 1);
    await settle(store, await leaseOne(store, session), complete());
    assert.deepEqual(await deliveriesOf(id), [3, 4, "2 left out"]);
  });

  it("tells of a hundred failures and more, in batches", async () => {
    const { store } = fixture;
    await setQueue(store, { attemptHistory: 100 });
    const failure = { type: "Boom", message: "m".repeat(8_000), stack: "s".repeat(16_000) };
    for (let at = 0; at < 3; at += 1) {
      await submit(store, { retryPolicy: retryPolicy({ maxAttempts: 100 }) });
    }
    const session = await openLong(store);
    let ids: TaskId[] = [];
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      const leased = await lease(store, session);
      ids = leased.map(({ id }) => id);
      await store.settle(leased.map((task) => settlementOf(task, retry(0, failure))));
    }
    assert.equal(ids.length, 3);
    for (const id of ids) {
      const { attempts, leftOut } = await historyOf(store, id);
      assert.deepEqual([attempts.length, leftOut], [100, 0]);
      assert.ok(attempts.every((attempt) => attempt.failure?.stack === "s".repeat(1_024)));
    }
  });

  it("leaves nothing once the task is gone, whatever it was (G13)", async () => {
    const { store, under } = fixture;
    const gone = { retentionMs: 0, deduplicationWindowMs: 0 };
    const session = await openLong(store);
    const policy = retryPolicy({ maxCrashes: 1 });
    await submit(store, { ...gone, priority: 9 });
    await settle(store, await leaseOne(store, session), die());
    await submit(store, { ...gone, priority: 8 });
    await giveBack(session, 1);
    await settle(store, await leaseOne(store, session), complete());
    const waiting = await submit(store, { ...gone, priority: 7, retryPolicy: policy });
    await giveBack(session, 1);
    const running = await submit(store, { ...gone, priority: 8, retryPolicy: policy });
    await leaseOne(store, session);
    await store.cancel([waiting, running].map((taskId) => ({ taskId, reason: "" })));
    await store.renew([{ ...session, ttlMs: 0 }]);
    await under.advance(100_000);
    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      await sweep(store);
    }
    const counts = only(await store.stats([session.queue])).counts;
    assert.deepEqual(Object.values(counts), [0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(await under.residue(), []);
  });

  it("leaves nothing of a queue that is deleted with its tasks", async () => {
    const { store } = fixture;
    const id = await submit(store);
    await giveBack(await openLong(store), 2);
    assert.deepEqual(await endsOf(store, id), ["1: 1 RELEASED", "2: 1 RELEASED", 0]);
    await store.deleteQueue("email" as TestSession["queue"], true);
  });

  it("takes little of a full store, and tells what came of each attempt all the same (G16)", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    const session = await openLong(store);
    const leased = await leaseOne(store, session);
    if (under.fill === undefined) {
      return;
    }
    await under.fill(true);
    const failure = { type: "Boom", message: "m".repeat(8_000), stack: "s".repeat(16_000) };
    assert.equal((await settle(store, leased, retry(0, failure))).kind, "ok");
    await under.fill(false);
    const { attempts } = await historyOf(store, id);
    assert.deepEqual(only(attempts).failure, {
      type: "Boom",
      message: "m".repeat(200),
      stack: "",
    });
  });
}
