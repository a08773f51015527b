import assert from "node:assert/strict";
import { complete, die, find, lease, redrive, release, retry, settle, sweep } from "../actions.ts";
import { assertNear, type Fixture, SLACK_MS } from "../fixture.ts";
import {
  ask,
  countByKey,
  hearReady,
  idsOf,
  leaseAll,
  openLong,
  perMinute,
  setKey,
  setQueue,
  submitOf,
  sweepAll,
} from "./flow-actions.ts";

/** How many may be leased in which time (G10). A minute's six tasks are one each ten seconds. */
export function describeRates(fixture: Fixture): void {
  it("leases a burst of a queue at once, and then as its rate lets go (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { rateLimit: perMinute(6, 3) });
    const ids = await submitOf(store, "", 10);
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), ids.slice(0, 3));
    await under.advance(4_000);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(8_000);
    assert.deepEqual(idsOf(await lease(store, session)), ids.slice(3, 4));
    await under.advance(20_000);
    assert.deepEqual(idsOf(await lease(store, session)), ids.slice(4, 6));
  });

  it("gives no more than a burst after however long a pause (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { rateLimit: perMinute(6, 3) });
    await submitOf(store, "", 10);
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 3);
    await under.advance(3_600_000);
    assert.equal((await lease(store, session)).length, 3);
    assert.equal((await lease(store, session)).length, 0);
  });

  it("leases a burst of a key at once, and then as its rate lets go, and others freely (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6, 2) });
    const acme = await submitOf(store, "acme", 6);
    await submitOf(store, "bolt", 1);
    await submitOf(store, "", 5);
    const session = await openLong(store);
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 2, bolt: 1, "": 5 });
    await under.advance(4_000);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(8_000);
    assert.deepEqual(idsOf(await lease(store, session)), acme.slice(2, 3));
    await under.advance(20_000);
    assert.deepEqual(idsOf(await lease(store, session)), acme.slice(3, 5));
    assert.deepEqual(await lease(store, session), []);
  });

  it("lets a key have a rate of its own until it is taken back (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6, 1) });
    await setKey(store, "wide", { rateLimit: perMinute(60, 4) });
    await submitOf(store, "wide", 10);
    await submitOf(store, "plain", 10);
    const session = await openLong(store);
    assert.deepEqual(countByKey(await lease(store, session)), { wide: 4, plain: 1 });
    await setKey(store, "wide", null);
    await sweepAll(store);
    assert.deepEqual(await lease(store, session), []);
  });

  it("spends a token for each attempt, and gives none back (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { rateLimit: perMinute(1, 4) });
    await submitOf(store, "", 4);
    const session = await openLong(store);
    const [one, two, three] = await lease(store, session, { limit: 3 });
    assert.ok(one && two && three);
    await settle(store, one, release());
    await settle(store, two, retry());
    await settle(store, three, complete());
    assert.equal((await lease(store, session)).length, 1);
    assert.deepEqual(await lease(store, session), []);
  });

  it("spends a key's token for each attempt, and gives none back (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(1, 3) });
    await submitOf(store, "acme", 4);
    const session = await openLong(store);
    const [one, two] = await lease(store, session, { limit: 2 });
    assert.ok(one && two);
    await settle(store, one, release());
    await settle(store, two, die());
    await redrive(store, two.id);
    assert.equal((await lease(store, session)).length, 1);
    assert.deepEqual(await lease(store, session), []);
  });

  it("says when the next may go, and wakes the sweep in time (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { rateLimit: perMinute(6) });
    await submitOf(store, "", 3);
    const session = await openLong(store);
    const first = await ask(store, session);
    assert.equal(first.tasks.length, 1);
    const { heldBackMs } = await ask(store, session);
    assertNear(heldBackMs ?? null, 10_000, "held back");
    const { nextInMs } = await sweep(store);
    assert.ok(nextInMs !== null && nextInMs <= 10_000 + SLACK_MS);
    await under.advance(13_000);
    assert.equal((await lease(store, session)).length, 1);
  });

  it("says when the next of a key may go, and wakes the sweep in time (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6) });
    await submitOf(store, "acme", 3);
    await submitOf(store, "bolt", 3);
    const session = await openLong(store);
    assert.deepEqual(countByKey((await ask(store, session)).tasks), { acme: 1, bolt: 1 });
    const { heldBackMs } = await ask(store, session);
    assertNear(heldBackMs ?? null, 10_000, "held back");
    const { nextInMs } = await sweep(store);
    assert.ok(nextInMs !== null && nextInMs <= 10_000 + SLACK_MS);
    await under.advance(13_000);
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 1, bolt: 1 });
  });

  it("hints that keys may go on whose time has come, where a sweep finds it (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6) });
    await submitOf(store, "acme", 2);
    const _session = await leaseAll(store, 1);
    await under.advance(13_000);
    const hinted = await hearReady(under);
    await sweep(store);
    await hinted();
  });

  it("says an event, not a time, where keys whose time came wait for the queue (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6) });
    await submitOf(store, "acme", 3);
    const session = await leaseAll(store, 1);
    await setQueue(store, { isPaused: true });
    await under.advance(13_000);
    assert.equal((await ask(store, session)).heldBackMs, null);
    await setQueue(store, { isPaused: false });
    assert.equal((await lease(store, session)).length, 1);
  });

  it("goes by a changed rate at once (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { rateLimit: perMinute(1) });
    await submitOf(store, "", 10);
    const session = await leaseAll(store, 1);
    await setQueue(store, { rateLimit: null });
    assert.equal((await lease(store, session, { limit: 2 })).length, 2);
    await setQueue(store, { rateLimit: perMinute(6) });
    const { length } = await lease(store, session);
    assert.ok(length <= 1, "what was granted without a limit need not count");
    assert.deepEqual(await lease(store, session), []);
    await under.advance(75_000);
    assert.equal((await lease(store, session)).length, 1);
  });

  it("goes by a raised rate at its own pace, not at that of the one before (G10)", async () => {
    const { store, under } = fixture;
    const perDay = { tasks: 1, periodMs: 86_400_000, burst: 1 };
    await setQueue(store, { rateLimit: perDay });
    await submitOf(store, "", 20);
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 1);
    await setQueue(store, { rateLimit: perMinute(6, 3) });
    assert.equal((await lease(store, session)).length, 0);
    assertNear((await ask(store, session)).heldBackMs ?? null, 10_000, "held back");
    await under.advance(11_000);
    // Looks in between put nothing off.
    assert.equal((await lease(store, session)).length, 1);
    await under.advance(40_000);
    assert.equal((await lease(store, session)).length, 3);
  });

  it("goes by a key's raised rate at its own pace, the queue's and its own (G10)", async () => {
    const { store, under } = fixture;
    const perDay = { tasks: 1, periodMs: 86_400_000, burst: 1 };
    await setQueue(store, { keyRateLimit: perDay });
    await submitOf(store, "acme", 10);
    await submitOf(store, "bolt", 10);
    const session = await openLong(store);
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 1, bolt: 1 });
    assert.deepEqual(await lease(store, session), []);
    await setKey(store, "acme", { rateLimit: perMinute(6) });
    await setQueue(store, { keyRateLimit: perMinute(3) });
    await sweepAll(store);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(11_000);
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 1 });
    await under.advance(11_000);
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 1, bolt: 1 });
  });

  it("goes by a key's changed rate at once (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(1) });
    await submitOf(store, "acme", 10);
    const session = await leaseAll(store, 1);
    await setQueue(store, { keyRateLimit: null });
    await sweepAll(store);
    assert.equal((await lease(store, session)).length, 9);
  });

  it("counts the queue's rate and the keys' and limits together (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, {
      rateLimit: perMinute(1, 4),
      keyRateLimit: perMinute(1, 3),
      keyConcurrencyLimit: 2,
    });
    await submitOf(store, "acme", 5);
    await submitOf(store, "bolt", 5);
    const session = await openLong(store);
    const leased = await lease(store, session);
    assert.deepEqual(countByKey(leased), { acme: 2, bolt: 2 });
    assert.deepEqual(await lease(store, session), []);
  });

  it("spends tokens of tasks that are leased alone (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { rateLimit: perMinute(1, 3), keyRateLimit: perMinute(1, 2) });
    await submitOf(store, "acme", 3);
    await submitOf(store, "bolt", 3);
    const session = await openLong(store);
    for (let lap = 0; lap < 3; lap += 1) {
      assert.equal((await lease(store, session, { limit: 1 })).length, 1);
    }
    assert.deepEqual(await lease(store, session, { limit: 1 }), []);
  });

  it("spends no token for a task that the bytes of a lease leave behind (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { rateLimit: perMinute(1, 3) });
    const payload = Buffer.alloc(1_000);
    await submitOf(store, "acme", 2, { payload });
    await submitOf(store, "", 2, { payload });
    const session = await openLong(store);
    for (let lap = 0; lap < 3; lap += 1) {
      assert.equal((await lease(store, session, { maxPayloadBytes: 1_500 })).length, 1);
    }
    assert.deepEqual(await lease(store, session), []);
  });

  it("spends no attempt of a task that waits for a token (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { rateLimit: perMinute(1) });
    const [, waiting] = await submitOf(store, "", 2);
    const session = await openLong(store);
    for (let lap = 0; lap < 4; lap += 1) {
      await lease(store, session);
    }
    const { attempt, deliveries, state } = await find(store, waiting ?? assert.fail());
    assert.deepEqual([attempt, deliveries, state], [0, 0, "READY"]);
  });
}
