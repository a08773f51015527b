import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  LeaseLostError,
  ReleaseTaskError,
  RetryAfterError,
  silentLogger,
  TaskCancelledError,
  TaskClient,
  Worker,
} from "@baton/worker-sdk";
import { type DispatcherUnderTest, startTestDispatcher } from "../support/dispatcher.ts";
import { FaultProxy } from "../support/grpc/fault-proxy.ts";
import { freePort } from "../support/grpc/loopback.ts";
import { aborted, deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";
import { Workers } from "../support/workers.ts";

interface Tasks {
  readonly greet: { payload: { name: string }; result: string };
  readonly count: { payload: number[]; result: number };
}

describe("Workers, clients and a dispatcher together", function () {
  this.timeout(20_000);
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  let workers: Workers;
  beforeEach(async () => {
    dispatcher = await startTestDispatcher();
    client = new TaskClient({ address: dispatcher.address });
    workers = new Workers(dispatcher.address);
  });
  afterEach(async () => {
    await workers?.stop();
    await client?.close();
    await dispatcher?.stop();
  });

  it("know the types of payloads and results", async () => {
    const typed = new TaskClient<Tasks>({ address: dispatcher.address });
    const worker = new Worker<Tasks>({
      address: dispatcher.address,
      queues: {
        hello: {
          types: {
            greet: (task) => `hello ${task.payload.name.toUpperCase()}`,
            count: async (task) => task.payload.length,
          },
        },
      },
      logger: silentLogger,
    });
    await worker.runUntil(async () => {
      const greeting = await typed.submit("hello", "greet", { name: "ada" });
      const count = await typed.submit("hello", "count", [1, 2, 3]);
      const text: string = await typed.await(greeting.taskId);
      const number: number = await typed.await(count.taskId);
      assert.deepEqual([text, number], ["hello ADA", 3]);
      // @ts-expect-error: the payload of another type
      await assert.doesNotReject(typed.submit("hello", "greet", [1], { delayMs: 1e6 }));
    });
    await typed.close();
  });

  it("show the last progress of a task, however soon it ends", async () => {
    workers.start({
      queues: {
        quick: async (_, context) => {
          for (let step = 1; step <= 25; step += 1) {
            context.progress(step / 25, `${step} of 25`);
          }
        },
      },
    });
    const { taskId } = await client.submit("quick", "t", null);
    await client.await(taskId);
    const { progress } = await client.get(taskId);
    assert.deepEqual(progress, { fraction: 1, note: "25 of 25" });
  });

  for (const delayMs of [undefined, 0]) {
    it(`run the tasks behind one that is given back again and again (${delayMs})`, async () => {
      let releases = 0;
      const done: string[] = [];
      workers.start({
        concurrency: 1,
        queues: {
          selfish: {
            types: {
              back: () => {
                releases += 1;
                throw new ReleaseTaskError(delayMs);
              },
              run: ({ id }) => {
                done.push(id);
              },
            },
          },
        },
      });
      const back = await client.submit("selfish", "back", null, { priority: 9 });
      await eventually(() => assert.ok(releases > 0));
      const behind: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        behind.push((await client.submit("selfish", "run", null)).taskId);
      }
      await eventually(() => assert.deepEqual(done, behind));
      assert.ok(releases < 10, `${releases} releases`);
      const { state, attempt } = await client.get(back.taskId);
      assert.deepEqual([state, attempt], ["SCHEDULED", 0]);
    });
  }

  it("run every task, each once, however many there are", async () => {
    const runs = new Map<string, number>();
    const handler = (task: { id: string }) => {
      runs.set(task.id, (runs.get(task.id) ?? 0) + 1);
    };
    workers.start({ concurrency: 50, queues: { bulk: handler } });
    workers.start({ concurrency: 7, queues: { bulk: handler } });
    const ids: string[] = [];
    const tasks = Array.from({ length: 300 }, (_, n) => ({ queue: "bulk", type: "t", payload: n }));
    for await (const outcome of client.submitMany(tasks)) {
      assert.equal(outcome.kind, "stored");
      ids.push(outcome.kind === "stored" ? outcome.taskId : "");
    }
    await eventually(() => assert.equal(runs.size, 300));
    await Promise.all(ids.map((id) => client.await(id)));
    assert.deepEqual([...runs.keys()].sort(), ids.sort());
    assert.ok([...runs.values()].every((count) => count === 1));
  });

  it("try a failed attempt again, from the checkpoint that it saved", async () => {
    const seen: unknown[] = [];
    workers.start({
      queues: {
        retry: (_, context) => {
          seen.push([context.attempt, context.checkpointJson()]);
          if (context.attempt < 3) {
            context.saveCheckpoint({ got: context.attempt });
            throw new RetryAfterError(1);
          }
          return "finished";
        },
      },
    });
    const { taskId } = await client.submit("retry", "t", {});
    assert.equal(await client.await(taskId), "finished");
    assert.deepEqual(seen, [
      [1, undefined],
      [2, { got: 1 }],
      [3, { got: 2 }],
    ]);
  });

  it("stop a handler whose task is cancelled", async () => {
    const started = deferred();
    const reason = deferred<unknown>();
    workers.start({
      queues: {
        cancel: async (_, { signal }) => {
          started.resolve();
          reason.resolve(await aborted(signal));
        },
      },
    });
    const { taskId } = await client.submit("cancel", "t", {});
    await started.promise;
    await client.cancel(taskId, "not wanted");
    const why = await reason.promise;
    assert.ok(why instanceof TaskCancelledError);
    assert.equal(why.cancelReason, "not wanted");
  });

  it("give a task that a stopping worker did not finish to another, no attempt spent", async () => {
    const started = deferred();
    const first = workers.start({
      drainTimeoutMs: 0,
      queues: {
        move: async (_, context) => {
          started.resolve();
          await aborted(context.signal);
          context.saveCheckpoint("half-way");
          context.signal.throwIfAborted();
        },
      },
    });
    const { taskId } = await client.submit("move", "t", {});
    await started.promise;
    await first.stop();
    workers.start({
      queues: {
        move: (_, context) => [context.attempt, context.crashes, context.checkpointJson()],
      },
    });
    assert.deepEqual(await client.await(taskId), [1, 0, "half-way"]);
  });

  it("keep a lease over a broken connection, and settle on the next", async () => {
    const proxy = await FaultProxy.open(dispatcher.port);
    const gate = deferred();
    const started = deferred();
    let runs = 0;
    workers.start({
      address: proxy.address,
      queues: {
        broken: () => {
          runs += 1;
          started.resolve();
          return gate.promise;
        },
      },
    });
    const { taskId } = await client.submit("broken", "t", {});
    await started.promise;
    proxy.resetAll();
    gate.resolve();
    await client.await(taskId);
    const task = await client.get(taskId);
    assert.deepEqual([runs, task.attempt, task.crashes, task.deliveries], [1, 1, 0, 1]);
    await workers.stop();
    await proxy.close();
  });

  it("give the task of a worker that cannot be reached to another, and fence the first", async () => {
    const proxy = await FaultProxy.open(dispatcher.port);
    const started = deferred();
    const reason = deferred<unknown>();
    const late = deferred<string>();
    workers.start({
      address: proxy.address,
      queues: {
        cutoff: async (_, { signal }) => {
          started.resolve();
          reason.resolve(await aborted(signal));
          return late.promise;
        },
      },
    });
    const { taskId } = await client.submit("cutoff", "t", {});
    await started.promise;
    proxy.blackHole();
    assert.ok((await reason.promise) instanceof LeaseLostError);
    workers.start({ queues: { cutoff: (_, context) => `the second, ${context.crashes} crash` } });
    assert.equal(await client.await(taskId), "the second, 1 crash");
    late.resolve("the first, too late");
    proxy.heal();
    await workers.stop();
    assert.equal(await client.await(taskId), "the second, 1 crash");
    await proxy.close();
  });

  it("time an attempt out, and try it again", async () => {
    const reasons: string[] = [];
    workers.start({
      queues: {
        slow: async (_, context) => {
          if (context.attempt === 1) {
            reasons.push(((await aborted(context.signal)) as Error).name);
            context.signal.throwIfAborted();
          }
          return "in time";
        },
      },
    });
    const { taskId } = await client.submit(
      "slow",
      "t",
      {},
      { attemptTimeoutMs: 600, retry: { initialBackoffMs: 1 } },
    );
    assert.equal(await client.await(taskId), "in time");
    assert.deepEqual(reasons, ["AttemptTimeoutError"]);
    assert.equal((await client.get(taskId)).lastFailure?.type, "attempt_timeout");
  });
});

describe("A worker of dispatchers that come and go", function () {
  this.timeout(20_000);
  it("keeps its leases where the dispatcher is started again", async () => {
    const directory = await mkdtemp(join(tmpdir(), "baton-test-"));
    const port = await freePort();
    const settings = { leaseTtlMs: 6_000, heartbeatIntervalMs: 500, reconnectGraceMs: 6_000 };
    const options = { port, directory, settings };
    let dispatcher = await startTestDispatcher(options);
    const client = new TaskClient({ address: dispatcher.address });
    const workers = new Workers(dispatcher.address);
    const gate = deferred();
    const started = deferred();
    let runs = 0;
    try {
      const worker = workers.start({
        queues: {
          restart: () => {
            runs += 1;
            started.resolve();
            return gate.promise;
          },
        },
      });
      const { taskId } = await client.submit("restart", "t", {});
      await started.promise;
      await dispatcher.stop();
      await eventually(() => assert.equal(worker.state, "connecting"));
      dispatcher = await startTestDispatcher(options);
      await eventually(() => assert.equal(worker.state, "running"));
      gate.resolve();
      await client.await(taskId);
      const task = await client.get(taskId);
      assert.deepEqual([runs, task.deliveries, task.crashes], [1, 1, 0]);
    } finally {
      await workers.stop();
      await client.close();
      await dispatcher.stop();
      await rm(directory, { recursive: true });
    }
  });

  it("stays while a dispatcher that drains has no other beside it", async () => {
    const dispatcher = await startTestDispatcher();
    const client = new TaskClient({ address: dispatcher.address });
    const workers = new Workers(dispatcher.address);
    const gate = deferred();
    const started = deferred();
    workers.start({
      queues: {
        drained: () => {
          started.resolve();
          return gate.promise;
        },
      },
    });
    const { taskId } = await client.submit("drained", "t", {});
    await started.promise;
    const drained = dispatcher.drain(2_000);
    gate.resolve();
    await eventually(async () => assert.equal((await client.get(taskId)).state, "SUCCEEDED"));
    await workers.stop();
    await drained;
    await client.close();
    await dispatcher.stop();
  });
});
