import assert from "node:assert/strict";
import { TaskClient, type TaskInfo } from "@baton/worker-sdk";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";
import { Workers } from "../support/workers.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

// What the users of other systems reported of them; docs/reliability.md names the reports.
for (const name of ["SQLite", "Redis"] as const) {
  describe(`What other systems got wrong, on ${name}:`, function () {
    this.timeout(20_000);

    let redis: RedisServer | undefined;
    let dispatchers: DispatcherUnderTest[] = [];
    let client: TaskClient;
    /** Where a second dispatcher can see the tasks, its client. */
    let elsewhere: TaskClient;
    let workers: Workers;

    before(async () => {
      redis = name === "Redis" ? await startRedis() : undefined;
      dispatchers = [];
      const start = async (): Promise<DispatcherUnderTest> => {
        const store = redis && (await openRedis({ url: redis.url })).store;
        const dispatcher = await startTestDispatcher(store === undefined ? {} : { store });
        dispatchers.push(dispatcher);
        return dispatcher;
      };
      const { address } = await start();
      client = new TaskClient({ address });
      elsewhere =
        redis === undefined ? client : new TaskClient({ address: (await start()).address });
      workers = new Workers(address);
    });
    after(async () => {
      await workers?.stop();
      await Promise.all([client?.close(), elsewhere?.close()]);
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
      await redis?.stop();
    });

    async function lastSeen(from: TaskClient, taskId: string): Promise<TaskInfo | undefined> {
      let last: TaskInfo | undefined;
      for await (const task of from.watch(taskId)) {
        last = task;
      }
      return last;
    }

    it("a result that is kept for no time reaches everybody who waits for it", async () => {
      const goOn = deferred();
      workers.start({
        queues: {
          unkept: async ({ payload }) => {
            await (payload === "late" ? goOn.promise : undefined);
            return payload;
          },
        },
      });
      // Its id is remembered for as long as it may be sent again, and so is what came of it.
      const options = { retentionMs: 0 };
      for (const payload of ["at once", "late"]) {
        const { taskId } = await elsewhere.submit("unkept", "t", payload, options);
        const waits = [client.await(taskId), elsewhere.await(taskId)];
        const watched = lastSeen(elsewhere, taskId);
        goOn.resolve();
        assert.deepEqual(await Promise.all(waits), [payload, payload]);
        assert.equal((await watched)?.state, "SUCCEEDED");
      }
    });

    it("tasks of a type that nobody runs hold up no other type", async () => {
      const others = Array.from({ length: 500 }, () => ({
        queue: "types",
        type: "unknown",
        payload: 1,
      }));
      for await (const outcome of client.submitMany(others)) {
        assert.equal(outcome.kind, "stored");
      }
      workers.start({ queues: { types: { types: { known: () => "done" } } } });
      const { taskId } = await client.submit("types", "known", 1);
      assert.equal(await client.await(taskId, { timeoutMs: 5_000 }), "done");
      for await (const task of client.list({ queue: "types", type: "unknown" })) {
        assert.deepEqual([task.state, task.deliveries], ["READY", 0]);
      }
    });

    it("a due time in the past goes before nothing that waits", async () => {
      const order: unknown[] = [];
      await client.submit("order", "t", 1);
      await client.submit("order", "t", 2, { runAtMs: 0 });
      await client.submit("order", "t", 4, { runAtMs: 0, priority: 4 });
      await client.submit("order", "t", 3);
      await client.submit("order", "t", 0, { priority: 9 });
      workers.start({
        concurrency: 1,
        queues: {
          order: ({ payload }) => {
            order.push(payload);
          },
        },
      });
      await eventually(() => assert.deepEqual(order, [0, 1, 2, 3, 4]));
    });

    it("a delay that no timer of Node can hold is kept to the millisecond, and nothing warns", async () => {
      const warnings: Error[] = [];
      const listen = (warning: Error): unknown => warnings.push(warning);
      process.on("warning", listen);
      try {
        for (const delayMs of [2 ** 31 - 1, 2 ** 31, 366 * DAY_MS]) {
          const { taskId } = await client.submit("far", "t", 1, { delayMs });
          const { state, submittedAtMs, dueAtMs } = await client.get(taskId);
          assert.deepEqual([state, dueAtMs - submittedAtMs], ["SCHEDULED", delayMs]);
        }
        await assert.rejects(client.submit("far", "t", 1, { runAtMs: Date.UTC(9999, 11, 31) }), {
          message: /run_at must be at most 366 days ahead/,
        });
        const { taskId } = await client.submit("far", "t", 1);
        await client.cancel(taskId);
      } finally {
        process.off("warning", listen);
      }
      assert.deepEqual(warnings, []);
    });

    it("a dead task that is redriven runs, though its start deadline is long over", async () => {
      let runs = 0;
      workers.start({
        queues: {
          deadline: () => {
            runs += 1;
            if (runs === 1) {
              throw new Error("not yet");
            }
            return runs;
          },
        },
      });
      const options = { startDeadlineMs: 400, retry: { maxAttempts: 1 } };
      const { taskId } = await client.submit("deadline", "t", 1, options);
      await assert.rejects(client.await(taskId), { name: "TaskFailedError" });
      const { submittedAtMs } = await client.get(taskId);
      await eventually(() => assert.ok(Date.now() > submittedAtMs + 500));
      await client.redrive(taskId);
      assert.equal(await client.await(taskId), 2);
    });

    it("what is false or not printable is a payload, a result and a failure like any other", async () => {
      workers.start({
        queues: {
          values: ({ payload, type }) => {
            if (type === "throw") {
              throw Object.assign(new Error(String(payload)), { name: String(payload) });
            }
            return payload;
          },
        },
      });
      for (const value of [0, "", false, null, [], {}, "\u0000", "\ud800", "\u2028\u0085"]) {
        const { taskId } = await client.submit("values", "return", value);
        assert.deepEqual(await client.await(taskId), value);
      }
      const text = "a\u0000b\u001b[31m\ufffe";
      const retry = { maxAttempts: 1 };
      const { taskId } = await client.submit("values", "throw", text, { retry });
      await assert.rejects(client.await(taskId), { name: "TaskFailedError" });
      const { lastFailure } = await client.get(taskId);
      assert.deepEqual([lastFailure?.type, lastFailure?.message], [text, text]);
    });

    it("a task that is cancelled about when it is due runs only where the cancel came too late", async () => {
      const ran = new Set<string>();
      workers.start({
        queues: {
          revoked: ({ id }) => {
            ran.add(id);
          },
        },
      });
      const cancelled = new Set<string>();
      const ends = Array.from({ length: 60 }, async (_, index) => {
        const { taskId } = await client.submit("revoked", "t", 1, { delayMs: 300 });
        const { submittedAtMs } = await client.get(taskId);
        await eventually(() => assert.ok(Date.now() > submittedAtMs + 270 + index));
        const { state, deliveries } = await elsewhere
          .cancel(taskId)
          .catch(() => client.get(taskId));
        // One that was on its way to the worker may begin there, to be told to stop.
        if (state === "CANCELLED" && deliveries === 0) {
          cancelled.add(taskId);
        }
      });
      await Promise.all(ends);
      const { taskId: last } = await client.submit("revoked", "t", 1, { delayMs: 300 });
      await client.await(last);
      assert.deepEqual(
        [...ran].filter((taskId) => cancelled.has(taskId)),
        [],
      );
    });

    it("many workers, clients and waits in one process warn of nothing", async () => {
      const warnings: Error[] = [];
      const listen = (warning: Error): unknown => warnings.push(warning);
      process.on("warning", listen);
      const clients = Array.from(
        { length: 15 },
        () => new TaskClient({ address: dispatchers[0]?.address ?? "" }),
      );
      try {
        for (let n = 0; n < 15; n += 1) {
          workers.start({ queues: { many: () => "done" } });
        }
        const { signal } = new AbortController();
        const results = clients.flatMap((each) =>
          Array.from({ length: 4 }, async () => {
            const { taskId } = await each.submit("many", "t", 1);
            return each.await(taskId, { signal });
          }),
        );
        assert.equal((await Promise.all(results)).length, 60);
      } finally {
        await Promise.all(clients.map((each) => each.close()));
        process.off("warning", listen);
      }
      assert.deepEqual(warnings, []);
    });

    it("a request id is not free while its task runs, however short its window was", async () => {
      const ended = deferred();
      workers.start({ queues: { window: () => ended.promise } });
      const options = { requestId: "one", deduplicationWindowMs: 1, retentionMs: 0 };
      const { taskId } = await client.submit("window", "t", 1, options);
      await eventually(async () => assert.equal((await client.get(taskId)).state, "LEASED"));
      const { submittedAtMs } = await client.get(taskId);
      await eventually(() => assert.ok(Date.now() > submittedAtMs + 100));
      const again = await elsewhere.submit("window", "t", 1, options);
      assert.deepEqual(again, { taskId, deduplicated: true });
      ended.resolve();
      await client.await(taskId);
    });
  });
}
