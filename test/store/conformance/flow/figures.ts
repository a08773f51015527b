import assert from "node:assert/strict";
import type { BlockedTasks, QueueStats } from "../../../../server/src/store/store.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import { listAll } from "../../model/listing.ts";
import { complete, find, lease, leaseOne, only, settle, submit } from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import {
  DAY_MS,
  idsOf,
  openLong,
  perMinute,
  releaseAndHold,
  setKey,
  setQueue,
  submitOf,
  submitOrdered,
} from "./flow-actions.ts";

const NOTHING: BlockedTasks = {
  paused: 0,
  held: 0,
  concurrency: 0,
  rate: 0,
  key: 0,
  ordering: 0,
};

/** What figures, listings and reads say of tasks that are held back. */
export function describeFigures(fixture: Fixture): void {
  const stats = async (): Promise<QueueStats> => only(await fixture.store.stats([QUEUE]));
  const blocked = async (): Promise<BlockedTasks> => ({ ...NOTHING, ...(await stats()).blockedBy });

  it("counts nothing as held back where nothing is", async () => {
    const { store } = fixture;
    await submit(store);
    await submitOf(store, "acme", 3);
    assert.deepEqual(await blocked(), NOTHING);
    assert.equal((await stats()).blockedKeys ?? 0, 0);
  });

  const causes: Readonly<Record<keyof BlockedTasks, () => Promise<number>>> = {
    paused: async () => {
      await submitOf(fixture.store, "", 2);
      await submitOf(fixture.store, "acme", 2);
      await setQueue(fixture.store, { isPaused: true });
      return 4;
    },
    held: async () => {
      const { store } = fixture;
      await submitOf(store, "", 2);
      await submitOf(store, "acme", 2);
      const task = await leaseOne(store, await openLong(store));
      await releaseAndHold(store, task, { scope: "queue", forMs: 60_000 });
      return 4;
    },
    concurrency: async () => {
      const { store } = fixture;
      await setQueue(store, { concurrencyLimit: 2 });
      await submitOf(store, "", 3);
      await submitOf(store, "acme", 3);
      await lease(store, await openLong(store));
      return 4;
    },
    rate: async () => {
      const { store } = fixture;
      await setQueue(store, { rateLimit: perMinute(6, 2) });
      await submitOf(store, "", 3);
      await submitOf(store, "acme", 3);
      await lease(store, await openLong(store));
      return 4;
    },
    key: async () => {
      const { store } = fixture;
      await setQueue(store, { keyConcurrencyLimit: 1 });
      await setKey(store, "bolt", { isPaused: true });
      await submitOf(store, "acme", 3);
      await submitOf(store, "bolt", 4);
      const session = await openLong(store);
      await lease(store, session);
      await lease(store, session);
      return 6;
    },
    ordering: async () => {
      const { store } = fixture;
      for (const line of ["one", "two", "one", "one"]) {
        await submitOrdered(store, line);
      }
      return 2;
    },
  };
  for (const [cause, arrange] of Object.entries(causes)) {
    it(`counts READY tasks that are held back by ${cause}`, async () => {
      const count = await arrange();
      assert.deepEqual(await blocked(), { ...NOTHING, [cause]: count });
      assert.equal((await stats()).blockedKeys ?? 0, cause === "key" ? 2 : 0);
    });
  }

  it("counts by a raised rate at its own pace, not at that of the one before", async () => {
    const { store, under } = fixture;
    await setQueue(store, { rateLimit: { tasks: 1, periodMs: DAY_MS, burst: 1 } });
    const [id] = await submitOf(store, "", 3);
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), [id]);
    await setQueue(store, { rateLimit: perMinute(6) });
    assert.deepEqual(await blocked(), { ...NOTHING, rate: 2 });
    assert.deepEqual(await lease(store, session), []);
    await under.advance(11_000);
    assert.deepEqual(await blocked(), NOTHING);
    assert.equal((await lease(store, session)).length, 1);
    assert.deepEqual(await blocked(), { ...NOTHING, rate: 1 });
  });

  it("lists READY tasks of every kind in the order of their places", async () => {
    const { store } = fixture;
    const ids = [
      ...(await submitOf(store, "", 1)),
      ...(await submitOf(store, "acme", 2)),
      await submitOrdered(store, "o"),
      await submitOrdered(store, "o"),
      ...(await submitOf(store, "bolt", 1)),
      ...(await submitOf(store, "", 1)),
    ];
    const [high] = await submitOf(store, "acme", 1, { priority: 9 });
    for (const limit of [2, 100]) {
      const listed = await listAll(store, { states: ["READY"], limit });
      assert.deepEqual(idsOf(listed), [high, ...ids]);
    }
  });

  it("lists a leased and an ended task with its keys, and reads them", async () => {
    const { store } = fixture;
    const id = await submitOrdered(store, "o", { concurrencyKey: "acme" });
    const task = await leaseOne(store, await openLong(store));
    assert.deepEqual([task.spec.concurrencyKey, task.spec.orderingKey], ["acme", "o"]);
    await settle(store, task, complete());
    const { spec } = await find(store, id);
    assert.deepEqual([spec.concurrencyKey, spec.orderingKey], ["acme", "o"]);
    const [listed] = await listAll(store);
    assert.deepEqual([listed?.spec.concurrencyKey, listed?.spec.orderingKey], ["acme", "o"]);
  });

  it("counts what is READY, whoever holds it back", async () => {
    const { store } = fixture;
    await setQueue(store, { keyConcurrencyLimit: 1 });
    await submitOf(store, "acme", 3);
    await submitOrdered(store, "o");
    await submitOrdered(store, "o");
    await submitOf(store, "acme", 1, { due: { kind: "after", delayMs: 60_000 } });
    await lease(store, await openLong(store));
    const { counts } = await stats();
    assert.deepEqual([counts.READY, counts.LEASED, counts.SCHEDULED], [3, 2, 1]);
  });

  it("tells the age of the task that has waited longest, also of a key", async () => {
    const { store, under } = fixture;
    await submitOf(store, "acme", 1);
    await under.advance(30_000);
    await submit(store);
    const { oldestReadyAgeMs } = await stats();
    assert.ok(oldestReadyAgeMs !== null && oldestReadyAgeMs >= 30_000, `${oldestReadyAgeMs}`);
  });
}
