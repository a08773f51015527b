import assert from "node:assert/strict";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../../server/src/dispatch/dispatcher.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { joinTaskId, newTaskId, type TaskId } from "../../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../../server/src/domain/limits.ts";
import {
  type TaskSpecInput,
  validateTaskSpec,
} from "../../../server/src/intake/validate-task-spec.ts";
import { openRedisStore } from "../../../server/src/store/redis/open-redis-store.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { OwnIds } from "../../../worker-sdk/src/client/submitting/own-ids.ts";
import { startRedis } from "../../support/redis/redis-server.ts";
import { newTask, QUEUE } from "../../support/task-factory.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";

const DAY_MS = 86_400_000;

const UNKEPT: TaskSpecInput = {
  queue: QUEUE,
  type: "t",
  payload: Buffer.alloc(0),
  contentType: "",
  headers: {},
  labels: {},
  requestId: "",
  startDeadline: null,
  attemptTimeout: null,
  retryPolicy: null,
  retention: { seconds: "0", nanos: 0 },
  deduplicationWindow: { seconds: "0", nanos: 0 },
  orderingKey: "",
  concurrencyKey: "",
};

interface Opened {
  readonly store: Store;
  stop(): Promise<void>;
}

const STORES: Readonly<Record<string, (clock: ManualClock, startMs: number) => Promise<Opened>>> = {
  SQLite: async (clock) => {
    const store = openSqliteStore({ path: ":memory:", clock, synchronous: "NORMAL" });
    return { store, stop: () => store.close() };
  },
  Redis: async (clock, startMs) => {
    const redis = await startRedis();
    const clockOffset = () => clock.nowMs() - startMs;
    const store = await openRedisStore({ url: redis.url, clockOffset });
    return {
      store,
      stop: async () => {
        await store.close();
        await redis.stop();
      },
    };
  },
};

for (const [name, open] of Object.entries(STORES)) {
  describe(`What ${name} has no task of any more`, () => {
    let clock: ManualClock;
    let opened: Opened;
    let dispatcher: Dispatcher;

    beforeEach(async () => {
      const startMs = Date.now();
      clock = new ManualClock(startMs);
      opened = await open(clock, startMs);
      const { store } = opened;
      dispatcher = createDispatcher({ store, clock, random: () => 0, log: new RecordingLog() });
    });

    afterEach(() => opened?.stop());

    /** Stores a task, cancels it and has it purged. */
    async function purged(requestId: string): Promise<TaskId> {
      const { store } = opened;
      const task = newTask({ requestId });
      await store.submit([task]);
      await store.cancel([{ taskId: task.id, reason: "" }]);
      clock.advance(DEFAULTS.retentionMs + 60_000);
      assert.equal((await store.sweep(QUEUE, 10)).purged, 1);
      return task.id;
    }

    async function reasonsFor(id: TaskId): Promise<Set<string>> {
      const calls = [
        dispatcher.get(id),
        dispatcher.awaitFinal(id, new AbortController().signal),
        dispatcher.cancel(id, ""),
        dispatcher.redrive(id),
        dispatcher.explain(id),
      ];
      const reasons = calls.map((call) =>
        call.then(
          () => "it is there",
          (error: { reason: string }) => error.reason,
        ),
      );
      return new Set(await Promise.all(reasons));
    }

    it("was purged, where its id was made here or by a client", async () => {
      const own = new OwnIds().next(clock.nowMs());
      for (const requestId of ["", own]) {
        assert.deepEqual(await reasonsFor(await purged(requestId)), new Set(["TASK_PURGED"]));
      }
    });

    it("was there for 10 s at least, however short its retention, for those who wait elsewhere", async () => {
      const { store } = opened;
      const spec = validateTaskSpec(UNKEPT, clock.nowMs(), "task");
      assert.ok(!(spec instanceof TaskError));
      const { retentionMs, deduplicationWindowMs } = spec;
      const task = newTask({ retentionMs, deduplicationWindowMs });
      await store.submit([task]);
      await store.cancel([{ taskId: task.id, reason: "" }]);
      clock.advance(9_000);
      assert.equal((await store.sweep(QUEUE, 10)).purged, 0);
      const { state } = await dispatcher.awaitFinal(task.id, new AbortController().signal);
      assert.equal(state, "CANCELLED");
      clock.advance(2_000);
      assert.equal((await store.sweep(QUEUE, 10)).purged, 1);
    });

    it("is not found, where the caller gave a request id of its own", async () => {
      assert.deepEqual(await reasonsFor(await purged("order-8")), new Set(["TASK_NOT_FOUND"]));
    });

    it("is not found, where its id is younger than what is kept, or of no time that was", async () => {
      const nowMs = clock.nowMs();
      const young = newTaskId(QUEUE, nowMs - DEFAULTS.retentionMs + 1_000);
      const future = newTaskId(QUEUE, nowMs + 30 * DAY_MS);
      const foreign = joinTaskId(QUEUE, "AAAAAAAAAAAAAAAA");
      for (const id of [young, future, foreign]) {
        assert.deepEqual(await reasonsFor(id), new Set(["TASK_NOT_FOUND"]), id);
      }
    });
  });
}
