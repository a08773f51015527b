import assert from "node:assert/strict";
import { newTaskId, type QueueName, type TaskId } from "../../../../server/src/domain/ids.ts";
import { newTask, newTasks, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  die,
  lease,
  leaseOne,
  only,
  openSession,
  settle,
  submit,
  sweep,
} from "../actions.ts";
import { assertNear, type Fixture } from "../fixture.ts";

/** Looking at tasks and queues. */
export function describeRead(fixture: Fixture): void {
  it("returns tasks in the order asked for, null where there is none", async () => {
    const { store } = fixture;
    const [a, b] = [await submit(store), await submit(store, { queue: "sms" as QueueName })];
    const ids = [
      b,
      newTaskId(QUEUE, Date.now()),
      a,
      newTaskId("unheard-of" as QueueName, Date.now()),
      b,
    ];
    const tasks = await store.get(ids);
    assert.deepEqual(
      tasks.map((task) => task?.id ?? null),
      [b, null, a, null, b],
    );
    assert.equal(tasks[0]?.spec.queue, "sms");
    assert.deepEqual(await store.get([]), []);
  });

  it("counts how many tasks run before one, only where asked and only where it is READY", async () => {
    const { store } = fixture;
    const [low, a, b, high, later] = [
      newTask({ priority: 1 }),
      newTask(),
      newTask(),
      newTask({ priority: 9 }),
      newTask({ due: { kind: "after", delayMs: 60_000 } }),
    ];
    await store.submit([low, a, b, high, later]);
    await submit(store, { queue: "sms" as QueueName, priority: 9 });
    const aheadOf = async () =>
      (
        await store.get(
          [high, a, b, low, later].map(({ id }) => id),
          { ahead: true },
        )
      ).map((task) => task?.ahead);
    assert.deepEqual(await aheadOf(), [0, 1, 2, 3, null]);
    await leaseOne(store, await openSession(store));
    assert.deepEqual(await aheadOf(), [null, 0, 1, 2, null]);
    assert.equal(only(await store.get([b.id]))?.ahead, null);
  });

  it("has no figures of queues that never had a task", async () => {
    const { store } = fixture;
    await openSession(store, { queue: "sms" as QueueName });
    await sweep(store);
    assert.deepEqual([await store.queueNames(), await store.stats()], [[], []]);
    assert.deepEqual(await store.stats([QUEUE, "sms" as QueueName]), []);
  });

  it("returns the figures of every queue by name, or of those named as named", async () => {
    const { store } = fixture;
    const [a, b, c] = ["alpha", "Beta", "gamma"] as QueueName[];
    assert.ok(a && b && c);
    for (const queue of [c, a, b, c]) {
      await submit(store, { queue });
    }
    const names = async (queues?: QueueName[]) =>
      (await store.stats(queues)).map(({ queue }) => queue);
    assert.deepEqual(
      [await names(), await store.queueNames()],
      [
        [b, a, c],
        [b, a, c],
      ],
    );
    assert.deepEqual(await names([c, "unheard-of" as QueueName, a]), [c, a]);
    assert.deepEqual(await names([]), []);
    assert.equal((await store.stats([c]))[0]?.counts.READY, 2);
  });

  it("counts the tasks of each state", async () => {
    const { store, under } = fixture;
    await store.submit(newTasks(3, { due: { kind: "after", delayMs: 60_000 } }));
    await store.submit(newTasks(2, { startDeadlineMs: 5_000 }));
    await under.advance(10_000);
    await sweep(store);
    await store.submit(newTasks(7));
    const session = await openSession(store);
    const [completed, dead, cancelled] = await lease(store, session, { limit: 4 });
    assert.ok(completed && dead && cancelled);
    await settle(store, completed, complete());
    await settle(store, dead, die());
    await cancel(store, cancelled.id);
    assert.deepEqual(only(await store.stats([QUEUE])).counts, {
      SCHEDULED: 3,
      READY: 3,
      LEASED: 1,
      SUCCEEDED: 1,
      DEAD: 1,
      CANCELLED: 1,
      EXPIRED: 2,
    });
  });

  it("says how long the next task in line has been READY, the longest of the priorities", async () => {
    const { store, under } = fixture;
    const age = async () => only(await store.stats([QUEUE])).oldestReadyAgeMs;
    const low = await submit(store, { priority: 1 });
    await under.advance(20_000);
    await store.submit(newTasks(2));
    await under.advance(10_000);
    assertNear(await age(), 30_000, "age");
    await cancel(store, low);
    assertNear(await age(), 10_000, "age");
    await lease(store, await openSession(store));
    assert.equal(await age(), null);
  });

  it("never changes what it reads", async () => {
    const { store, under } = fixture;
    const id: TaskId = await submit(store, { due: { kind: "after", delayMs: 5_000 } });
    await under.advance(10_000);
    await store.stats();
    const query = {
      queue: QUEUE,
      states: ["SCHEDULED", "READY"] as const,
      type: null,
      labels: {},
      submittedFromMs: null,
      submittedBeforeMs: null,
      limit: 10,
      after: null,
    };
    const { tasks } = await store.list(query);
    assert.deepEqual(
      tasks.map((task) => [task.id, task.state]),
      [[id, "SCHEDULED"]],
    );
    assert.equal((await sweep(store)).promoted, 1);
  });
}
