import assert from "node:assert/strict";
import {
  complete,
  find,
  lease,
  leaseOne,
  renew,
  resume,
  settle,
  settlementOf,
  sweep,
} from "../actions.ts";
import { assertNear, type Fixture, SLACK_MS } from "../fixture.ts";
import {
  ask,
  countByKey,
  hearReady,
  idsOf,
  leaseIds,
  openLong,
  releaseAndHold,
  submitOf,
  sweepAll,
} from "./flow-actions.ts";

/** What a worker holds that was told to slow down. */
export function describeHolds(fixture: Fixture): void {
  const KEY = { scope: "key", forMs: 30_000 } as const;
  const WHOLE = { scope: "queue", forMs: 30_000 } as const;

  it("leases nothing of a held key for so long, and of all others, and spends no attempt", async () => {
    const { store, under } = fixture;
    const acme = await submitOf(store, "acme", 3);
    const session = await openLong(store);
    const task = await leaseOne(store, session);
    await submitOf(store, "bolt", 2);
    await submitOf(store, "", 2);
    await releaseAndHold(store, task, KEY);
    assert.deepEqual(countByKey(await lease(store, session)), { bolt: 2, "": 2 });
    const { attempt, state, dueAtMs } = await find(store, task.id);
    assert.deepEqual([attempt, state], [0, "READY"]);
    assertNear(dueAtMs, await under.nowMs(), "due");
    await under.advance(25_000);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(10_000);
    assert.deepEqual(idsOf(await lease(store, session)), acme);
  });

  it("leases nothing of a held queue for so long, and then in order", async () => {
    const { store, under } = fixture;
    const ids = await submitOf(store, "", 3);
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const task = await leaseOne(store, session);
    await releaseAndHold(store, task, WHOLE);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(25_000);
    assert.deepEqual(await lease(store, session), []);
    await under.advance(10_000);
    const leased = await lease(store, session);
    assert.equal(leased.length, 5);
    const plain = leased.filter(({ spec }) => spec.concurrencyKey === "");
    assert.deepEqual(idsOf(plain), ids);
  });

  for (const hold of [KEY, WHOLE]) {
    it(`says how long a hold of the ${hold.scope} lasts, and wakes the sweep in time`, async () => {
      const { store } = fixture;
      await submitOf(store, "acme", 2);
      const session = await openLong(store);
      await releaseAndHold(store, await leaseOne(store, session), hold);
      const { tasks, heldBackMs } = await ask(store, session);
      assert.deepEqual(tasks, []);
      assertNear(heldBackMs ?? null, 30_000, "held back");
      const { nextInMs } = await sweep(store);
      assert.ok(nextInMs !== null && nextInMs <= 30_000 + SLACK_MS);
    });

    it(`lets what runs go on while the ${hold.scope} is held`, async () => {
      const { store } = fixture;
      await submitOf(store, "acme", 2);
      const session = await openLong(store);
      const [one, other] = await lease(store, session);
      assert.ok(one && other);
      await releaseAndHold(store, one, hold);
      assert.equal((await settle(store, other, complete())).kind, "ok");
    });

    it(`counts the longest of several holds of the ${hold.scope}`, async () => {
      const { store, under } = fixture;
      await submitOf(store, "acme", 3);
      const session = await openLong(store);
      const [one, two] = await lease(store, session, { limit: 2 });
      assert.ok(one && two);
      await releaseAndHold(store, one, { ...hold, forMs: 60_000 });
      await releaseAndHold(store, two, { ...hold, forMs: 10_000 });
      await under.advance(20_000);
      assert.deepEqual(await lease(store, session), []);
      await under.advance(50_000);
      assert.equal((await lease(store, session)).length, 3);
    });

    it(`counts the longest of two holds of the ${hold.scope} in one batch`, async () => {
      const { store, under } = fixture;
      await submitOf(store, "acme", 3);
      const session = await openLong(store);
      const tasks = await lease(store, session, { limit: 2 });
      const holds = [60_000, 10_000].map((forMs) => ({ ...hold, forMs }));
      await store.settle(
        tasks.map((task, at) =>
          settlementOf(task, { kind: "release", delayMs: 0, hold: holds[at] ?? hold }),
        ),
      );
      await under.advance(20_000);
      assert.deepEqual(await lease(store, session), []);
      await under.advance(50_000);
      assert.equal((await lease(store, session)).length, 3);
    });

    it(`holds nothing of the ${hold.scope} where an old token releases, nor twice by a repeat (G4)`, async () => {
      const { store, under } = fixture;
      await submitOf(store, "acme", 2);
      const session = await openLong(store);
      const task = await leaseOne(store, session);
      const held = settlementOf(task, { kind: "release", delayMs: 0, hold });
      await store.settle([held]);
      await under.advance(20_000);
      const [repeat] = await store.settle([held]);
      assert.ok(repeat?.kind === "ok" && repeat.isRepeat);
      await under.advance(20_000);
      assert.equal((await lease(store, session)).length, 2);
      assert.deepEqual(await store.settle([held]), [{ kind: "stale" }]);
      await submitOf(store, "acme", 1);
      assert.equal((await lease(store, session)).length, 1);
    });

    it(`hints that the ${hold.scope} is held no more, where a sweep finds it`, async () => {
      const { store, under } = fixture;
      await submitOf(store, "acme", 2);
      const session = await openLong(store);
      await releaseAndHold(store, await leaseOne(store, session), hold);
      assert.deepEqual(await lease(store, session), []);
      await under.advance(35_000);
      const hinted = await hearReady(under);
      await sweepAll(store);
      await hinted();
    });
  }

  it("holds no task without a key where the key of one is held", async () => {
    const { store } = fixture;
    const ids = await submitOf(store, "", 2);
    const session = await openLong(store);
    await releaseAndHold(store, await leaseOne(store, session), KEY);
    assert.deepEqual((await leaseIds(store)).toSorted(), ids.toSorted());
  });

  it("holds a key that has no task left for tasks that come", async () => {
    const { store, under } = fixture;
    const [id] = await submitOf(store, "acme");
    const session = await openLong(store);
    await releaseAndHold(store, await leaseOne(store, session), KEY);
    await store.cancel([{ taskId: id ?? assert.fail(), reason: "" }]);
    await submitOf(store, "acme");
    assert.deepEqual(await lease(store, session), []);
    await under.advance(35_000);
    assert.equal((await lease(store, session)).length, 1);
  });

  it("waits for the release's own delay as well", async () => {
    const { store, under } = fixture;
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const task = await leaseOne(store, session);
    await releaseAndHold(store, task, { scope: "key", forMs: 10_000 }, 60_000);
    await under.advance(15_000);
    const leased = await lease(store, session);
    assert.equal(leased.length, 1);
    assert.notEqual(leased[0]?.id, task.id);
    await under.advance(50_000);
    assert.deepEqual(idsOf(await lease(store, session)), [task.id]);
  });

  it("keeps a hold over the end of the session that made it", async () => {
    const { store } = fixture;
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    await releaseAndHold(store, await leaseOne(store, session), KEY);
    await resume(store, { session });
    await renew(store, session, 0);
    await sweep(store);
    assert.deepEqual(await leaseIds(store), []);
  });
}
