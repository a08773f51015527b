import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import type { QueueName, TaskId, TaskType, WorkerId } from "../../../../server/src/domain/ids.ts";
import { TASK_STATES } from "../../../../server/src/domain/task-state.ts";
import type { ListQuery } from "../../../../server/src/store/store.ts";
import { newTask, newTasks } from "../../../support/task-factory.ts";
import { EVERYTHING, listAll } from "../../model/listing.ts";
import {
  cancel,
  complete,
  die,
  find,
  lease,
  openSession,
  redrive,
  release,
  settle,
  settlementOf,
  submit,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

/** Listing a queue's tasks. */
export function describeList(fixture: Fixture): void {
  const idsOf = async (query: Partial<ListQuery> = {}): Promise<TaskId[]> =>
    (await listAll(fixture.store, query)).map(({ id }) => id);

  /** Submits tasks and brings three into each state. */
  const fillEveryState = async (): Promise<void> => {
    const { store, under } = fixture;
    await store.submit(newTasks(3, { startDeadlineMs: 5_000 }));
    await under.advance(10_000);
    await sweep(store);
    await store.submit(newTasks(3, { due: { kind: "after", delayMs: 600_000 } }));
    await store.submit(newTasks(15));
    const session = await openSession(store, { ttlMs: 3_600_000 });
    for (const task of await lease(store, session, { limit: 3 })) {
      await settle(store, task, complete());
    }
    for (const task of await lease(store, session, { limit: 3 })) {
      await settle(store, task, die());
    }
    for (const task of await lease(store, session, { limit: 3 })) {
      await cancel(store, task.id);
    }
    await lease(store, session, { limit: 3 });
  };

  it("lists an empty or unknown queue as empty", async () => {
    assert.deepEqual(await fixture.store.list(EVERYTHING), { tasks: [], next: null });
    await openSession(fixture.store);
    assert.deepEqual(await fixture.store.list(EVERYTHING), { tasks: [], next: null });
  });

  it("lists the states in the order asked for, each whole", async () => {
    await fillEveryState();
    const states = (await listAll(fixture.store)).map(({ state }) => state);
    assert.deepEqual(
      states,
      TASK_STATES.flatMap((state) => [state, state, state]),
    );
    const some = await listAll(fixture.store, { states: ["DEAD", "READY"] });
    assert.deepEqual(
      some.map(({ state }) => state),
      ["DEAD", "DEAD", "DEAD", "READY", "READY", "READY"],
    );
  });

  it("lists the same tasks once each whatever the size of the pages", async () => {
    await fillEveryState();
    const ids = await idsOf();
    assert.equal(new Set(ids).size, 21);
    for (const limit of [1, 2, 3, 5, 20, 21, 22]) {
      assert.deepEqual(await idsOf({ limit }), ids, `pages of ${limit}`);
    }
  });

  it("lists each state from its end where the newest come first, whatever the size of the pages", async () => {
    await fillEveryState();
    const all = await listAll(fixture.store);
    const expected = TASK_STATES.flatMap((state) =>
      all.filter((task) => task.state === state).reverse(),
    ).map(({ id }) => id);
    for (const limit of [1, 2, 3, 5, 20, 21, 22]) {
      assert.deepEqual(await idsOf({ limit, newestFirst: true }), expected, `pages of ${limit}`);
    }
  });

  it("lists tasks as get returns them", async () => {
    await fillEveryState();
    for (const task of await listAll(fixture.store)) {
      assert.deepEqual(task, await find(fixture.store, task.id));
    }
  });

  it("lists READY tasks in the order they will be leased (G8)", async () => {
    const { store, under } = fixture;
    const delayed = newTask({ due: { kind: "after", delayMs: 5_000 } });
    const batch = [5, 1, 9, 5].map((priority) => newTask({ priority }));
    await store.submit([delayed, ...batch]);
    await under.advance(10_000);
    await sweep(store);
    const last = await submit(store);
    const listed = await idsOf({ states: ["READY"], limit: 2 });
    assert.equal(listed.at(-2), last);
    const leased = await lease(store, await openSession(store));
    assert.deepEqual(
      leased.map(({ id }) => id),
      listed,
    );
  });

  it("lists SCHEDULED tasks by when they are due", async () => {
    const { store } = fixture;
    const delays = [50_000, 20_000, 90_000, 70_000];
    const batch = delays.map((delayMs) => newTask({ due: { kind: "after", delayMs } }));
    await store.submit(batch);
    const [a, b, c, d] = batch.map(({ id }) => id);
    assert.deepEqual(await idsOf({ states: ["SCHEDULED"], limit: 1 }), [b, a, d, c]);
  });

  it("filters by type, labels and the time of the submit", async () => {
    const { store, under } = fixture;
    const startMs = await under.nowMs();
    const odd = "naïve 🙂 \u0000";
    const a = await submit(store, { type: "a" as TaskType, labels: { team: "blue", odd } });
    await under.advance(60_000);
    const b = await submit(store, { type: "b" as TaskType, labels: { team: "blue" } });
    await under.advance(60_000);
    const c = await submit(store, { type: "a" as TaskType, labels: { team: "red" } });
    await submit(store, { queue: "sms" as QueueName, type: "a" as TaskType });

    assert.deepEqual(await idsOf({ type: "a" as TaskType }), [a, c]);
    assert.deepEqual(await idsOf({ labels: { team: "blue" } }), [a, b]);
    assert.deepEqual(await idsOf({ labels: { team: "blue", odd } }), [a]);
    assert.deepEqual(await idsOf({ labels: { toString: "" } }), []);
    assert.deepEqual(await idsOf({ submittedFromMs: startMs + 30_000 }), [b, c]);
    assert.deepEqual(await idsOf({ submittedBeforeMs: startMs + 90_000 }), [a, b]);
    const window = { submittedFromMs: startMs + 30_000, submittedBeforeMs: startMs + 90_000 };
    assert.deepEqual(await idsOf(window), [b]);
    assert.deepEqual(await idsOf({ ...window, type: "a" as TaskType }), []);
    assert.deepEqual(await idsOf({ states: [] }), []);
  });

  it("filters by the worker that has a task or had it last, in every state", async () => {
    const { store } = fixture;
    const [one, other] = ["one" as WorkerId, "other" as WorkerId];
    await store.submit(newTasks(12));
    const a = await lease(store, await openSession(store, { workerId: one }), { limit: 4 });
    const b = await lease(store, await openSession(store, { workerId: other }), { limit: 4 });
    const [succeeded, dead, released] = a;
    assert.ok(succeeded && dead && released && b.length === 4);
    await settle(store, succeeded, complete());
    await settle(store, dead, die());
    await settle(store, released, release());
    for (const limit of [1, 3, 100]) {
      for (const newestFirst of [false, true]) {
        const ids = await idsOf({ workerId: one, limit, newestFirst });
        assert.deepEqual(ids.toSorted(), a.map(({ id }) => id).toSorted());
        const states: ListQuery["states"] = ["LEASED"];
        const running = await idsOf({ workerId: other, states, limit, newestFirst });
        assert.deepEqual(running.toSorted(), b.map(({ id }) => id).toSorted());
      }
    }
    assert.deepEqual(await idsOf({ workerId: "nobody" as WorkerId }), []);
  });

  it("filters by the type of the last failure", async () => {
    const { store } = fixture;
    await store.submit(newTasks(4));
    const leased = await lease(store, await openSession(store), { limit: 3 });
    const types = ["Broken", "Late", "Broken"];
    for (const [at, task] of leased.entries()) {
      const failure = { type: types[at] ?? "", message: "m", stack: "" };
      await settle(store, task, die(failure));
    }
    const [a, b, c] = leased.map(({ id }) => id);
    const ofType = async (failureType: string) => (await idsOf({ failureType })).toSorted();
    assert.deepEqual(await ofType("Broken"), [a, c].toSorted());
    assert.deepEqual(await ofType("Late"), [b]);
    assert.deepEqual(await ofType("broken"), []);
  });

  it("finds the few that a filter lets pass among many, page by page", async () => {
    const { store } = fixture;
    for (let batch = 0; batch < 6; batch += 1) {
      await store.submit(newTasks(999));
      await submit(store, { labels: { rare: "yes" } });
    }
    assert.equal((await idsOf({ labels: { rare: "yes" }, limit: 2 })).length, 6);
  }).timeout(20_000);

  it("bounds the bytes of a page", async () => {
    const { store } = fixture;
    const payload = Buffer.alloc(LIMITS.maxPayloadBytes);
    await store.submit(newTasks(12, { payload }));
    const page = await store.list({ ...EVERYTHING, limit: 12 });
    assert.ok(page.tasks.length < 12 && page.next !== null);
    assert.equal((await idsOf({ limit: 12 })).length, 12);
  });

  it("goes on from the place of a task that has moved on or gone", async () => {
    const { store } = fixture;
    const batch = newTasks(6, { retentionMs: 0 });
    await store.submit(batch);
    const first = await store.list({ ...EVERYTHING, limit: 3, states: ["READY"] });
    await lease(store, await openSession(store), { limit: 3 });
    const second = await store.list({
      ...EVERYTHING,
      limit: 10,
      states: ["READY"],
      after: first.next,
    });
    assert.deepEqual(
      second.tasks.map(({ id }) => id),
      batch.slice(3).map(({ id }) => id),
    );
    await store.cancel(batch.map(({ id }) => ({ taskId: id, reason: "" })));
    await sweep(store);
    const gone = await store.list({ ...EVERYTHING, after: first.next });
    assert.deepEqual(gone, { tasks: [], next: null });
  });

  it("lists a redriven task once", async () => {
    const { store } = fixture;
    await store.submit(newTasks(3));
    const session = await openSession(store);
    const [task] = await lease(store, session, { limit: 1 });
    assert.ok(task);
    await settle(store, task, die());
    await redrive(store, task.id);
    const ids = await idsOf({ limit: 1 });
    assert.equal(new Set(ids).size, 3);
    assert.equal(ids.at(-1), task.id);
  });

  it("lists tasks that ended together, each once, page by page", async () => {
    const { store } = fixture;
    await store.submit(newTasks(30));
    const tasks = await lease(store, await openSession(store), { limit: 30 });
    const settlements = tasks.map((task) => settlementOf(task, complete()));
    // Under way together, so that some of them end in the same millisecond.
    await Promise.all([0, 10, 20].map((from) => store.settle(settlements.slice(from, from + 10))));
    const ids = tasks.map(({ id }) => id).sort();
    for (const limit of [1, 7, 10, 100]) {
      assert.deepEqual((await idsOf({ states: ["SUCCEEDED"], limit })).sort(), ids);
    }
  });
}
