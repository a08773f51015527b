import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../../server/src/domain/ids.ts";
import { QUEUE_MEMORY_MS } from "../../../../server/src/store/store.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  lease,
  leaseOne,
  openSession,
  release,
  renew,
  retry,
  settle,
  submit,
  sweep,
  TTL_MS,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import {
  listKeys,
  openLong,
  perMinute,
  releaseAndHold,
  setKey,
  setQueue,
  submitOf,
  submitOrdered,
  sweepAll,
} from "./flow-actions.ts";

/** What is left of keys and queues once they are gone (G13). */
export function describeLeaving(fixture: Fixture): void {
  it("leaves nothing of keys whose tasks are gone (G13)", async () => {
    const { store, under } = fixture;
    const gone = { retentionMs: 0, deduplicationWindowMs: 0 };
    const session = await openSession(store);
    for (const key of ["a", "b", "c", "d", ""]) {
      await submitOf(store, key, 4, { ...gone, type: `type-${key}` as TaskType });
      await submitOrdered(store, "o", { concurrencyKey: key, ...gone });
      await submitOrdered(store, "o", { concurrencyKey: key, ...gone });
      await submitOf(store, key, 1, { ...gone, startDeadlineMs: 1_000_000 });
    }
    for (let lap = 0; lap < 5; lap += 1) {
      const tasks = await lease(store, session);
      for (const [at, task] of tasks.entries()) {
        const how = (at + lap) % 5;
        if (how === 0) {
          await cancel(store, task.id);
        } else if (how === 1) {
          await releaseAndHold(store, task, { scope: "key", forMs: 1_000 });
        } else {
          await settle(store, task, [complete(), die(), retry()][how - 2] ?? complete());
        }
      }
      await under.advance(5_000);
      await renew(store, session);
    }
    for (let lap = 0; lap < 10; lap += 1) {
      for (const task of await lease(store, session)) {
        await settle(store, task, complete());
      }
    }
    await under.advance(100_000);
    await sweepAll(store);
    await under.advance(QUEUE_MEMORY_MS + TTL_MS);
    await sweepAll(store);
    assert.equal((await listKeys(store)).size, 0);
    assert.deepEqual(await under.residue(), []);
  });

  it("leaves nothing of limits and rates but what was set, once tasks are gone (G13)", async () => {
    const { store, under } = fixture;
    const gone = { retentionMs: 0, deduplicationWindowMs: 0 };
    await setQueue(store, { keyConcurrencyLimit: 1, keyRateLimit: perMinute(60, 2) });
    await setKey(store, "a", { concurrencyLimit: 2 });
    const session = await openLong(store);
    for (const key of ["a", "b", "c"]) {
      await submitOf(store, key, 2, gone);
    }
    for (let lap = 0; lap < 6; lap += 1) {
      for (const task of await lease(store, session)) {
        await settle(store, task, complete());
      }
      await under.advance(5_000);
    }
    await renew(store, session, 0);
    await under.advance(100_000);
    await sweepAll(store);
    assert.deepEqual(await under.orphans(), []);
    assert.deepEqual([...(await listKeys(store)).keys()], ["a"]);
    await setKey(store, "a", null);
    const { kind } = await store.deleteQueue(QUEUE, false);
    assert.equal(kind, "ok");
    assert.deepEqual(await under.residue(), []);
  });

  it("deletes a queue that has no tasks, with its settings", async () => {
    const { store, under } = fixture;
    await setQueue(store, { isPaused: true });
    await setKey(store, "acme", { weight: 3 });
    assert.deepEqual(await store.deleteQueue(QUEUE, false), { kind: "ok" });
    assert.deepEqual(await store.queueNames(), []);
    assert.deepEqual(await under.residue(), []);
    const [{ settings, revision } = assert.fail()] = await store.settings([QUEUE]);
    assert.deepEqual([settings.isPaused, revision], [false, ""]);
    const id = await submit(store);
    assert.equal((await leaseOne(store, await openLong(store))).id, id);
  });

  it("deletes no queue that has tasks, unless they are to be purged", async () => {
    const { store, under } = fixture;
    await submitOf(store, "", 3);
    await submitOf(store, "acme", 2);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    assert.deepEqual(await store.deleteQueue(QUEUE, false), {
      kind: "has_tasks",
      tasks: 5,
    });
    assert.equal((await settle(store, task, release())).kind, "ok");
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await lease(store, session);
    let kind = "more";
    for (let call = 0; call < 100 && kind === "more"; call += 1) {
      ({ kind } = await store.deleteQueue(QUEUE, true));
    }
    assert.equal(kind, "ok");
    assert.deepEqual(await store.queueNames(), []);
    assert.deepEqual(await store.get([task.id]), [null]);
    assert.deepEqual(await under.residue(), []);
  });

  it("deletes a queue with very many tasks in several calls", async () => {
    const { store, under } = fixture;
    for (let batch = 0; batch < 5; batch += 1) {
      await submitOf(store, batch % 2 === 0 ? "" : `key-${batch}`, 1_000);
    }
    let calls = 0;
    let kind = "more";
    for (; calls < 1_000 && kind === "more"; calls += 1) {
      ({ kind } = await store.deleteQueue(QUEUE, true));
    }
    assert.equal(kind, "ok");
    assert.deepEqual(await under.residue(), []);
  }).timeout(15_000);

  it("knows no queue to delete that nobody knows", async () => {
    const flow = fixture.store;
    assert.deepEqual(await flow.deleteQueue("nobody" as QueueName, false), { kind: "not_found" });
    assert.deepEqual(await flow.deleteQueue("nobody" as QueueName, true), { kind: "not_found" });
  });

  it("leaves other queues alone where one is deleted", async () => {
    const { store } = fixture;
    const other = "other" as QueueName;
    await setQueue(store, { keyWeight: 7 }, other);
    await submit(store, { queue: other });
    await submit(store);
    await store.deleteQueue(QUEUE, true);
    assert.deepEqual(await store.queueNames(), [other]);
    const [{ settings } = assert.fail()] = await store.settings([other]);
    assert.equal(settings.keyWeight, 7);
    assert.equal((await sweep(store, other)).expired, 0);
  });
}
