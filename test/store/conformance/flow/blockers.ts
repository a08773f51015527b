import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { Blockers } from "../../../../server/src/store/flow.ts";
import { newTask } from "../../../support/task-factory.ts";
import { complete, die, lease, leaseOne, retry, settle, submit } from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";
import {
  idsOf,
  openLong,
  perMinute,
  releaseAndHold,
  setKey,
  setQueue,
  submitOf,
  submitOrdered,
} from "./flow-actions.ts";

/** All that may hold a task back. */
export function describeBlockers(fixture: Fixture): void {
  const blockersOf = async (id: TaskId | undefined): Promise<Blockers> => {
    const found = await fixture.store.blockers(id ?? assert.fail());
    return found ?? assert.fail(`no task ${id}`);
  };

  it("says nothing of a task that is not there", async () => {
    assert.equal(await fixture.store.blockers(newTask().id), null);
  });

  it("says that nothing holds back a task that nothing holds back", async () => {
    const id = await submit(fixture.store);
    assert.deepEqual(await blockersOf(id), {
      isPaused: false,
      heldForMs: null,
      concurrency: { limit: null, leased: 0, holders: [] },
      nextTokenMs: null,
      key: null,
      order: null,
      keysAhead: 0,
      aheadInKey: 0,
    });
  });

  it("says that the queue is paused", async () => {
    const id = await submit(fixture.store);
    await setQueue(fixture.store, { isPaused: true });
    assert.equal((await blockersOf(id)).isPaused, true);
  });

  it("names the first ten of those that have the places of a queue", async () => {
    const { store } = fixture;
    await setQueue(store, { concurrencyLimit: 12 });
    await submitOf(store, "", 12);
    const running = idsOf(await lease(store, await openLong(store)));
    const id = await submit(store);
    const { concurrency } = await blockersOf(id);
    assert.deepEqual([concurrency.limit, concurrency.leased], [12, 12]);
    assert.equal(concurrency.holders.length, 10);
    assert.ok(concurrency.holders.every((holder) => running.includes(holder)));
  });

  it("says when the queue's next token is there", async () => {
    const { store } = fixture;
    await setQueue(store, { rateLimit: perMinute(6) });
    const [, waiting] = await submitOf(store, "", 2);
    assert.equal((await blockersOf(waiting)).nextTokenMs, null);
    await leaseOne(store, await openLong(store));
    assertNear((await blockersOf(waiting)).nextTokenMs, 10_000, "next token");
  });

  it("says how long workers hold the queue and the key", async () => {
    const { store } = fixture;
    const [id] = await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const [one, other] = await lease(store, session);
    assert.ok(one && other);
    await releaseAndHold(store, one, { scope: "key", forMs: 20_000 });
    await releaseAndHold(store, other, { scope: "queue", forMs: 40_000 });
    const found = await blockersOf(id);
    assertNear(found.heldForMs, 40_000, "queue");
    assertNear(found.key?.heldForMs ?? null, 20_000, "key");
  });

  it("says what a key is held back by, with those that have its places", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 2, keyRateLimit: perMinute(6, 2), keyWeight: 3 });
    await submitOf(store, "acme", 4);
    const running = idsOf(await lease(store, await openLong(store)));
    assert.equal(running.length, 2);
    const [late] = await submitOf(store, "acme");
    const { key, aheadInKey, concurrency } = await blockersOf(late);
    assert.ok(key !== null);
    assert.deepEqual([key.key, key.isPaused, key.weight], ["acme", false, 3]);
    assert.deepEqual([key.concurrency.limit, key.concurrency.leased], [2, 2]);
    assert.deepEqual(new Set(key.concurrency.holders), new Set(running));
    assertNear(key.nextTokenMs, 10_000, "next token");
    assert.equal(key.heldForMs, null);
    assert.equal(aheadInKey, 2);
    assert.deepEqual([concurrency.limit, concurrency.leased], [null, 2]);
  });

  it("goes by what a key has of its own", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 2, keyWeight: 3 });
    await setKey(store, "acme", { concurrencyLimit: 7, weight: 9, isPaused: true });
    const [id] = await submitOf(store, "acme");
    const { key } = await blockersOf(id);
    assert.deepEqual([key?.isPaused, key?.weight, key?.concurrency.limit], [true, 9, 7]);
  });

  it("names the task that the others of an ordering key wait for, and its state", async () => {
    const { store, under } = fixture;
    const head = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const last = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    assert.equal((await blockersOf(head)).order, null);
    const orderOf = async () => (await blockersOf(last)).order;
    assert.deepEqual(await orderOf(), { key: "o", head, state: "READY", ahead: 1 });
    const session = await openLong(store);
    const task = await leaseOne(store, session);
    assert.deepEqual(await orderOf(), { key: "o", head, state: "LEASED", ahead: 1 });
    await settle(store, task, retry(10_000));
    assert.deepEqual(await orderOf(), { key: "o", head, state: "SCHEDULED", ahead: 1 });
    await under.advance(15_000);
    await setQueue(store, { onDead: "HOLD" });
    await settle(store, await leaseOne(store, session), die());
    assert.deepEqual(await orderOf(), { key: "o", head, state: "DEAD", ahead: 1 });
  });

  it("says nothing of an order to a task that is next", async () => {
    const { store } = fixture;
    await submitOrdered(store, "o");
    const second = await submitOrdered(store, "o");
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), complete());
    assert.equal((await blockersOf(second)).order, null);
  });

  it("counts the keys that are dealt to before, and the tasks of its own", async () => {
    const { store } = fixture;
    for (const key of ["a", "b", "c"]) {
      await submitOf(store, key, 5);
    }
    const session = await openLong(store);
    await lease(store, session, { limit: 3 });
    await submitOf(store, "a", 1);
    const [late] = await submitOf(store, "a", 1);
    const { keysAhead, aheadInKey } = await blockersOf(late);
    assert.ok(keysAhead <= 2, `${keysAhead}`);
    assert.equal(aheadInKey, 5);
  });
}
