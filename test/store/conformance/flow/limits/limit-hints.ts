import assert from "node:assert/strict";
import { complete, lease, settle } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { ask, hearReady, openLong, setQueue, submitOf } from "../flow-actions.ts";

/** What is said of tasks that wait for a limit, and who hears that it has room again (G10). */
export function describeLimitHints(fixture: Fixture): void {
  const limit = (concurrencyLimit: number | null) => setQueue(fixture.store, { concurrencyLimit });
  const limitKeys = (keyConcurrencyLimit: number | null) =>
    setQueue(fixture.store, { keyConcurrencyLimit });

  it("says that an end of a lease lets the next go, and hints it (G10)", async () => {
    const { store, under } = fixture;
    await limit(1);
    await submitOf(store, "", 2);
    const session = await openLong(store);
    const first = await ask(store, session);
    assert.equal(first.tasks.length, 1);
    assert.equal((await ask(store, session)).heldBackMs, null);
    const hinted = await hearReady(under);
    const [task] = first.tasks;
    assert.ok(task !== undefined);
    await settle(store, { ...task, sessionId: session.sessionId }, complete());
    await hinted();
  });

  it("hints that a key has room again (G10)", async () => {
    const { store, under } = fixture;
    await limitKeys(1);
    await submitOf(store, "acme", 2);
    const session = await openLong(store);
    const [task] = await lease(store, session);
    assert.ok(task !== undefined);
    assert.equal((await ask(store, session)).heldBackMs, null);
    const hinted = await hearReady(under);
    await settle(store, task, complete());
    await hinted();
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
}
