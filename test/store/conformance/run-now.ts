import assert from "node:assert/strict";
import { newTaskId, type TaskId } from "../../../server/src/domain/ids.ts";
import type { RunNowOutcome, Store } from "../../../server/src/store/store.ts";
import { QUEUE } from "../../support/task-factory.ts";
import {
  cancel,
  find,
  leaseOne,
  only,
  openSession,
  retry,
  settle,
  submit,
  sweep,
} from "./actions.ts";
import { assertNear, type Fixture } from "./fixture.ts";
import { leaseIds } from "./flow/flow-actions.ts";

const HOUR_MS = 3_600_000;
const LATER = { due: { kind: "after", delayMs: HOUR_MS } } as const;

/** Running scheduled tasks before their time. */
export function describeRunNow(fixture: Fixture): void {
  const open = () => openSession(fixture.store, { ttlMs: 24 * HOUR_MS });

  it("makes a scheduled task READY, which is first due now (G8)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, LATER);
    const before = await submit(store);
    await under.advance(1_000);
    assert.deepEqual(await runNow(store, id), { kind: "ok" });
    const task = await find(store, id);
    assert.equal(task.state, "READY");
    assertNear(task.dueAtMs, await under.nowMs(), "due");
    await under.advance(1_000);
    const after = await submit(store);
    assert.deepEqual(await leaseIds(store), [before, id, after]);
    await under.advance(2 * HOUR_MS);
    assert.equal((await sweep(store)).promoted, 0);
  });

  it("keeps the place of a task that backs off, and its attempts (G8)", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    await settle(store, await leaseOne(store, await open()), retry(HOUR_MS));
    const other = await submit(store);
    await under.advance(1_000);
    assert.deepEqual(await runNow(store, id), { kind: "ok" });
    assert.equal((await find(store, id)).attempt, 1);
    assert.deepEqual(await leaseIds(store), [id, other]);
  });

  it("has the start deadline count from now", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { ...LATER, startDeadlineMs: 60_000 });
    await runNow(store, id);
    await under.advance(30_000);
    assert.equal((await sweep(store)).expired, 0);
    await under.advance(40_000);
    assert.equal((await sweep(store)).expired, 1);
    assert.equal((await find(store, id)).state, "EXPIRED");
  });

  it("holds for tasks with keys: in the order in which they are first due (G9)", async () => {
    const { store, under } = fixture;
    const keys = { concurrencyKey: "k", orderingKey: "o" };
    const scheduled = await submit(store, { ...LATER, ...keys });
    const first = await submit(store, keys);
    await under.advance(1_000);
    await runNow(store, scheduled);
    await under.advance(1_000);
    const last = await submit(store, keys);
    assert.deepEqual(await leaseIds(store), [first]);
    await cancel(store, first);
    assert.deepEqual(await leaseIds(store), [scheduled]);
    await cancel(store, scheduled);
    assert.deepEqual(await leaseIds(store), [last]);
  });

  it("leaves a task that was submitted or leased at a given time or later", async () => {
    const { store, under } = fixture;
    const early = await submit(store, LATER);
    await under.advance(1_000);
    const late = await submit(store, LATER);
    const untouchedSinceMs = (await find(store, late)).submittedAtMs;
    const options = { untouchedSinceMs };
    assert.deepEqual(await store.runNow([late, early], options), [
      { kind: "later" },
      { kind: "ok" },
    ]);
    await settle(store, await leaseOne(store, await open()), retry(HOUR_MS));
    assert.deepEqual(await store.runNow([early], options), [{ kind: "later" }]);
    assert.deepEqual(await runNow(store, early), { kind: "ok" });
  });

  it("refuses tasks that are not scheduled, and does not know others", async () => {
    const { store } = fixture;
    const leased = await submit(store);
    await leaseOne(store, await open());
    const ready = await submit(store);
    const final = await submit(store, LATER);
    await cancel(store, final);
    const ids = [ready, leased, final, newTaskId(QUEUE, Date.now())];
    assert.deepEqual(await store.runNow(ids), [
      { kind: "not_scheduled", state: "READY" },
      { kind: "not_scheduled", state: "LEASED" },
      { kind: "not_scheduled", state: "CANCELLED" },
      { kind: "not_found" },
    ]);
    assert.deepEqual(await store.runNow([]), []);
  });
}

async function runNow(store: Store, id: TaskId): Promise<RunNowOutcome> {
  return only(await store.runNow([id]));
}
