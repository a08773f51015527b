import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  redrive,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import {
  ask,
  idsOf,
  leaseIds,
  openLong,
  setKey,
  setQueue,
  submitOf,
  sweepAll,
} from "./flow-actions.ts";

/** Queues and keys that are paused (G14). */
export function describePause(fixture: Fixture): void {
  it("leases nothing of a paused queue, takes submits, and goes on in order (G14)", async () => {
    const { store } = fixture;
    const first = await submit(store);
    await setQueue(store, { isPaused: true });
    const second = await submit(store);
    const [keyed] = await submitOf(store, "acme");
    const session = await openLong(store);
    assert.deepEqual(await lease(store, session), []);
    assert.deepEqual(await lease(store, session, { limit: 1 }), []);
    await setQueue(store, { isPaused: false });
    const leased = idsOf(await lease(store, session));
    assert.deepEqual(
      leased.filter((id) => id !== keyed),
      [first, second],
    );
    assert.equal(leased.length, 3);
  });

  it("says that only an operator lets the tasks of a paused queue go (G14)", async () => {
    const { store } = fixture;
    await setQueue(store, { isPaused: true });
    const session = await openLong(store);
    const { heldBackMs: ofNone } = await ask(store, session);
    assert.ok(ofNone === undefined || ofNone === null);
    await submit(store);
    assert.equal((await ask(store, session)).heldBackMs, null);
    await setQueue(store, { isPaused: false });
    assert.equal((await ask(store, session)).heldBackMs, undefined);
  });

  it("lets what runs of a paused queue go on and end, and leases no retry (G14)", async () => {
    const { store } = fixture;
    await submitOf(store, "", 3);
    const session = await openLong(store);
    const [done, failed, cancelled] = await lease(store, session);
    assert.ok(done && failed && cancelled);
    await setQueue(store, { isPaused: true });
    assert.deepEqual(await settle(store, done, complete()), {
      kind: "ok",
      state: "SUCCEEDED",
      isRepeat: false,
    });
    await settle(store, failed, retry());
    assert.deepEqual(await cancel(store, cancelled.id), { kind: "ok" });
    assert.deepEqual(await lease(store, session), []);
    assert.equal((await find(store, failed.id)).state, "READY");
    await setQueue(store, { isPaused: false });
    assert.deepEqual(idsOf(await lease(store, session)), [failed.id]);
  });

  it("promotes, expires and redrives in a paused queue, and leases none of it (G14)", async () => {
    const { store, under } = fixture;
    const session = await openLong(store);
    const dead = await submit(store);
    await settle(store, await leaseOne(store, session), die());
    const delayed = await submit(store, { due: { kind: "after", delayMs: 10_000 } });
    const hurried = await submit(store, { startDeadlineMs: 10_000 });
    await setQueue(store, { isPaused: true });
    await redrive(store, dead);
    await under.advance(20_000);
    const { promoted, expired } = await sweep(store);
    assert.deepEqual([promoted, expired], [1, 1]);
    assert.deepEqual(await lease(store, session), []);
    assert.equal((await find(store, hurried)).state, "EXPIRED");
    await setQueue(store, { isPaused: false });
    assert.deepEqual(new Set(idsOf(await lease(store, session))), new Set([dead, delayed]));
  });

  it("leaves other queues alone (G14)", async () => {
    const { store } = fixture;
    const other = "other" as QueueName;
    await setQueue(store, { isPaused: true }, other);
    const id = await submit(store);
    assert.deepEqual(await leaseIds(store), [id]);
  });

  it("holds on every process from the next lease call on (G14)", async () => {
    const { store, under } = fixture;
    const another = await under.another();
    await submitOf(store, "", 2);
    const session = await openLong(another);
    await leaseOne(another, session);
    await setQueue(store, { isPaused: true });
    assert.deepEqual(await lease(another, session), []);
  });

  it("leases nothing of a paused key, and of all others", async () => {
    const { store } = fixture;
    await setKey(store, "acme", { isPaused: true });
    await submitOf(store, "acme", 3);
    const free = [...(await submitOf(store, "bolt", 2)), ...(await submitOf(store, "", 2))];
    const session = await openLong(store);
    assert.deepEqual(new Set(idsOf(await lease(store, session))), new Set(free));
    assert.equal((await ask(store, session)).heldBackMs, null);
  });

  it("goes on with a key that is paused no more, where it stopped", async () => {
    const { store } = fixture;
    const session = await openLong(store);
    const ids = await submitOf(store, "acme", 4);
    const [first] = await lease(store, session, { limit: 1 });
    assert.equal(first?.id, ids[0]);
    await setKey(store, "acme", { isPaused: true });
    assert.deepEqual(await lease(store, session), []);
    await submitOf(store, "acme");
    assert.deepEqual(await lease(store, session), []);
    await setKey(store, "acme", { isPaused: false });
    await sweepAll(store);
    assert.deepEqual(idsOf(await lease(store, session)).slice(0, 3), ids.slice(1));
    assert.equal((await countsOf(store)).READY, 0);
  });

  it("goes on with a paused key whose own settings are taken back", async () => {
    const { store } = fixture;
    await setKey(store, "acme", { isPaused: true });
    const ids = await submitOf(store, "acme", 2);
    assert.deepEqual(await leaseIds(store), []);
    await setKey(store, "acme", null);
    await sweepAll(store);
    assert.deepEqual(await leaseIds(store), ids);
  });

  it("lets a paused key's tasks be cancelled and expire", async () => {
    const { store, under } = fixture;
    await setKey(store, "acme", { isPaused: true });
    const [cancelled] = await submitOf(store, "acme");
    const [hurried] = await submitOf(store, "acme", 1, { startDeadlineMs: 10_000 });
    assert.ok(cancelled && hurried);
    assert.deepEqual(await leaseIds(store), []);
    await cancel(store, cancelled);
    await under.advance(20_000);
    await sweep(store);
    assert.equal((await find(store, hurried)).state, "EXPIRED");
    const { READY } = await countsOf(store);
    assert.equal(READY, 0);
  });
}
