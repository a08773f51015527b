import assert from "node:assert/strict";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import type { NewTask, Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { newTask, QUEUE } from "../../support/task-factory.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { DispatchFixture } from "../fixture.ts";

/** A task as a later version might write it, with headers in another form. */
function unreadable(): NewTask {
  const task = newTask();
  return { ...task, spec: { ...task.spec, headers: "a:b" as never } };
}

describe("A task that cannot be read", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(() => fixture?.stop());

  it("keeps no other of its queue from being granted, and is tried again each minute", async () => {
    const broken = unreadable();
    const [first, second] = [newTask(), newTask()];
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(first, broken, second);
    assert.deepEqual(worker.grantedIds, [first.id, second.id]);
    await fixture.advance(1_000);
    const task = await fixture.task(broken.id);
    assert.deepEqual([task.state, task.attempt, task.crashes], ["SCHEDULED", 0, 0]);
    assert.equal(task.spec.undecodable, true);
    await fixture.advanceBeating(125_000, worker);
    assert.equal((await fixture.task(broken.id)).deliveries, 3);
    assert.equal(worker.granted.length, 2);
    assert.deepEqual(
      fixture.log.errors.map((each) => (each as { record: string }).record),
      [broken.id],
    );
  }).timeout(20_000);
});

describe("A stored task that cannot be read", () => {
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis();
  });

  after(() => redis?.stop());

  const STORES: Readonly<Record<string, () => Promise<Store>>> = {
    SQLite: async () =>
      openSqliteStore({ path: ":memory:", clock: new ManualClock(), synchronous: "NORMAL" }),
    Redis: () => openRedisStore({ url: redis.url, prefix: "unreadable-" }),
  };
  for (const [name, open] of Object.entries(STORES)) {
    it(`is marked where it is got, listed and leased with others, on ${name}`, async () => {
      const store = await open();
      try {
        const broken = unreadable();
        const sound = newTask();
        await store.submit([broken, sound]);
        const marks = (tasks: readonly ({ id: TaskId; spec: { undecodable?: true } } | null)[]) =>
          tasks.map((task) => [task?.id, task?.spec.undecodable === true]);
        const expected = [
          [broken.id, true],
          [sound.id, false],
        ];
        assert.deepEqual(marks(await store.get([broken.id, sound.id])), expected);
        const page = await store.list({
          queue: QUEUE,
          states: TASK_STATES,
          type: null,
          labels: {},
          submittedFromMs: null,
          submittedBeforeMs: null,
          limit: 10,
          after: null,
        });
        assert.deepEqual(marks(page.tasks).sort(), expected.sort());
        assert.deepEqual(await store.cancel([{ taskId: broken.id, reason: "damaged" }]), [
          { kind: "ok" },
        ]);
      } finally {
        await store.close();
      }
    });
  }
});
