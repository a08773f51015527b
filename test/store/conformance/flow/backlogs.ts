import assert from "node:assert/strict";
import type { TaskSpec } from "../../../../server/src/domain/task.ts";
import type { NewTask, SubmitOutcome } from "../../../../server/src/store/store.ts";
import { newTask } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  lease,
  leaseOne,
  openSession,
  redrive,
  release,
  renew,
  retry,
  settle,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { openLong, setQueue, submitOf } from "./flow-actions.ts";

/** How many tasks may wait. */
export function describeBacklogs(fixture: Fixture): void {
  const kindsOf = async (batch: readonly NewTask[]): Promise<SubmitOutcome["kind"][]> =>
    (await fixture.store.submit(batch)).map(({ kind }) => kind);
  const tryOne = async (overrides: Partial<TaskSpec> = {}): Promise<SubmitOutcome> => {
    const [outcome] = await fixture.store.submit([newTask(overrides)]);
    return outcome ?? assert.fail();
  };
  const FULL = { kind: "full", full: { of: "queue", limit: 3 } } as const;
  const KEY_FULL = { kind: "full", full: { of: "key", limit: 3 } } as const;

  it("takes as many as may wait, item by item, and says whose backlog is full", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 3 });
    const batch = Array.from({ length: 5 }, () => newTask());
    const outcomes = await store.submit(batch);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["created", "created", "created", "full", "full"],
    );
    assert.deepEqual(outcomes[3], FULL);
    assert.deepEqual(await tryOne(), FULL);
    const kept = await store.get(batch.map(({ id }) => id));
    assert.deepEqual(
      kept.map((task) => task !== null),
      [true, true, true, false, false],
    );
  });

  it("takes as many of a key as may wait, and of others as before", async () => {
    const { store } = fixture;
    await setQueue(store, { keyMaxBacklog: 3 });
    const batch = ["a", "a", "b", "a", "a", "", "b", "", "", "", ""].map((concurrencyKey) =>
      newTask({ concurrencyKey }),
    );
    const outcomes = await store.submit(batch);
    assert.deepEqual(
      outcomes.map(({ kind }, at) => (kind === "full" ? at : null)).filter((at) => at !== null),
      [4],
    );
    assert.deepEqual(outcomes[4], KEY_FULL);
  });

  it("counts what is SCHEDULED and READY, and what waits behind another, not what runs", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 3, keyMaxBacklog: 3 });
    const key = { concurrencyKey: "acme" };
    await tryOne({ ...key, due: { kind: "after", delayMs: 60_000 } });
    await tryOne({ ...key, orderingKey: "o" });
    await tryOne({ ...key, orderingKey: "o" });
    assert.equal((await tryOne(key)).kind, "full");
    const session = await openLong(store);
    const task = await leaseOne(store, session);
    assert.equal((await tryOne(key)).kind, "created");
    assert.equal((await tryOne(key)).kind, "full");
    await settle(store, task, complete());
    assert.equal((await tryOne(key)).kind, "full");
    await leaseOne(store, session);
    assert.equal((await tryOne(key)).kind, "created");
  });

  it("knows a request id again while the backlog is full, and names one that was reused", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 2 });
    const first = newTask({ requestId: "r-1" });
    const second = newTask({ requestId: "r-2" });
    const other = newTask({ requestId: "r-1", payload: Buffer.from("other") });
    const third = newTask({ requestId: "r-3" });
    assert.deepEqual(await kindsOf([first, second]), ["created", "created"]);
    assert.deepEqual(await kindsOf([third, first, other, third]), [
      "full",
      "known",
      "reused",
      "full",
    ]);
    const session = await openLong(store);
    await leaseOne(store, session);
    assert.deepEqual(await kindsOf([third, third]), ["created", "known"]);
  });

  it("counts a request id that comes twice in a batch once", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 2, keyMaxBacklog: 2 });
    const twice = newTask({ requestId: "r-1", concurrencyKey: "acme" });
    const next = newTask({ requestId: "r-2", concurrencyKey: "acme" });
    assert.deepEqual(await kindsOf([twice, twice, next]), ["created", "known", "created"]);
  });

  it("refuses nothing that was promised before", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 1, keyMaxBacklog: 1 });
    const owed = { ...newTask({ concurrencyKey: "acme" }), isOwed: true };
    const more = { ...newTask({ concurrencyKey: "acme" }), isOwed: true };
    const plain = newTask({ concurrencyKey: "acme" });
    assert.deepEqual(await kindsOf([owed, more, plain]), ["created", "created", "full"]);
  });

  it("takes back whatever comes back: retries, releases, reclaims and redrives", async () => {
    const { store } = fixture;
    await submitOf(store, "acme", 6);
    const session = await openLong(store);
    const [retried, late, released, dead] = await lease(store, session, { limit: 4 });
    const dying = await openSession(store);
    await lease(store, dying, { limit: 1 });
    await setQueue(store, { maxBacklog: 1, keyMaxBacklog: 1 });
    assert.ok(retried && late && released && dead);
    await settle(store, retried, retry());
    await settle(store, late, retry(60_000));
    await settle(store, released, release());
    await settle(store, dead, die());
    assert.deepEqual(await redrive(store, dead.id), { kind: "ok" });
    await renew(store, dying, 0);
    assert.equal((await sweep(store)).reclaimed.length, 1);
    const { READY, SCHEDULED } = await countsOf(store);
    assert.deepEqual([READY, SCHEDULED], [5, 1]);
    assert.equal((await tryOne({ concurrencyKey: "acme" })).kind, "full");
  });

  for (const whose of ["maxBacklog", "keyMaxBacklog"] as const) {
    it(`has room again once tasks of the ${whose} are leased, cancelled or expire, or it is raised`, async () => {
      const { store, under } = fixture;
      const key = { concurrencyKey: "acme" };
      await setQueue(store, { [whose]: 2 });
      const [first] = await submitOf(store, "acme", 1);
      await submitOf(store, "acme", 1, { startDeadlineMs: 10_000 });
      assert.equal((await tryOne(key)).kind, "full");
      await cancel(store, first ?? assert.fail());
      assert.equal((await tryOne(key)).kind, "created");
      assert.equal((await tryOne(key)).kind, "full");
      await under.advance(20_000);
      await sweep(store);
      assert.equal((await tryOne(key)).kind, "created");
      assert.equal((await tryOne(key)).kind, "full");
      await setQueue(store, { [whose]: 3 });
      assert.equal((await tryOne(key)).kind, "created");
      assert.equal((await tryOne(key)).kind, "full");
      await setQueue(store, { [whose]: null });
      assert.equal((await tryOne(key)).kind, "created");
    });
  }

  it("stores of a batch what fits where queue and key are full in turn", async () => {
    const { store } = fixture;
    await setQueue(store, { maxBacklog: 4, keyMaxBacklog: 2 });
    const batch = ["a", "a", "a", "b", "", "", "b"].map((concurrencyKey) =>
      newTask({ concurrencyKey }),
    );
    const outcomes = await store.submit(batch);
    assert.deepEqual(
      outcomes.map(({ kind, full }) => (full === undefined ? kind : full.of)),
      ["created", "created", "key", "created", "created", "queue", "queue"],
    );
  });
}
