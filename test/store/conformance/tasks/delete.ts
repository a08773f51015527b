import assert from "node:assert/strict";
import { newTaskId, type QueueName, type TaskId } from "../../../../server/src/domain/ids.ts";
import { FINAL_STATES, TASK_STATES } from "../../../../server/src/domain/task-state.ts";
import type { DeleteOutcome, Store } from "../../../../server/src/store/store.ts";
import { newTask, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  die,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  redrive,
  settle,
  settlementOf,
  submit,
  sweep,
  type TestSession,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { openLong, setQueue } from "../flow/flow-actions.ts";

const LONG_MS = 86_400_000;

/** Forgetting final tasks before their time. */
export function describeDelete(fixture: Fixture): void {
  const open = () => openSession(fixture.store, { ttlMs: LONG_MS });

  it("leaves nothing of a task that ended, in whichever way, and its request id is free", async () => {
    const { store } = fixture;
    const ids = await endInEveryWay(fixture);
    const before = await countsOf(store);
    assert.deepEqual(
      FINAL_STATES.map((state) => before[state]),
      FINAL_STATES.map(() => 1),
    );
    assert.deepEqual(
      await store.delete(ids),
      ids.map(() => ({ kind: "ok" })),
    );
    assert.deepEqual(
      await store.get(ids),
      ids.map(() => null),
    );
    assert.deepEqual(await listed(store), []);
    const after = await countsOf(store);
    assert.deepEqual(
      TASK_STATES.map((state) => after[state]),
      TASK_STATES.map(() => 0),
    );
    assert.deepEqual(
      await store.delete(ids),
      ids.map(() => ({ kind: "not_found" })),
    );
    assert.equal(await submit(store, { requestId: "DEAD" }), ids[1]);
  });

  it("does not touch those that succeeded at the same moment", async () => {
    const { store, under } = fixture;
    const session = await open();
    const ids: TaskId[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push(await submit(store, { retentionMs: 60_000 }));
    }
    const held = await lease(store, session, { limit: 5 });
    await store.settle(held.map((task) => settlementOf(task, complete())));
    const [first, second, third, fourth, fifth] = ids as [TaskId, TaskId, TaskId, TaskId, TaskId];
    await store.delete([second, fifth]);
    assert.deepEqual((await listed(store)).toSorted(), [first, third, fourth].toSorted());
    await store.delete([first]);
    assert.equal((await countsOf(store)).SUCCEEDED, 2);
    await under.advance(120_000);
    assert.equal((await sweep(store)).purged, 2);
    assert.deepEqual(await listed(store), []);
  });

  it("is not purged by what was noted of the task that was deleted (G13)", async () => {
    const { store, under } = fixture;
    const spec = { requestId: "again", retentionMs: 60_000, deduplicationWindowMs: 60_000 };
    const id = await submit(store, spec);
    const session = await open();
    await settle(store, await leaseOne(store, session), complete());
    await store.delete([id]);
    assert.equal(await submit(store, { ...spec, retentionMs: 600_000 }), id);
    await settle(store, await leaseOne(store, session), complete());
    await under.advance(120_000);
    assert.equal((await sweep(store)).purged, 0);
    assert.equal((await find(store, id)).state, "SUCCEEDED");
  });

  it("refuses tasks that are not final, and does not know others", async () => {
    const { store } = fixture;
    const scheduled = await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const leased = await submit(store);
    const held = await leaseOne(store, await open());
    const ready = await submit(store);
    const ids = [
      scheduled,
      leased,
      ready,
      newTaskId(QUEUE, Date.now()),
      newTaskId("unheard-of" as QueueName, Date.now()),
    ];
    assert.deepEqual(await store.delete(ids), [
      { kind: "not_final", state: "SCHEDULED" },
      { kind: "not_final", state: "LEASED" },
      { kind: "not_final", state: "READY" },
      { kind: "not_found" },
      { kind: "not_found" },
    ]);
    assert.equal((await settle(store, held, complete())).kind, "ok");
    assert.deepEqual(await store.delete([]), []);
  });

  it("deletes once, however often and by however many", async () => {
    const { store, under } = fixture;
    const id = await submit(store);
    await cancel(store, id);
    const other = await under.another();
    const answers = await Promise.all([remove(store, id), remove(other, id), remove(store, id)]);
    const kinds = answers.map(({ kind }) => kind).toSorted();
    assert.deepEqual(kinds, ["not_found", "not_found", "ok"]);
  });

  it("lets those go that a dead task held (G9)", async () => {
    const { store } = fixture;
    await setQueue(store, { onDead: "HOLD" });
    const dead = await submit(store, { orderingKey: "o", concurrencyKey: "k" });
    const next = await submit(store, { orderingKey: "o", concurrencyKey: "k" });
    const session = await openLong(store);
    await settle(store, await leaseOne(store, session), die());
    assert.deepEqual(await lease(store, session), []);
    await remove(store, dead);
    assert.equal((await leaseOne(store, session)).id, next);
  });

  it("leaves alone what ended at a given time or later, as a redrive does", async () => {
    const { store, under } = fixture;
    const session = await open();
    const early = await dead(store, session);
    await under.advance(1_000);
    const untouchedSinceMs = (await find(store, await dead(store, session))).finishedAtMs ?? 0;
    const late = only((await listed(store)).filter((id) => id !== early));
    const options = { untouchedSinceMs };
    assert.deepEqual(await store.redrive([late], options), [{ kind: "later" }]);
    assert.deepEqual(await store.delete([late], options), [{ kind: "later" }]);
    assert.equal((await find(store, late)).state, "DEAD");

    assert.deepEqual(await store.redrive([early], options), [{ kind: "ok" }]);
    await settle(store, await leaseOne(store, session), die());
    assert.deepEqual(await store.redrive([early], options), [{ kind: "later" }]);
    assert.deepEqual(await store.delete([early], options), [{ kind: "later" }]);
    assert.deepEqual(await redrive(store, early), { kind: "ok" });
  });
}

async function remove(store: Store, id: TaskId): Promise<DeleteOutcome> {
  return only(await store.delete([id]));
}

async function dead(store: Store, session: TestSession): Promise<TaskId> {
  const id = await submit(store);
  await settle(store, await leaseOne(store, session), die());
  return id;
}

/** Has tasks end in each final state, in the order of these, with all that a task may have. */
async function endInEveryWay({ store, under }: Fixture): Promise<TaskId[]> {
  const session = await openSession(store, { ttlMs: LONG_MS });
  const submitted = async (requestId: string): Promise<TaskId> => {
    const payload = Buffer.alloc(2_000, "p");
    return submit(store, { requestId, payload, retentionMs: LONG_MS, labels: { a: "1" } });
  };
  const succeeded = await submitted("SUCCEEDED");
  await settle(store, await leaseOne(store, session), complete("r".repeat(2_000)));
  const died = await submitted("DEAD");
  await settle(store, await leaseOne(store, session), die());
  const cancelled = await submitted("CANCELLED");
  await cancel(store, cancelled, "not wanted");
  const late = newTask({ startDeadlineMs: 10, retentionMs: LONG_MS });
  const { id: expired = late.id } = only(await store.submit([late]));
  await under.advance(60_000);
  await sweep(store);
  return [succeeded, died, cancelled, expired];
}

async function listed(store: Store): Promise<TaskId[]> {
  const { tasks } = await store.list({
    queue: QUEUE,
    states: TASK_STATES,
    type: null,
    labels: {},
    submittedFromMs: null,
    submittedBeforeMs: null,
    limit: 100,
    after: null,
  });
  return tasks.map(({ id }) => id);
}
