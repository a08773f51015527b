import assert from "node:assert/strict";
import type { Store } from "../../../../../server/src/store/store.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
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
} from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { DAY_MS, leaseAndCrash, openLong, setQueue, submitOf } from "../flow-actions.ts";

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

/** How long a task takes a place, and who gets it then (G10). */
export function describeLimitPlaces(fixture: Fixture): void {
  const limit = (concurrencyLimit: number | null) => setQueue(fixture.store, { concurrencyLimit });
  const limitKeys = (keyConcurrencyLimit: number | null) =>
    setQueue(fixture.store, { keyConcurrencyLimit });

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
    const late = await leaseAndCrash(store);
    assert.equal((await settle(store, late, complete())).kind, "ok");
    const session = await openLong(store);
    const [next, ...more] = await lease(store, session);
    assert.ok(next !== undefined && next.id !== late.id);
    assert.deepEqual(more, []);
    await submit(store, { concurrencyKey: "acme" });
  });
}
