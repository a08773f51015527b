import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../../server/src/domain/task.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { retryPolicy } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  type HeldTask,
  lease,
  openSession,
  refOf,
  release,
  renew,
  resume,
  retry,
  settle,
  submit,
  sweep,
  type TestSession,
  TTL_MS,
  timedOut,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import {
  ask,
  countByKey,
  DAY_MS,
  idsOf,
  openLong,
  perMinute,
  setKey,
  setQueue,
  submitOf,
  sweepAll,
} from "./flow-actions.ts";

type End = (store: Store, task: HeldTask, session: TestSession) => Promise<unknown>;

/** Whatever ends a lease. */
const ENDS: Readonly<Record<string, End>> = {
  "is completed": (store, task) => settle(store, task, complete()),
  "fails and is retried at once": (store, task) => settle(store, task, retry()),
  "fails and backs off": (store, task) => settle(store, task, retry(60_000)),
  dies: (store, task) => settle(store, task, die()),
  "is released": (store, task) => settle(store, task, release()),
  "is released with a delay": (store, task) => settle(store, task, release(60_000)),
  "times out": (store, task) => settle(store, task, timedOut()),
  "is cancelled": (store, { id }) => cancel(store, id),
  "is reclaimed": async (store, _task, session) => {
    await renew(store, session, 0);
    await sweep(store);
  },
  "is given back by its session": (store, _task, session) => resume(store, { session }),
};

/** How many may run at once (G10). */
export function describeLimits(fixture: Fixture): void {
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

  describe("a place of a queue", () => {
    for (const [how, end] of Object.entries(ENDS)) {
      it(`goes to the next once its task ${how} (G10)`, async () => {
        const { store } = fixture;
        await limit(1);
        await submitOf(store, "", 3);
        const [own, next] = [await openLong(store), await openLong(store, "worker-2")];
        const [task] = await lease(store, own);
        assert.ok(task !== undefined);
        assert.deepEqual(await lease(store, next), []);
        await end(store, task, own);
        assert.equal((await lease(store, next)).length, 1);
        assert.deepEqual(await lease(store, next), []);
        assert.equal((await countsOf(store)).LEASED, 1);
      });
    }
  });

  for (const [how, end] of Object.entries(ENDS)) {
    it(`gives the place of a task of a key to the next once it ${how} (G10)`, async () => {
      const { store } = fixture;
      await limitKeys(1);
      await submitOf(store, "acme", 3);
      await submitOf(store, "bolt", 1);
      const [own, next] = [await openLong(store), await openLong(store, "worker-2")];
      const leased = await lease(store, own);
      const task = leased.find(({ spec }) => spec.concurrencyKey === "acme");
      assert.ok(task !== undefined && leased.length === 2);
      assert.deepEqual(await lease(store, next), []);
      await end(store, task, own);
      const after = await lease(store, next);
      const ofAcme = after.filter(({ spec }) => spec.concurrencyKey === "acme");
      assert.equal(ofAcme.length, 1);
      assert.deepEqual(await lease(store, next), []);
    });
  }

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

  it("ends nothing where a limit is lowered, and leases nothing until it fits (G10)", async () => {
    const { store } = fixture;
    await submitOf(store, "", 6);
    const session = await openLong(store);
    const running = await lease(store, session, { limit: 4 });
    await limit(2);
    assert.deepEqual(await lease(store, session), []);
    assert.equal((await countsOf(store)).LEASED, 4);
    for (const [at, task] of running.entries()) {
      assert.equal((await settle(store, task, complete())).kind, "ok");
      assert.equal((await lease(store, session)).length, at < 2 ? 0 : 1);
    }
  });

  it("ends nothing where a key's limit is lowered, and leases nothing until it fits (G10)", async () => {
    const { store } = fixture;
    await submitOf(store, "acme", 6);
    const session = await openLong(store);
    const running = await lease(store, session, { limit: 4 });
    await limitKeys(2);
    assert.deepEqual(await lease(store, session), []);
    for (const [at, task] of running.entries()) {
      assert.equal((await settle(store, task, complete())).kind, "ok");
      assert.equal((await lease(store, session)).length, at < 2 ? 0 : 1);
    }
  });

  it("lets go what waits where a limit is raised, and where it is taken away (G10)", async () => {
    const { store } = fixture;
    await limit(1);
    await submitOf(store, "", 6);
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 1);
    await limit(3);
    assert.equal((await lease(store, session)).length, 2);
    await limit(null);
    assert.equal((await lease(store, session)).length, 3);
  });

  it("lets keys in that were at their limit, where it is raised and where it is taken away (G10)", async () => {
    const { store } = fixture;
    await limitKeys(1);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    for (const key of keys) {
      await submitOf(store, key, 4);
    }
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 20);
    assert.deepEqual(await lease(store, session), []);
    await limitKeys(2);
    await sweepAll(store);
    const raised = countByKey(await lease(store, session));
    assert.deepEqual(raised, Object.fromEntries(keys.map((key) => [key, 1])));
    await limitKeys(null);
    await sweepAll(store);
    const free = countByKey(await lease(store, session));
    assert.deepEqual(free, Object.fromEntries(keys.map((key) => [key, 2])));
  });

  it("lets a key have a limit of its own, higher or lower, until it is taken back (G10)", async () => {
    const { store } = fixture;
    await limitKeys(2);
    await setKey(store, "wide", { concurrencyLimit: 4 });
    await setKey(store, "narrow", { concurrencyLimit: 1 });
    for (const key of ["wide", "narrow", "plain"]) {
      await submitOf(store, key, 6);
    }
    const session = await openLong(store);
    assert.deepEqual(countByKey(await lease(store, session)), { wide: 4, narrow: 1, plain: 2 });
    await setKey(store, "narrow", { concurrencyLimit: 3 });
    await sweepAll(store);
    assert.deepEqual(countByKey(await lease(store, session)), { narrow: 2 });
    await setKey(store, "narrow", null);
    await setKey(store, "wide", null);
    await sweepAll(store);
    assert.deepEqual(await lease(store, session), []);
  });

  it("limits no key but its own by a key's own limit (G10)", async () => {
    const { store } = fixture;
    await setKey(store, "narrow", { concurrencyLimit: 1 });
    await submitOf(store, "narrow", 3);
    await submitOf(store, "free", 3);
    const session = await openLong(store);
    assert.deepEqual(countByKey(await lease(store, session)), { narrow: 1, free: 3 });
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

  it("says that an end of a lease lets the next go, and hints it (G10)", async () => {
    const { store, under } = fixture;
    await limit(1);
    await submitOf(store, "", 2);
    const session = await openLong(store);
    const first = await ask(store, session);
    assert.equal(first.tasks.length, 1);
    assert.equal((await ask(store, session)).heldBackMs, null);
    const another = await under.another();
    const hinted = new Promise<void>((resolve) => {
      another.onHint((hint) => hint.kind === "ready" && resolve());
    });
    const [task] = first.tasks;
    assert.ok(task !== undefined);
    await settle(store, { ...task, sessionId: session.sessionId }, complete());
    await hinted;
  });

  it("hints that a key has room again (G10)", async () => {
    const { store, under } = fixture;
    await limitKeys(1);
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const [task] = await lease(store, session);
    assert.ok(task !== undefined);
    assert.equal((await ask(store, session)).heldBackMs, null);
    const another = await under.another();
    const hinted = new Promise<void>((resolve) => {
      another.onHint((hint) => hint.kind === "ready" && resolve());
    });
    await settle(store, task, complete());
    await hinted;
  });

  it("says nothing is held back where nothing is (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { concurrencyLimit: 3, keyConcurrencyLimit: 2 });
    await submitOf(store, "acme", 1);
    const session = await openLong(store);
    const answer = await ask(store, session);
    assert.deepEqual([answer.tasks.length, answer.heldBackMs], [1, undefined]);
    assert.equal((await ask(store, session)).heldBackMs, undefined);
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

  it("keeps a session's leases in the count until they are reclaimed (G10)", async () => {
    const { store, under } = fixture;
    await limitKeys(1);
    await submitOf(store, "acme", 2);
    await lease(store, await openSession(store));
    const session = await openLong(store);
    await under.advance(TTL_MS + 5_000);
    assert.deepEqual(await lease(store, session), []);
    const { reclaimed } = await sweep(store);
    assert.equal(reclaimed.length, 1);
    assert.equal((await lease(store, session)).length, 1);
  });

  it("takes a lease up again without another place (G10)", async () => {
    const { store } = fixture;
    await limitKeys(1);
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const [task] = await lease(store, session);
    assert.ok(task !== undefined);
    const { session: again, opened } = await resume(store, {
      session,
      held: [refOf(task)],
      ttlMs: DAY_MS,
    });
    assert.equal(opened.kept.length, 1);
    assert.deepEqual(await lease(store, again), []);
    await settle(store, task, complete());
    assert.equal((await lease(store, again)).length, 1);
  });

  it("has room for a key once more after a task that was late to complete (G10)", async () => {
    const { store } = fixture;
    await limitKeys(1);
    await submitOf(store, "acme", 3);
    const dying = await openSession(store);
    const [late] = await lease(store, dying);
    assert.ok(late !== undefined);
    await renew(store, dying, 0);
    await sweep(store);
    assert.equal((await settle(store, late, complete())).kind, "ok");
    const session = await openLong(store);
    const [next, ...more] = await lease(store, session);
    assert.ok(next !== undefined && next.id !== late.id);
    assert.deepEqual(more, []);
    assert.equal(await submit(store, { concurrencyKey: "acme" }).then(() => true), true);
  });

  it("feels a raised limit of keys with the next lease, before any sweep (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await submitOf(store, "acme", 20);
    await submitOf(store, "bolt", 20);
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 2);
    assert.deepEqual(await lease(store, session), []);
    await setQueue(store, { keyConcurrencyLimit: 10 });
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 9, bolt: 9 });
  });

  it("says an event, not a time, where keys whose time came wait for the queue (G10)", async () => {
    const { store, under } = fixture;
    await setQueue(store, { keyRateLimit: perMinute(6) });
    await submitOf(store, "acme", 3);
    const session = await openLong(store);
    assert.equal((await lease(store, session)).length, 1);
    assert.deepEqual(await lease(store, session), []);
    await setQueue(store, { isPaused: true });
    await under.advance(13_000);
    assert.equal((await ask(store, session)).heldBackMs, null);
    await setQueue(store, { isPaused: false });
    assert.equal((await lease(store, session)).length, 1);
  });
}
