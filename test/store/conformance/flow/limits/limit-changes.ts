import assert from "node:assert/strict";
import { complete, countsOf, lease, settle } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import {
  countByKey,
  leaseAll,
  openLong,
  setKey,
  setQueue,
  submitOf,
  sweepAll,
} from "../flow-actions.ts";

/** Limits that are lowered, raised and taken away, and those that a key has of its own (G10). */
export function describeLimitChanges(fixture: Fixture): void {
  const limit = (concurrencyLimit: number | null) => setQueue(fixture.store, { concurrencyLimit });
  const limitKeys = (keyConcurrencyLimit: number | null) =>
    setQueue(fixture.store, { keyConcurrencyLimit });

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
    const session = await leaseAll(store, 20);
    await limitKeys(2);
    await sweepAll(store);
    const raised = countByKey(await lease(store, session));
    assert.deepEqual(raised, Object.fromEntries(keys.map((key) => [key, 1])));
    await limitKeys(null);
    await sweepAll(store);
    const free = countByKey(await lease(store, session));
    assert.deepEqual(free, Object.fromEntries(keys.map((key) => [key, 2])));
  });

  it("feels a raised limit of keys with the next lease, before any sweep (G10)", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await submitOf(store, "acme", 20);
    await submitOf(store, "bolt", 20);
    const session = await leaseAll(store, 2);
    await setQueue(store, { keyConcurrencyLimit: 10 });
    assert.deepEqual(countByKey(await lease(store, session)), { acme: 9, bolt: 9 });
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
}
