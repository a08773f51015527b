import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { createDispatcher } from "../../../server/src/dispatch/dispatcher.ts";
import type { StreamId, TaskId, WorkerId } from "../../../server/src/domain/ids.ts";
import { queueOfTask } from "../../../server/src/domain/ids.ts";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import { idBytes, type QueueKeyRole, queueKey } from "../../../server/src/store/redis/keys.ts";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import type { NewTask, Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { newSessionId, newTask, QUEUE } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";
import { TestWorker } from "../test-worker.ts";

const MINUTE = 60_000;

/** What somebody or something made of a value. */
const DAMAGE: Readonly<Record<string, (value: Buffer) => Buffer>> = {
  "is empty": () => Buffer.alloc(0),
  "is something else": () => Buffer.from("garbage"),
  "is something else of its size": (value) => Buffer.alloc(value.length, 0xff),
  "is cut to 20 bytes": (value) => value.subarray(0, 20),
  "is cut within its terms": (value) => value.subarray(0, 42),
};

/** A task whose record has every term that it may have. */
function richTask(): NewTask {
  const rare = { startDeadlineMs: 9 * MINUTE, deduplicationWindowMs: 9 * MINUTE };
  return newTask({ requestId: "order-1", ...rare });
}

describe("A task whose record in Redis is damaged", () => {
  let redis: RedisServer;
  let admin: Redis;
  let store: Store;
  let prefix = "";
  let passedMs = 0;
  let opened = 0;

  before(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url);
  });

  beforeEach(async () => {
    opened += 1;
    passedMs = 0;
    prefix = `damaged${opened}-`;
    store = await openRedisStore({ url: redis.url, prefix, clockOffset: () => passedMs });
  });

  afterEach(() => store?.close());

  after(async () => {
    admin?.disconnect();
    await redis?.stop();
  });

  async function damage(
    role: QueueKeyRole,
    id: TaskId,
    how: (value: Buffer) => Buffer,
  ): Promise<Buffer> {
    const key = queueKey(prefix, queueOfTask(id), role);
    const value = await admin.hgetBuffer(key, idBytes(id));
    assert.ok(value !== null);
    await admin.hset(key, idBytes(id), how(value));
    return value;
  }

  async function openSession() {
    const ids = { sessionId: newSessionId(), streamId: "0000000001-a" as StreamId };
    const opening = { queue: QUEUE, ...ids, workerId: "w" as WorkerId, ttlMs: 99 * MINUTE };
    await store.openSession([{ ...opening, held: [] }]);
    return ids;
  }

  async function lease(session: Awaited<ReturnType<typeof openSession>>) {
    const outcome = await store.lease({
      queue: QUEUE,
      types: null,
      ...session,
      workerId: "w" as WorkerId,
      limit: 10,
      maxPayloadBytes: 1_000_000,
    });
    assert.ok(outcome.kind === "ok");
    return outcome;
  }

  async function sweep(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await store.sweep(QUEUE, 100);
    }
  }

  async function listed(): Promise<Map<TaskId, boolean>> {
    const query = { queue: QUEUE, states: TASK_STATES, type: null, labels: {}, limit: 10 };
    const times = { submittedFromMs: null, submittedBeforeMs: null, after: null };
    const { tasks } = await store.list({ ...query, ...times });
    return new Map(tasks.map(({ id, spec }) => [id, spec.undecodable === true]));
  }

  for (const [what, how] of Object.entries(DAMAGE)) {
    it(`is put off and shown, and no other of its queue, where it ${what}`, async () => {
      const [first, broken, last] = [newTask(), richTask(), newTask()];
      await store.submit([first, broken, last]);
      const session = await openSession();
      const whole = await damage("tasks", broken.id, how);
      const marks = [first.id, broken.id, last.id].map((id) => [id, id === broken.id] as const);
      assert.deepEqual(await listed(), new Map(marks));
      const got = await store.get([broken.id, first.id], { ahead: true, watch: true });
      assert.deepEqual(
        got.map((task) => task?.spec.undecodable === true),
        [true, false],
      );
      const leased = await lease(session);
      assert.deepEqual(
        leased.tasks.map(({ id }) => id),
        [first.id, last.id],
      );
      assert.deepEqual(leased.unreadable, [broken.id]);
      const repeat = await store.submit([broken]);
      assert.deepEqual(repeat, [{ kind: "known" }]);
      await sweep();
      assert.equal((await lease(session)).unreadable, undefined);
      passedMs += MINUTE + 1_000;
      await sweep();
      assert.deepEqual((await lease(session)).unreadable, [broken.id]);
      assert.equal((await listed()).get(broken.id), true);
      const [stats] = await store.stats([QUEUE]);
      assert.equal(stats?.counts.SCHEDULED, 1);

      await damage("tasks", broken.id, () => whole);
      passedMs += MINUTE + 1_000;
      await sweep();
      const ids = (await lease(session)).tasks.map(({ id }) => id);
      assert.deepEqual(ids, [broken.id], "it is leased once it is whole again");
    });

    for (const role of ["tasks", "runs"] as const) {
      it(`holds up no lease, settlement or sweep where ${role} has it and it ${what}`, async () => {
        const [sound, broken] = [newTask({ attemptTimeoutMs: MINUTE }), richTask()];
        await store.submit([sound, broken]);
        const session = await openSession();
        const { tasks } = await lease(session);
        assert.equal(tasks.length, 2);
        await damage(role, broken.id, how);
        await sweep();
        assert.equal((await store.get([broken.id]))[0]?.spec.undecodable, true);
        const { sessionId } = session;
        const outcomes = await store.settle(
          tasks.map(({ id: taskId, token }) => ({
            sessionId,
            lease: { taskId, token },
            outcome: { kind: "release" as const, delayMs: 0 },
          })),
        );
        assert.equal(outcomes[0]?.kind, "ok");
        assert.equal(outcomes[1]?.kind, "not_found");
        for (const laterMs of [2 * 60 * MINUTE, MINUTE + 1_000]) {
          passedMs += laterMs;
          await sweep();
        }
        const again = await lease(await openSession());
        assert.deepEqual(
          again.tasks.map(({ id }) => id),
          [sound.id],
        );
        assert.deepEqual(again.unreadable, [broken.id]);
        const cancelled = await store.cancel([{ taskId: broken.id, reason: "damaged" }]);
        assert.deepEqual(cancelled, [{ kind: "ok" }]);
        assert.deepEqual(await store.get([broken.id]), [null]);
        assert.deepEqual([...(await listed()).keys()], [sound.id]);
      });
    }
  }

  it("is named in the log and counted, and its neighbours are granted", async () => {
    const tasks = [newTask(), newTask(), newTask()];
    await store.submit(tasks);
    const broken = tasks[1] as NewTask;
    await damage("tasks", broken.id, (value) => value.subarray(0, 20));
    const log = new RecordingLog();
    const counted: string[] = [];
    const onUndecodable = (kind: string) => counted.push(kind);
    const clock = new ManualClock();
    const dispatcher = createDispatcher({ store, clock, log, random: () => 0, onUndecodable });
    try {
      await dispatcher.start();
      const worker = new TestWorker({ credit: 10 });
      await worker.connect(dispatcher);
      await eventually(() => assert.equal(worker.granted.length, 2));
      await eventually(() => assert.deepEqual(counted, ["task"]));
      const records = log.errors.map((each) => (each as { record: string }).record);
      assert.deepEqual(records, [broken.id]);
    } finally {
      await dispatcher.stop();
    }
  });
});
