import assert from "node:assert/strict";
import { unpackDetails } from "@baton/proto";
import { openRedisStore } from "../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { failureOf, GrpcClient, readDetails } from "../support/grpc/grpc-client.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { eventually } from "../support/time/eventually.ts";

const QUIET = { settings: { leaseTtlMs: 15_000 } };

for (const kind of ["SQLite", "Redis"] as const) {
  describe(`Queues over the wire, on ${kind}`, () => {
    let redis: RedisServer | null = null;
    let dispatcher: DispatcherUnderTest;
    let client: GrpcClient;
    let name: string;
    let queues = 0;

    before(async () => {
      redis = kind === "Redis" ? await startRedis() : null;
      dispatcher = await startTestDispatcher({
        ...QUIET,
        ...(redis && { store: await openRedisStore({ url: redis.url }) }),
      });
      client = new GrpcClient(dispatcher.address);
    });

    beforeEach(() => {
      queues += 1;
      name = `flow-${queues}`;
    });

    after(async () => {
      client?.close();
      await dispatcher?.stop();
      await redis?.stop();
    });

    const task = (more: object = {}) => ({ queue: name, type: "send", ...more });
    const get = async () => (await client.call("QueueService", "GetQueue", { name })).queue;
    const update = (settings: object, ...paths: string[]) =>
      client.call("QueueService", "UpdateQueue", { name, settings, updateMask: { paths } });

    it("changes what is named, and two operators at once do not undo each other", async () => {
      const changes = Array.from({ length: 20 }, (_, at) => [
        update({ maxBacklog: at + 1 }, "max_backlog"),
        update({ concurrencyLimit: at + 1 }, "concurrency_limit"),
        update({ keyRateLimit: { tasks: at + 1 } }),
      ]);
      await Promise.all(changes.flat());
      await update({ fairBy: "FAIR_BY_TIME", onDead: "ON_DEAD_HOLD", keyWeight: 7 });
      const settings = (await get())?.settings;
      assert.notEqual(settings?.maxBacklog, "0");
      assert.notEqual(settings?.concurrencyLimit, 0);
      assert.deepEqual(
        [settings?.fairBy, settings?.onDead, settings?.keyWeight],
        ["FAIR_BY_TIME", "ON_DEAD_HOLD", 7],
      );
      const { tasks, period, burst } = settings?.keyRateLimit ?? {};
      assert.deepEqual([period, burst], [{ seconds: "1", nanos: 0 }, tasks]);
      await update({}, "max_backlog", "key_rate_limit");
      const after = (await get())?.settings;
      assert.deepEqual([after?.maxBacklog, after?.keyRateLimit], ["0", null]);
      assert.equal(after?.concurrencyLimit, settings?.concurrencyLimit);
    });

    it("pauses and resumes, and says how much is held back and why", async () => {
      const paused = await client.call("QueueService", "PauseQueue", { name });
      assert.equal(paused.queue?.settings?.paused, true);
      await client.task("Submit", { task: task() });
      await client.task("Submit", { task: task() });
      await eventually(async () => {
        const queue = await get();
        assert.deepEqual([queue?.ready, queue?.blocked, queue?.blockedBy?.paused], ["2", "2", "2"]);
      });
      await client.call("QueueService", "ResumeQueue", { name });
      const queue = await get();
      assert.deepEqual(
        [queue?.settings?.paused, queue?.blocked, queue?.blockedBy],
        [false, "0", null],
      );
    });

    it("sets, lists and takes back what keys have of their own", async () => {
      const key = "tenant \u{1F680}";
      const settings = { weight: 9, concurrencyLimit: 3 };
      const put = await client.call("QueueService", "PutQueueKey", { queue: name, key, settings });
      assert.equal(put.settings?.weight, 9);
      for (const concurrencyKey of [key, "a", "b"]) {
        await client.task("Submit", { task: task({ concurrencyKey }) });
      }
      const keys = [];
      for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
        const page = await client.call("QueueService", "ListQueueKeys", {
          queue: name,
          pageSize: 1,
          pageToken,
        });
        keys.push(...page.keys);
        pageToken = page.nextPageToken;
      }
      assert.deepEqual(keys.map((each) => each.key).sort(), ["a", "b", key]);
      assert.ok(keys.every(({ waiting, leased }) => waiting === "1" && leased === "0"));
      await client.call("QueueService", "PutQueueKey", {
        queue: name,
        key: "b",
        settings: { paused: true },
      });
      const filtered = async (filter: "QUEUE_KEY_FILTER_BLOCKED" | "QUEUE_KEY_FILTER_SET") => {
        const page = await client.call("QueueService", "ListQueueKeys", { queue: name, filter });
        return page.keys.map((each) => each.key).sort();
      };
      await eventually(async () =>
        assert.deepEqual(await filtered("QUEUE_KEY_FILTER_BLOCKED"), ["b"]),
      );
      assert.deepEqual(await filtered("QUEUE_KEY_FILTER_SET"), ["b", key]);
      await client.call("QueueService", "PutQueueKey", { queue: name, key: "b" });
      assert.deepEqual(await filtered("QUEUE_KEY_FILTER_SET"), [key]);
    });

    it("refuses a page token of another filter, and one that is made up", async () => {
      for (const key of ["a", "b"]) {
        await client.task("Submit", { task: task({ concurrencyKey: key }) });
      }
      const request = { queue: name, pageSize: 1 };
      const { nextPageToken } = await client.call("QueueService", "ListQueueKeys", request);
      const other = {
        ...request,
        filter: "QUEUE_KEY_FILTER_SET",
        pageToken: nextPageToken,
      } as const;
      const failure = await failureOf(client.call("QueueService", "ListQueueKeys", other));
      assert.equal(failure.reason, "INVALID_PAGE_TOKEN");
    });

    it("refuses what a full backlog does not take, item by item, over a stream too", async () => {
      await update({ maxBacklog: 3, keyMaxBacklog: 1 });
      const { results } = await client.task("SubmitBatch", {
        tasks: [
          task({ concurrencyKey: "k", requestId: "1" }),
          task({ concurrencyKey: "k" }),
          task(),
          task(),
          task(),
        ],
      });
      assert.deepEqual(
        results.map(({ outcome }) => outcome),
        ["receipt", "error", "receipt", "receipt", "error"],
      );
      const details = (at: number) => readDetails(unpackDetails(results[at]?.error?.details ?? []));
      assert.deepEqual([results[1]?.error?.code, details(1).reason], [8, "QUEUE_FULL"]);
      assert.deepEqual(
        [details(1).metadata, details(4).metadata],
        [
          { queue: name, of: "key", limit: "1" },
          { queue: name, of: "queue", limit: "3" },
        ],
      );
      assert.equal(details(1).retryDelayMs, 1_000);
      const failure = await failureOf(client.task("Submit", { task: task() }));
      assert.deepEqual([failure.code, failure.reason], ["RESOURCE_EXHAUSTED", "QUEUE_FULL"]);
      const again = await client.task("Submit", {
        task: task({ concurrencyKey: "k", requestId: "1" }),
      });
      assert.equal(again.receipt?.deduplicated, true);
      const stream = client.submitStream();
      stream.send({ items: [{ sequence: 7, task: task() }] });
      const [streamed] = (await stream.next()).results;
      assert.deepEqual([streamed?.sequence, streamed?.error?.code], ["7", 8]);
      stream.halfClose();
      assert.equal((await stream.ended).code, "OK");
    });

    it("deletes a queue once it is empty, or with all that it has", async () => {
      await update({ keyWeight: 3 });
      await client.task("Submit", { task: task() });
      const failure = await failureOf(client.call("QueueService", "DeleteQueue", { name }));
      assert.deepEqual([failure.code, failure.reason], ["FAILED_PRECONDITION", "QUEUE_NOT_EMPTY"]);
      const deleted = await client.call("QueueService", "DeleteQueue", { name, purge: true });
      assert.deepEqual([deleted.deleted, deleted.more], [true, false]);
      const gone = await failureOf(client.call("QueueService", "GetQueue", { name }));
      assert.equal(gone.reason, "QUEUE_NOT_FOUND");
      const again = await client.call("QueueService", "DeleteQueue", { name, purge: true });
      assert.equal(again.deleted, false);
    });

    it("shows the keys of a task, and leaves out what it has not", async () => {
      const { receipt } = await client.task("Submit", {
        task: task({ orderingKey: "order 7", concurrencyKey: "tenant" }),
      });
      const found = await client.task("Get", { taskId: receipt?.taskId ?? "" });
      assert.deepEqual(
        [found.task?.orderingKey, found.task?.concurrencyKey],
        ["order 7", "tenant"],
      );
    });
  });
}
