import assert from "node:assert/strict";
import { complete, lease, leaseOne, settle, submit } from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";
import {
  idsOf,
  leaseIds,
  listKeys,
  openLong,
  perMinute,
  releaseAndHold,
  setKey,
  setQueue,
  submitOf,
} from "./flow-actions.ts";

/** The listing of concurrency keys. */
export function describeKeys(fixture: Fixture): void {
  it("lists the keys that have tasks that are not final, with how many", async () => {
    const { store, under } = fixture;
    await submitOf(store, "acme", 2);
    await under.advance(20_000);
    await submitOf(store, "acme", 1, { due: { kind: "after", delayMs: 60_000 } });
    await submitOf(store, "bolt", 1);
    await submit(store);
    const session = await openLong(store);
    const tasks = await lease(store, session);
    const bolt = tasks.find(({ spec }) => spec.concurrencyKey === "bolt");
    assert.equal(tasks.length, 4);
    await submitOf(store, "acme", 1);
    await settle(store, bolt ?? assert.fail(), complete());
    const keys = await listKeys(store);
    assert.deepEqual([...keys.keys()], ["acme"]);
    const { oldestReadyAgeMs, ...acme } = keys.get("acme") ?? assert.fail();
    assert.deepEqual(acme, { key: "acme", settings: null, waiting: 2, leased: 2, blockedBy: null });
    assertNear(oldestReadyAgeMs, 0, "age");
  });

  it("says how long the next of a key has been waiting, and null where none is READY", async () => {
    const { store, under } = fixture;
    await submitOf(store, "acme", 2);
    await submitOf(store, "late", 1, { due: { kind: "after", delayMs: 600_000 } });
    await under.advance(30_000);
    const keys = await listKeys(store);
    assertNear(keys.get("acme")?.oldestReadyAgeMs ?? null, 30_000, "age");
    assert.equal(keys.get("late")?.oldestReadyAgeMs, null);
  });

  it("says what holds the READY tasks of a key back", async () => {
    const { store } = fixture;
    await setKey(store, "paused", { isPaused: true });
    await setKey(store, "full", { concurrencyLimit: 1 });
    await setKey(store, "slow", { rateLimit: perMinute(6) });
    for (const key of ["paused", "full", "slow", "held", "free"]) {
      await submitOf(store, key, 3);
    }
    const session = await openLong(store);
    const tasks = await lease(store, session, { limit: 8 });
    const held = tasks.find(({ spec }) => spec.concurrencyKey === "held");
    assert.ok(held !== undefined);
    await releaseAndHold(store, held, { scope: "key", forMs: 30_000 });
    await lease(store, session);
    await submitOf(store, "free", 1);
    const keys = await listKeys(store);
    const blockOf = (key: string) => keys.get(key)?.blockedBy;
    assert.deepEqual(blockOf("paused"), { kind: "paused" });
    assert.deepEqual(blockOf("full"), { kind: "concurrency" });
    assert.equal(blockOf("free"), null);
    const [slow, parked] = [blockOf("slow"), blockOf("held")];
    assert.ok(slow?.kind === "rate" && parked?.kind === "held");
    assertNear(slow.remainingMs, 10_000, "rate");
    assertNear(parked.remainingMs, 30_000, "held");
    const blocked = await listKeys(store, { filter: "blocked" });
    assert.deepEqual(new Set(blocked.keys()), new Set(["paused", "full", "slow", "held"]));
  });

  it("lists the keys with settings of their own, also without tasks", async () => {
    const { store } = fixture;
    await setKey(store, "empty", { weight: 5 });
    await setKey(store, "acme", { concurrencyLimit: 3, rateLimit: perMinute(7, 2) });
    await setKey(store, "gone", { weight: 2 });
    await setKey(store, "gone", null);
    await submitOf(store, "acme");
    await submitOf(store, "plain");
    const own = await listKeys(store, { filter: "set" });
    assert.deepEqual(new Set(own.keys()), new Set(["empty", "acme"]));
    assert.deepEqual(own.get("acme")?.settings, {
      weight: null,
      concurrencyLimit: 3,
      rateLimit: perMinute(7, 2),
      isPaused: false,
    });
    assert.deepEqual([own.get("empty")?.waiting, own.get("empty")?.leased], [0, 0]);
    const all = await listKeys(store);
    assert.deepEqual(new Set(all.keys()), new Set(["empty", "acme", "plain"]));
    await setKey(store, "empty", null);
    await setKey(store, "acme", null);
    assert.equal((await listKeys(store, { filter: "set" })).size, 0);
  });

  it("lists keys page by page, each once, whatever their texts", async () => {
    const { store } = fixture;
    const names = Array.from({ length: 23 }, (_, at) => `key-${at}`);
    names.push("*", "{}", "a b", "\n", "ключ", "🔑", "x".repeat(128), "'; --", "\\0");
    for (const [at, name] of names.entries()) {
      await submitOf(store, name, (at % 3) + 1);
    }
    for (const limit of [1, 7, 100]) {
      const keys = await listKeys(store, { limit });
      assert.deepEqual([...keys.keys()].toSorted(), names.toSorted());
      assert.equal(keys.get("*")?.waiting, (names.indexOf("*") % 3) + 1);
    }
    assert.equal((await leaseIds(store, { limit: 1_000 })).length, 63);
  });

  it("lists nothing of a queue that nobody knows", async () => {
    assert.equal((await listKeys(fixture.store)).size, 0);
  });

  it("sets a key of its own to what was set last, on every process", async () => {
    const { store, under } = fixture;
    const another = await under.another();
    await setKey(store, "acme", { concurrencyLimit: 1, weight: 4 });
    await setKey(another, "acme", { concurrencyLimit: 2 });
    const [, { settings } = assert.fail()] = [...(await listKeys(store))][0] ?? assert.fail();
    assert.deepEqual([settings?.concurrencyLimit, settings?.weight], [2, null]);
    await submitOf(store, "acme", 5);
    assert.equal((await lease(another, await openLong(another))).length, 2);
  });

  it("keeps a key apart from others of which it is a part", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    for (const key of ["a", "aa", "a\0a", "A"]) {
      await submitOf(store, key, 2);
    }
    const session = await openLong(store);
    const leased = await lease(store, session);
    assert.equal(new Set(leased.map(({ spec }) => spec.concurrencyKey)).size, 4);
    assert.equal(idsOf(leased).length, 4);
    await settle(store, leased[0] ?? assert.fail(), complete());
    assert.equal(
      (await leaseOne(store, session)).spec.concurrencyKey,
      leased[0]?.spec.concurrencyKey,
    );
  });
}
