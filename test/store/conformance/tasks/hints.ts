import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { Store, StoreHint } from "../../../../server/src/store/store.ts";
import { newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  lease,
  leaseOne,
  openSession,
  redrive,
  release,
  renew,
  report,
  resume,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** Resolves with the next hint that is wanted; what never comes runs into the test's timeout. */
function nextHint(store: Store, isWanted: (hint: StoreHint) => boolean): Promise<StoreHint> {
  return new Promise((resolve) => {
    const stop = store.onHint((hint) => {
      if (isWanted(hint)) {
        stop();
        resolve(hint);
      }
    });
  });
}

/** What a store says of itself. */
export function describeHints(fixture: Fixture): void {
  const isReady = (hint: StoreHint) => hint.kind === "ready" && hint.queue === QUEUE;
  const isAbout = (id: TaskId) => (hint: StoreHint) =>
    hint.kind === "tasks" && hint.taskIds.includes(id);
  /** Asserts that an action makes every process hear that the queue has something to lease. */
  const assertHintsReady = async (action: () => Promise<unknown>): Promise<void> => {
    const stores = [fixture.store, await fixture.under.another()];
    const hints = stores.map((store) => nextHint(store, isReady));
    await action();
    await Promise.all(hints);
  };

  it("hints that a queue is ready when a task is submitted, also in another process", async () => {
    await assertHintsReady(() => submit(fixture.store));
  });

  it("hints that a queue is ready when a sweep promotes", async () => {
    const { store, under } = fixture;
    await submit(store, { due: { kind: "after", delayMs: 10_000 } });
    await under.advance(20_000);
    await assertHintsReady(() => sweep(store));
  });

  it("hints that a queue is ready when a lease promotes more than it takes", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(5, { due: { kind: "after", delayMs: 10_000 } }));
    const session = await openSession(store, { ttlMs: 60_000 });
    await under.advance(20_000);
    await assertHintsReady(() => lease(store, session, { limit: 1 }));
  });

  for (const [what, outcome] of Object.entries({ "a release": release(), "a retry": retry() })) {
    it(`hints that a queue is ready at ${what} without a delay`, async () => {
      const { store } = fixture;
      await submit(store);
      const task = await leaseOne(store, await openSession(store));
      await assertHintsReady(() => settle(store, task, outcome));
    });
  }

  it("hints that a queue is ready when leases are reclaimed", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    await leaseOne(store, session);
    await renew(store, session, 0);
    await assertHintsReady(() => sweep(store));
  });

  it("hints that a queue is ready when a session that is taken up gives leases back", async () => {
    const { store } = fixture;
    await submit(store);
    const session = await openSession(store);
    await leaseOne(store, session);
    await assertHintsReady(() => resume(store, { session, held: [] }));
  });

  it("hints that a queue is ready at a redrive", async () => {
    const { store } = fixture;
    const id = await submit(store);
    await settle(store, await leaseOne(store, await openSession(store)), die());
    await assertHintsReady(() => redrive(store, id));
  });

  it("hints to every process that a session has notices", async () => {
    const { store, under } = fixture;
    await submit(store);
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    const other = await under.another();
    const hint = nextHint(
      other,
      (one) => one.kind === "session" && one.sessionId === session.sessionId,
    );
    await cancel(store, task.id);
    await hint;
  });

  it("hints each change of a watched task, from whatever process, up to the last", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    const session = await openSession(store);
    const watcher = await under.another();
    await watcher.get([id], { watch: true });

    const leased = nextHint(watcher, isAbout(id));
    const task = await leaseOne(store, session);
    await leased;

    const progressed = nextHint(watcher, isAbout(id));
    await report(store, task, { progress: { fraction: 0.5, note: "" } });
    await progressed;

    const finished = nextHint(watcher, isAbout(id));
    await settle(store, task, complete());
    await finished;
  });

  it("says nothing of tasks that nobody watches, nor to a listener that was taken away", async () => {
    const { store } = fixture;
    const heard: StoreHint[] = [];
    const silent = store.onHint(() => assert.fail("this listener was taken away"));
    silent();
    const stop = store.onHint((hint) => heard.push(hint));
    const ready = nextHint(store, isReady);
    await submit(store);
    await settle(store, await leaseOne(store, await openSession(store)), complete());
    await ready;
    const again = nextHint(store, isReady);
    await submit(store);
    await again;
    stop();
    assert.deepEqual(new Set(heard.map(({ kind }) => kind)), new Set(["ready"]));
  });
}
