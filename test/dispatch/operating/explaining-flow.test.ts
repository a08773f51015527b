import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import type { Dispatcher, ExplanationReason } from "../../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../../server/src/dispatch/dispatcher.ts";
import { reasonsOfFlow } from "../../../server/src/dispatch/operating/explain-flow.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type KeySettings,
  type QueueSettings,
} from "../../../server/src/domain/flow/queue-settings.ts";
import type { SettingName } from "../../../server/src/domain/flow/settings-update.ts";
import type { QueueName, TaskId, TaskType } from "../../../server/src/domain/ids.ts";
import type { TaskSpec } from "../../../server/src/domain/task.ts";
import { toWireExplanation } from "../../../server/src/grpc/convert/explanation.ts";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import type { Hold, Store } from "../../../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { newTask } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { RecordingLog } from "../recording-log.ts";
import { failed, leaseOf, TestWorker } from "../test-worker.ts";

const NO_KEY_SETTINGS: KeySettings = {
  weight: null,
  concurrencyLimit: null,
  rateLimit: null,
  isPaused: false,
};
const ONE_A_MINUTE = { tasks: 1, periodMs: 60_000, burst: 1 };

for (const kind of ["SQLite", "Redis"] as const) {
  describe(`Explaining what holds a task back, on ${kind}`, () => {
    const log = new RecordingLog();
    let redis: RedisServer | null = null;
    let stores: Store[] = [];
    let dispatchers: Dispatcher[] = [];
    let queue: QueueName;
    let queues = 0;

    before(async () => {
      redis = kind === "Redis" ? await startRedis() : null;
      const open = async (): Promise<Store> =>
        redis === null
          ? openSqliteStore({ path: ":memory:", clock: systemClock, synchronous: "NORMAL" })
          : openRedisStore({ url: redis.url });
      const first = await open();
      // A file of SQLite has one store, on which two dispatchers are as good as two processes.
      stores = redis === null ? [first] : [first, await open()];
      dispatchers = [first, stores.at(-1) as Store].map((store) =>
        createDispatcher({ store, clock: systemClock, random: Math.random, log }),
      );
      await Promise.all(dispatchers.map((each) => each.start()));
    });

    beforeEach(() => {
      queues += 1;
      queue = `explained-${queues}` as QueueName;
    });

    after(async () => {
      await Promise.all(dispatchers.map((each) => each.stop()));
      await Promise.all(stores.map((store) => store.close()));
      await redis?.stop();
      assert.deepEqual(log.errors, []);
    });

    const dispatcher = (): Dispatcher => dispatchers[0] as Dispatcher;

    function set(changes: Partial<QueueSettings>) {
      return dispatcher().queues.update(queue, {
        names: Object.keys(changes) as SettingName[],
        settings: { ...DEFAULT_QUEUE_SETTINGS, ...changes },
      });
    }

    const setKey = (key: string, changes: Partial<KeySettings>) =>
      dispatcher().queues.putKey(queue, key, { ...NO_KEY_SETTINGS, ...changes });

    async function submit(changes: Partial<TaskSpec> = {}): Promise<TaskId> {
      const task = newTask({ queue, ...changes });
      const answer = await new Promise((resolve) => dispatcher().submit([task], resolve));
      assert.ok(!(answer instanceof TaskError), String(answer));
      assert.deepEqual(answer, [{ kind: "created" }]);
      return task.id;
    }

    async function worker(credit: number, at = 0, types: TaskType[] | null = null) {
      const one = new TestWorker({ subscriptions: [{ queue, types }], credit });
      await one.connect(dispatchers[at] as Dispatcher);
      return one;
    }

    /** Starts a task that goes on running, with a worker that would take more. */
    async function running(changes: Partial<TaskSpec> = {}) {
      const busy = await worker(10);
      const id = await submit(changes);
      await eventually(() => assert.ok(busy.grantedIds.includes(id)));
      return { busy, id };
    }

    function release(busy: TestWorker, hold: Hold): Promise<void> {
      const lease = leaseOf(busy.newest);
      busy.settle({ lease, outcome: { kind: "release", delayMs: 0, hold } });
      return eventually(() => assert.equal(busy.answers.at(-1)?.status, "OK"));
    }

    async function explain(id: TaskId) {
      const explanation = await dispatcher().explain(id);
      const [decisive] = explanation.reasons;
      assert.equal(explanation.summary, decisive?.detail);
      assert.equal(toWireExplanation(explanation).reasons?.length, explanation.reasons.length);
      return { ...explanation, decisive: decisive as ExplanationReason };
    }

    function assertAbout(actual: number | undefined, expected: number): void {
      const isAbout = actual !== undefined && actual > expected / 2 && actual <= expected;
      assert.ok(isAbout, `${actual} is not about ${expected}`);
    }

    it("says that its queue is paused", async () => {
      await set({ isPaused: true });
      const { decisive } = await explain(await submit());
      assert.deepEqual(decisive, { code: "QUEUE_PAUSED", detail: `Queue ${queue} is paused.` });
    });

    it("says for how long a worker holds its queue", async () => {
      const { busy } = await running();
      await release(busy, { scope: "queue", forMs: 60_000 });
      const { decisive } = await explain(await submit());
      assert.equal(decisive.code, "QUEUE_HELD");
      assertAbout(decisive.remainingMs, 60_000);
      assert.match(
        decisive.detail,
        /^A worker was rate limited: nothing of queue explained-\d+ is granted for another \d+ s\.$/,
      );
    });

    it("says that its queue is at its concurrency limit, and who runs", async () => {
      await set({ concurrencyLimit: 1 });
      const { id } = await running();
      const { decisive } = await explain(await submit());
      assert.deepEqual(decisive, {
        code: "CONCURRENCY_LIMIT",
        detail: `Queue ${queue} is at its concurrency limit of 1: task ${id} is running.`,
        concurrency: { limit: 1, leased: 1, holders: [id] },
      });
    });

    it("says that its queue's limit is a partition's share, where it is one", () => {
      const concurrency = { limit: 2, partitions: 4, leased: 2, holders: [] };
      const [reason] = reasonsOfFlow(queue, {
        isPaused: false,
        heldForMs: null,
        concurrency,
        nextTokenMs: null,
        key: null,
        order: null,
        keysAhead: 0,
        aheadInKey: 0,
      });
      assert.equal(
        reason?.detail,
        `Queue ${queue} is at its concurrency limit of 2 in the partition of the task, one of 4 that share the queue's limit: 2 tasks are running.`,
      );
    });

    it("says when its queue's rate lets the next task go", async () => {
      await set({ rateLimit: ONE_A_MINUTE });
      await running();
      const { decisive } = await explain(await submit());
      assert.equal(decisive.code, "RATE_LIMIT");
      assertAbout(decisive.remainingMs, 60_000);
      assert.match(decisive.detail, /is at its rate limit: the next task may start in \d+ s\.$/);
    });

    it("says that its concurrency key is paused", async () => {
      await setKey("tenant", { isPaused: true });
      const { decisive } = await explain(await submit({ concurrencyKey: "tenant" }));
      assert.deepEqual(decisive, {
        code: "KEY_PAUSED",
        detail: 'Its concurrency key "tenant" is paused.',
        key: "tenant",
      });
    });

    it("says for how long a worker holds its concurrency key", async () => {
      const { busy } = await running({ concurrencyKey: "tenant" });
      await release(busy, { scope: "key", forMs: 60_000 });
      const { decisive } = await explain(await submit({ concurrencyKey: "tenant" }));
      assert.deepEqual([decisive.code, decisive.key], ["KEY_HELD", "tenant"]);
      assertAbout(decisive.remainingMs, 60_000);
    });

    it("says that its concurrency key is at its limit, and who runs", async () => {
      await set({ keyConcurrencyLimit: 5 });
      await setKey("tenant", { concurrencyLimit: 1 });
      const { id } = await running({ concurrencyKey: "tenant" });
      const { decisive } = await explain(await submit({ concurrencyKey: "tenant" }));
      assert.deepEqual(decisive, {
        code: "KEY_CONCURRENCY_LIMIT",
        detail: `Its concurrency key "tenant" is at its concurrency limit of 1: task ${id} is running.`,
        concurrency: { limit: 1, leased: 1, holders: [id] },
        key: "tenant",
      });
    });

    it("says when its concurrency key's rate lets the next task go", async () => {
      await set({ keyRateLimit: ONE_A_MINUTE });
      await running({ concurrencyKey: "tenant" });
      const { decisive } = await explain(await submit({ concurrencyKey: "tenant" }));
      assert.deepEqual([decisive.code, decisive.key], ["KEY_RATE_LIMIT", "tenant"]);
      assertAbout(decisive.remainingMs, 60_000);
    });

    it("says which task of its ordering key it waits for, while that runs, backs off and is dead", async () => {
      await set({ onDead: "HOLD" });
      const order = { orderingKey: "order 7" };
      const { busy, id: head } = await running(order);
      const second = await submit(order);
      const third = await submit(order);
      const expected = { code: "ORDERING_KEY", key: "order 7", ahead: 1 };
      for (const [state, what, settle] of [
        ["LEASED", "is running", { retryAfterMs: 60_000 }],
        ["SCHEDULED", "waits for its next attempt", null],
      ] as const) {
        const { decisive } = await explain(third);
        const detail = `It waits for task ${head} of its ordering key "order 7", which ${what}, and then for another one.`;
        assert.deepEqual(decisive, { ...expected, detail, head: { id: head, state } });
        if (settle !== null) {
          busy.settle(failed(leaseOf(busy.newest), settle));
          await eventually(async () =>
            assert.equal((await dispatcher().get(head)).state, "SCHEDULED"),
          );
        }
      }
      await dispatcher().cancel(head, "");
      await eventually(() => assert.ok(busy.grantedIds.includes(second)));
      busy.settle(failed(leaseOf(busy.newest), { nonRetryable: true }));
      await eventually(async () => {
        const { decisive } = await explain(third);
        assert.deepEqual(decisive.head, { id: second, state: "DEAD" });
        assert.match(decisive.detail, /is dead and holds the others until it is redriven or gone/);
      });
    });

    it("says how many keys have their turn before its own, and its place in it", async () => {
      await submit({ concurrencyKey: "first" });
      await submit({ concurrencyKey: "second" });
      const ids = [];
      for (let at = 0; at < 3; at += 1) {
        ids.push(await submit({ concurrencyKey: "third" }));
      }
      const { reasons } = await explain(ids[2] as TaskId);
      const behind = reasons.find(({ code }) => code === "BEHIND_OTHERS");
      assert.deepEqual(
        [behind?.ahead, behind?.key, (behind?.keysAhead ?? 9) <= 2],
        [2, "third", true],
      );
    });

    it("says that no live worker takes its type, wherever workers are connected", async () => {
      const other = "digest" as TaskType;
      await worker(5, 0, [other]);
      await worker(5, 1, [other]);
      const { decisive } = await explain(await submit());
      assert.deepEqual(decisive, {
        code: "NO_WORKER",
        detail: `No live worker takes tasks of type send from queue ${queue}.`,
      });
    });

    it("counts workers at other dispatchers, and says that none has room", async () => {
      const away = await worker(0, 1);
      const id = await submit();
      assert.deepEqual((await explain(id)).decisive, {
        code: "NO_CREDIT",
        detail: `Only workers at other dispatchers take tasks of type send from queue ${queue}, 1 in all, and none has had room for it.`,
      });
      await worker(0);
      assert.deepEqual((await explain(id)).decisive, {
        code: "NO_CREDIT",
        detail: `One worker takes tasks of type send from queue ${queue}, but none has room for one more; 1 worker more at other dispatchers.`,
      });
      away.cut();
    });

    it("says that a task backs off, or is not due", async () => {
      const { busy, id } = await running();
      busy.settle(failed(leaseOf(busy.newest), { retryAfterMs: 60_000 }));
      await eventually(async () => assert.equal((await dispatcher().get(id)).state, "SCHEDULED"));
      assert.equal((await explain(id)).decisive.code, "BACKING_OFF");
      const delayed = await submit({ due: { kind: "after", delayMs: 60_000 } });
      assert.equal((await explain(delayed)).decisive.code, "DELAYED");
    });

    it("says first what decides, and all the rest behind it", async () => {
      await set({ isPaused: true });
      await setKey("tenant", { isPaused: true });
      const { reasons } = await explain(await submit({ concurrencyKey: "tenant" }));
      assert.deepEqual(
        reasons.map(({ code }) => code),
        ["QUEUE_PAUSED", "KEY_PAUSED", "NO_WORKER"],
      );
    });
  });
}
