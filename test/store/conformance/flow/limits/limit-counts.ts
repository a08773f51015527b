import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../../../server/src/domain/task.ts";
import { retryPolicy } from "../../../../support/task-factory.ts";
import {
  complete,
  countsOf,
  find,
  lease,
  openSession,
  renew,
  settle,
  sweep,
} from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { countByKey, DAY_MS, idsOf, openLong, setQueue, submitOf } from "../flow-actions.ts";

/** How many may run at once, and what counts (G10). */
export function describeLimitCounts(fixture: Fixture): void {
  const limit = (concurrencyLimit: number | null) => setQueue(fixture.store, { concurrencyLimit });
  const limitKeys = (keyConcurrencyLimit: number | null) =>
    setQueue(fixture.store, { keyConcurrencyLimit });

  it("leases no more of a queue than its limit, over several calls and sessions (G10)", async () => {
    const { store } = fixture;
    await limit(5);
    const ids = await submitOf(store, "", 8);
    const [one, other] = [await openLong(store), await openLong(store, "worker-2")];
    assert.deepEqual(idsOf(await lease(store, one, { limit: 3 })), ids.slice(0, 3));
    assert.deepEqual(idsOf(await lease(store, other)), ids.slice(3, 5));
    assert.deepEqual(await lease(store, one), []);
  });

  it("leases no more of a key than its limit, and of others as before (G10)", async () => {
    const { store } = fixture;
    await limitKeys(2);
    const acme = await submitOf(store, "acme", 5);
    await submitOf(store, "bolt", 1);
    await submitOf(store, "", 4);
    const session = await openLong(store);
    const leased = await lease(store, session);
    assert.deepEqual(countByKey(leased), { acme: 2, bolt: 1, "": 4 });
    const ofAcme = leased.filter(({ spec }) => spec.concurrencyKey === "acme");
    assert.deepEqual(idsOf(ofAcme), acme.slice(0, 2));
    assert.deepEqual(await lease(store, session), []);
  });

  it("counts both the queue's limit and the keys' (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { concurrencyLimit: 5, keyConcurrencyLimit: 3 });
    await submitOf(store, "acme", 10);
    await submitOf(store, "bolt", 10);
    const session = await openLong(store);
    const leased = await lease(store, session);
    const { acme = 0, bolt = 0 } = countByKey(leased);
    assert.equal(acme + bolt, 5);
    assert.ok(acme <= 3 && bolt <= 3);
  });

  it("spends no attempt and no delivery of a task that has to wait (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { concurrencyLimit: 2, keyConcurrencyLimit: 1 });
    const waiting = (await submitOf(store, "acme", 3)).at(-1);
    await submitOf(store, "", 3);
    const session = await openLong(store);
    for (let lap = 0; lap < 5; lap += 1) {
      await lease(store, session);
    }
    const { attempt, deliveries, state, token } = await find(store, waiting ?? assert.fail());
    assert.deepEqual([attempt, deliveries, state, token], [0, 0, "READY", 0]);
  });

  it("counts the tasks of a key of whatever type, and lets all types in again (G10)", async () => {
    const { store } = fixture;
    await limitKeys(2);
    const types = ["mail", "text"] as TaskType[];
    for (const type of types) {
      await submitOf(store, "acme", 3, { type });
    }
    const session = await openLong(store);
    const [mail] = types;
    const mails = await lease(store, session, { types: [mail ?? assert.fail()] });
    assert.equal(mails.length, 2);
    assert.deepEqual(await lease(store, session), []);
    for (const task of mails) {
      await settle(store, task, complete());
    }
    const next = await lease(store, session, { types: ["text" as TaskType] });
    assert.equal(next.length, 2);
    assert.deepEqual(await lease(store, session), []);
    for (const task of next) {
      await settle(store, task, complete());
    }
    assert.equal((await lease(store, session)).length, 2);
  });

  it("counts suspects and pinned tasks of a key with the others (G10)", async () => {
    const { store } = fixture;
    await limitKeys(1);
    const policy = { retryPolicy: retryPolicy({ maxCrashes: 3 }) };
    const [suspect] = await submitOf(store, "acme", 1, policy);
    for (let crash = 0; crash < 2; crash += 1) {
      const dying = await openSession(store);
      assert.deepEqual(idsOf(await lease(store, dying)), [suspect]);
      await renew(store, dying, 0);
      await sweep(store);
    }
    const session = await openLong(store);
    const shard = { index: 0, total: 1, sessionId: session.sessionId };
    const [pinned] = await submitOf(store, "acme", 1, { shard });
    await submitOf(store, "acme", 1);
    const [first] = await lease(store, session);
    assert.ok(first !== undefined && first.id !== suspect);
    assert.deepEqual(await lease(store, session, { isApart: true }), []);
    await settle(store, first, complete());
    const apart = await lease(store, session, { isApart: true });
    assert.deepEqual(idsOf(apart), [suspect]);
    assert.deepEqual(await lease(store, session), []);
    for (const task of apart) {
      await settle(store, task, complete());
    }
    const [last] = await lease(store, session);
    assert.ok(last !== undefined);
    assert.ok(first.id === pinned || last.id === pinned);
  });

  it("names no suspects any more once the last was leased, with a key or without", async () => {
    const { store } = fixture;
    // The one without a key goes last.
    await setQueue(store, { keyWeight: 2 });
    const policy = { retryPolicy: retryPolicy({ maxCrashes: 2 }) };
    await submitOf(store, "acme", 1, policy);
    await submitOf(store, "", 1, policy);
    const dying = await openSession(store);
    assert.equal((await lease(store, dying)).length, 2);
    await renew(store, dying, 0);
    await sweep(store);
    const session = await openLong(store);
    const rest = { types: null, maxPayloadBytes: 1_000, isApart: true };
    for (const limit of [1, 3]) {
      const outcome = await store.lease({ ...session, ...rest, limit });
      assert.ok(outcome.kind === "ok" && outcome.tasks.length === 1);
      assert.equal(outcome.suspects !== undefined, limit === 1);
    }
  });

  it("stops at the byte limit without losing a place of a key (G10)", async () => {
    const { store } = fixture;
    await limitKeys(3);
    await submitOf(store, "acme", 5, { payload: Buffer.alloc(1_000) });
    const session = await openLong(store);
    const first = await lease(store, session, { maxPayloadBytes: 1_500 });
    assert.equal(first.length, 1);
    assert.equal((await lease(store, session)).length, 2);
    assert.deepEqual(await lease(store, session), []);
  });

  it("counts each queue for itself (G10)", async () => {
    const { store } = fixture;
    const other = "other" as QueueName;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await setQueue(store, { keyConcurrencyLimit: 1 }, other);
    await submitOf(store, "acme", 2);
    await submitOf(store, "acme", 2, { queue: other });
    assert.equal((await lease(store, await openLong(store))).length, 1);
    const there = await openSession(store, { queue: other, ttlMs: DAY_MS });
    assert.equal((await lease(store, there)).length, 1);
  });

  it("never exceeds a limit however many lease at once (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { concurrencyLimit: 6, keyConcurrencyLimit: 2 });
    const stores = [store, await under.another(), await under.another()];
    const keys = ["a", "b", "c", "d", "e", ""];
    for (const key of keys) {
      await submitOf(store, key, 20);
    }
    const running = new Map<string, number>();
    const count = (tasks: readonly LeasedTask[], by: number): void => {
      for (const { spec } of tasks) {
        for (const name of spec.concurrencyKey === ""
          ? ["queue"]
          : ["queue", spec.concurrencyKey]) {
          running.set(name, (running.get(name) ?? 0) + by);
          const most = name === "queue" ? 6 : 2;
          assert.ok((running.get(name) ?? 0) <= most, `${name} has ${running.get(name)}`);
        }
      }
    };
    let done = 0;
    await Promise.all(
      Array.from({ length: 6 }, async (_, leaser) => {
        const own = stores[leaser % stores.length] ?? store;
        const session = await openLong(own, `worker-${leaser}`);
        while (done < keys.length * 20) {
          const tasks = await lease(own, session, { limit: 3 });
          count(tasks, 1);
          for (const task of tasks) {
            count([task], -1);
            await settle(own, task, complete());
            done += 1;
          }
        }
      }),
    );
    assert.equal((await countsOf(store)).SUCCEEDED, keys.length * 20);
  }).timeout(20_000);
}
