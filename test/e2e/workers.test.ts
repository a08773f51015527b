import assert from "node:assert/strict";
import { loadBaton } from "@baton/proto";
import {
  type RunningTask,
  TaskClient,
  Worker,
  type WorkerEnd,
  type WorkerInfo,
} from "@baton/worker-sdk";
import { credentials } from "@grpc/grpc-js";
import { openRedis } from "../../server/src/store/redis/open-redis-store.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";

const PATIENCE = { withinMs: 10_000 };
const logger = { debug() {}, info() {}, warn() {}, error() {} };

for (const partitions of [1, 3]) {
  const spread =
    partitions === 1 ? "" : `, a queue of which is spread over ${partitions} partitions`;

  describe(`The workers of two dispatchers on Redis${spread},`, function () {
    this.timeout(30_000);

    let redis: RedisServer;
    let dispatchers: DispatcherUnderTest[] = [];
    let client: TaskClient;
    let running: { readonly worker: Worker; readonly end: Promise<WorkerEnd> }[] = [];

    before(async () => {
      redis = await startRedis();
      dispatchers = [];
      for (const name of ["one", "two"]) {
        const spreads = new Map(partitions === 1 ? [] : [["mail", partitions] as const]);
        const { store } = await openRedis({ url: redis.url, partitions: spreads as never });
        dispatchers.push(
          await startTestDispatcher({ store, name, settings: { leaseTtlMs: 3_000 } }),
        );
      }
      client = new TaskClient({ address: dispatchers[1]?.address ?? "" });
    });
    afterEach(async () => {
      await Promise.all(running.map(({ worker }) => worker.stop()));
      running = [];
    });
    after(async () => {
      await client?.close();
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
      await redis?.stop();
    });

    function start(at: number, options: Partial<ConstructorParameters<typeof Worker>[0]>): Worker {
      const address = dispatchers[at]?.address ?? "";
      const queues = { mail: () => undefined };
      const worker = new Worker({ address, logger, queues, ...options });
      running.push({ worker, end: worker.run() });
      return worker;
    }

    async function list(query = {}): Promise<WorkerInfo[]> {
      const found: WorkerInfo[] = [];
      for await (const worker of client.workers.list(query)) {
        found.push(worker);
      }
      return found.sort((a, b) => (a.workerId < b.workerId ? -1 : 1));
    }

    async function only(workerId: string): Promise<WorkerInfo> {
      return eventually(async () => {
        const [worker, ...others] = await list({ workerId });
        assert.ok(worker !== undefined && others.length === 0);
        return worker;
      }, PATIENCE);
    }

    it("are listed with what they are and run, wherever they are connected", async () => {
      const goOn = deferred();
      const mail = { types: { welcome: () => goOn.promise, digest: () => undefined } };
      const queues = { mail, "a-report": () => undefined };
      const labels = { zone: "a", gpu: "no" };
      start(0, { workerId: "w-1", concurrency: 5, labels, queues });
      await only("w-1");
      const startedMs = Date.now();
      const { taskId } = await client.submit("mail", "welcome", {});
      const busy = await eventually(async () => {
        const worker = await only("w-1");
        assert.equal(worker.leases, 1);
        assert.equal(worker.credit, 4);
        return worker;
      }, PATIENCE);
      assert.deepEqual(busy.subscriptions, [
        { queue: "a-report", types: undefined },
        { queue: "mail", types: ["welcome", "digest"] },
      ]);
      assert.deepEqual([busy.labels, busy.concurrency, busy.dispatcher], [labels, 5, "one"]);
      assert.match(busy.sdk, /^baton-worker-sdk-typescript/);
      assert.ok(busy.sinceHeartbeatMs < 3_000 && !busy.draining);
      const [task] = busy.running as [RunningTask];
      const { startedAtMs, ...rest } = task;
      assert.deepEqual(rest, { taskId, queue: "mail", type: "welcome", attempt: 1 });
      assert.ok(Math.abs(startedAtMs - startedMs) < 20_000);
      const names = async (query: object) => (await list(query)).map(({ workerId }) => workerId);
      start(1, { workerId: "w-2", concurrency: 2 });
      assert.equal((await only("w-2")).dispatcher, "two");
      assert.deepEqual(await names({}), ["w-1", "w-2"]);
      assert.deepEqual(await names({ queue: "mail", type: "other" }), ["w-2"]);
      assert.deepEqual(await names({ queue: "a-report" }), ["w-1"]);
      goOn.resolve();
      await client.await(taskId);
      assert.equal((await only("w-1")).leases, 0);
    });

    it("go when they are asked to at another dispatcher, with what they have done", async () => {
      const [begun, goOn] = [deferred(), deferred()];
      const mail = async (): Promise<string> => {
        begun.resolve();
        await goOn.promise;
        return "done";
      };
      const worker = start(0, { workerId: "w-3", queues: { mail } });
      const [{ end } = assert.fail()] = running;
      const { sessionId } = await only("w-3");
      const { taskId } = await client.submit("mail", "t", {});
      await begun.promise;
      assert.deepEqual(await client.workers.drain({ sessionId }, { reason: "old" }), [sessionId]);
      await eventually(() => assert.equal(worker.state, "draining"), PATIENCE);
      assert.equal((await only("w-3")).draining, true);
      const later = await client.submit("mail", "t", {});
      goOn.resolve();
      assert.equal(await client.await(taskId), "done");
      assert.deepEqual(await end, { cause: "dismissed", reason: "old" });
      await eventually(async () => assert.deepEqual(await list(), []), PATIENCE);
      assert.equal((await client.get(later.taskId)).state, "READY");
      await client.cancel(later.taskId);
    });

    it("are not found where there are none of the name", async () => {
      await assert.rejects(client.workers.drain({ workerId: "nobody" }), {
        code: "NOT_FOUND",
        reason: "WORKER_NOT_FOUND",
      });
      assert.deepEqual(await list({ queue: "nowhere" }), []);
    });

    it("keep their sessions' keys to themselves", async () => {
      const { WorkerService, WorkerAdminService } = loadBaton().baton.v1;
      const address = dispatchers[0]?.address ?? "";
      const raw = new WorkerService(address, credentials.createInsecure());
      const admin = new WorkerAdminService(address, credentials.createInsecure());
      const stream = raw.Lease();
      stream.on("error", () => undefined);
      const subscriptions = [{ queue: "mail" }];
      stream.write({ hello: { protocolVersion: 1, workerId: "raw", subscriptions } });
      const key = await new Promise<string>((resolve) => {
        stream.on("data", (frame) => frame.welcome && resolve(frame.welcome.sessionKey));
      });
      const answer = await new Promise<unknown>((resolve, reject) => {
        admin.ListWorkers({}, (error, page) => (error === null ? resolve(page) : reject(error)));
      });
      assert.match(JSON.stringify(answer), /"workerId":"raw"/);
      assert.equal(key.length, 24);
      assert.ok(!JSON.stringify(answer).includes(key));
      stream.cancel();
      raw.close();
      admin.close();
    });
  });
}
