import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import { newTask, newTasks } from "../../../support/task-factory.ts";
import {
  die,
  lease,
  leaseOne,
  openSession,
  redrive,
  release,
  renew,
  retry,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const DAY_MS = 86_400_000;

/** Who is next. */
export function describeOrder(fixture: Fixture): void {
  const leaseAll = async (): Promise<TaskId[]> => {
    const session = await openSession(fixture.store, { ttlMs: DAY_MS });
    return (await lease(fixture.store, session)).map(({ id }) => id);
  };

  it("leases first in, first out, within a batch and across batches (G8)", async () => {
    const { store, under } = fixture;
    const ids: TaskId[] = [];
    for (let round = 0; round < 4; round += 1) {
      const batch = newTasks(20);
      await store.submit(batch);
      ids.push(...batch.map(({ id }) => id));
      await under.advance(round % 2 === 0 ? 0 : 1_000);
    }
    assert.deepEqual(await leaseAll(), ids);
  });

  it("leases higher priorities first, each first in, first out (G8)", async () => {
    const { store } = fixture;
    const priorities = [5, 0, 9, 5, 9, 0, 1, 8];
    const batch = priorities.map((priority) => newTask({ priority }));
    await store.submit(batch);
    const expected = batch.toSorted((a, b) => b.spec.priority - a.spec.priority);
    assert.deepEqual(
      await leaseAll(),
      expected.map(({ id }) => id),
    );
  });

  it("leases a late task of high priority before an old one of low priority (G8)", async () => {
    const { store, under } = fixture;
    const low = await submit(store, { priority: 4 });
    await under.advance(300 * DAY_MS);
    const high = await submit(store, { priority: 5 });
    assert.deepEqual(await leaseAll(), [high, low]);
  });

  it("places a delayed task by when it was due, not by its submit (G8)", async () => {
    const { store, under } = fixture;
    const late = await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const early = await submit(store, { due: { kind: "after", delayMs: 20_000 } });
    await under.advance(40_000);
    const between = await submit(store);
    await under.advance(40_000);
    const last = await submit(store);
    assert.deepEqual(await leaseAll(), [early, between, late, last]);
  });

  it("places tasks that are due at the same time by their submits (G8)", async () => {
    const { store, under } = fixture;
    const atMs = (await under.nowMs()) + 60_000;
    const ids: TaskId[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push(await submit(store, { due: { kind: "at", atMs } }));
    }
    await under.advance(70_000);
    await sweep(store);
    assert.deepEqual(await leaseAll(), ids);
  });

  it("does not let a due time in the past jump the queue (G8)", async () => {
    const { store, under } = fixture;
    const first = await submit(store);
    await under.advance(10_000);
    const second = await submit(store, { due: { kind: "at", atMs: 0 } });
    assert.deepEqual(await leaseAll(), [first, second]);
  });

  it("promotes a due task of high priority before it leases (G8)", async () => {
    const { store, under } = fixture;
    const low = await submit(store);
    const high = await submit(store, { priority: 9, due: { kind: "after", delayMs: 10_000 } });
    await under.advance(20_000);
    assert.deepEqual(await leaseAll(), [high, low]);
  });

  const givenBack = {
    released: release(),
    "released with a delay": release(10_000),
    retried: retry(),
    "retried after a wait": retry(10_000),
  };
  for (const [how, outcome] of Object.entries(givenBack)) {
    it(`keeps the place of a task that was ${how} (G8)`, async () => {
      const { store, under } = fixture;
      const first = await submit(store);
      await under.advance(5_000);
      const second = await submit(store);
      const session = await openSession(store, { ttlMs: DAY_MS });
      const task = await leaseOne(store, session);
      await settle(store, task, outcome);
      await under.advance(20_000);
      const third = await submit(store);
      assert.deepEqual(await leaseAll(), [first, second, third]);
    });
  }

  for (const [how, outcome] of Object.entries(givenBack)) {
    it(`lets a task that was ${how} pass nobody of a higher priority (G8)`, async () => {
      const { store, under } = fixture;
      const low = await submit(store, { priority: 1 });
      const session = await openSession(store, { ttlMs: DAY_MS });
      const task = await leaseOne(store, session);
      const middle = await submit(store);
      const high = await submit(store, { priority: 9 });
      await settle(store, task, outcome);
      await under.advance(20_000);
      assert.deepEqual(await leaseAll(), [high, middle, low]);
    });
  }

  it("keeps the place of a task that was reclaimed (G8)", async () => {
    const { store, under } = fixture;
    const first = await submit(store);
    await under.advance(5_000);
    const second = await submit(store);
    const session = await openSession(store);
    await leaseOne(store, session);
    await renew(store, session, 0);
    await sweep(store);
    assert.deepEqual(await leaseAll(), [first, second]);
  });

  it("places a redriven task behind all that is due", async () => {
    const { store, under } = fixture;
    const dead = await submit(store);
    const session = await openSession(store, { ttlMs: DAY_MS });
    await settle(store, await leaseOne(store, session), die());
    const waiting = await submit(store);
    await redrive(store, dead);
    await under.advance(5_000);
    const later = await submit(store);
    assert.deepEqual(await leaseAll(), [waiting, dead, later]);
  });
}
