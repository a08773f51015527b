import assert from "node:assert/strict";
import {
  type AttemptReport,
  StopTimeoutError,
  silentLogger,
  type TaskContext,
  Worker,
  type WorkerState,
  WorkerStoppedError,
} from "@baton/worker-sdk";
import { status } from "@grpc/grpc-js";
import { freePort } from "../../support/grpc/loopback.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { aborted, deferred } from "../../support/time/deferred.ts";
import { Workers } from "../../support/workers.ts";

const done = () => "done";

/** A handler that tells when it started and then does as it is told. */
function starting<Result>(then: (context: TaskContext) => Result | Promise<Result>) {
  const started = deferred();
  const handler = (_: unknown, context: TaskContext): Result | Promise<Result> => {
    started.resolve();
    return then(context);
  };
  return { handler, started: started.promise };
}

describe("A worker's life", () => {
  let service: ScriptedWorkerService;
  let workers: Workers;
  beforeEach(async () => {
    service = await ScriptedWorkerService.start();
    workers = new Workers(service.address);
  });
  afterEach(async () => {
    if (service !== undefined) {
      service.script.settles = "OK";
    }
    await workers?.stop();
    await service?.stop();
  });

  it("goes from idle over running to stopped, and tells of each state", async () => {
    const states: [WorkerState, WorkerState][] = [];
    const worker = new Worker({
      address: service.address,
      queues: { email: done },
      logger: silentLogger,
      onStateChange: (state, previous) => states.push([previous, state]),
    });
    assert.equal(worker.state, "idle");
    const running = worker.run();
    assert.equal(worker.state, "connecting");
    await (await service.stream(0)).next("credit");
    assert.equal(worker.state, "running");
    await worker.stop();
    await running;
    assert.deepEqual(states, [
      ["idle", "connecting"],
      ["connecting", "running"],
      ["running", "draining"],
      ["draining", "stopped"],
    ]);
  });

  it("begins once", async () => {
    const worker = workers.start({ queues: { email: done } });
    await assert.rejects(worker.run(), /a worker runs once, and this one is connecting/);
    await worker.stop();
    await assert.rejects(worker.run(), /this one is stopped/);
  });

  it("ends before it began, and says nothing is wrong, where it is stopped first", async () => {
    const worker = new Worker({ address: service.address, queues: { email: done } });
    await worker.stop();
    assert.equal(worker.state, "stopped");
    await worker.run();
    assert.equal(worker.state, "stopped");
    assert.equal(service.streams.length, 0);
    await assert.rejects(worker.run(), /a worker runs once, and this one is stopped/);
  });

  it("ends however often and from wherever it is stopped", async () => {
    const worker = workers.start({ queues: { email: done } });
    await (await service.stream(0)).next("credit");
    await Promise.all([worker.stop(), worker.stop(), worker[Symbol.asyncDispose]()]);
    await worker.stop();
    assert.equal(worker.state, "stopped");
    assert.deepEqual(await workers.end(worker), { cause: "stopped" });
  });

  it("ends at once while nobody listens", async () => {
    const port = await freePort();
    const worker = workers.start({ address: `127.0.0.1:${port}`, queues: { email: done } });
    await worker.stop();
    assert.equal(worker.state, "stopped");
  });

  it("ends with the signal that it runs with, also one that aborted before", async () => {
    const controller = new AbortController();
    const worker = new Worker({ address: service.address, queues: { email: done } });
    const running = worker.run({ signal: controller.signal });
    await service.stream(0);
    controller.abort();
    await running;
    assert.equal(worker.state, "stopped");
    const late = new Worker({ address: service.address, queues: { email: done } });
    await late.run({ signal: controller.signal });
    assert.equal(late.state, "stopped");
  });

  it("ends with the action that it runs until, and returns what that returned", async () => {
    const worker = new Worker({ address: service.address, queues: { email: done } });
    const result = await worker.runUntil(async () => {
      await service.stream(0);
      return 7;
    });
    assert.equal(result, 7);
    assert.equal(worker.state, "stopped");
  });

  it("ends with the action that it runs until, also one that throws", async () => {
    const worker = new Worker({ address: service.address, queues: { email: done } });
    const failure = new Error("the test failed");
    await assert.rejects(
      worker.runUntil(() => {
        throw failure;
      }),
      failure,
    );
    assert.equal(worker.state, "stopped");
  });

  it("ends the wait for the action where the worker itself fails", async () => {
    service.script.welcomes = false;
    const worker = new Worker({
      address: service.address,
      queues: { email: done },
      logger: silentLogger,
    });
    const never = deferred();
    const running = worker.runUntil(() => never.promise);
    (await service.stream(0)).fail(status.UNIMPLEMENTED);
    await assert.rejects(running, { name: "BatonError", code: "UNIMPLEMENTED" });
    assert.equal(worker.state, "failed");
  });

  it("says that it goes, finishes what it runs, takes nothing more, and half-closes", async () => {
    const gate = deferred();
    const { handler, started } = starting(() => gate.promise);
    const worker = workers.start({ queues: { email: handler }, drainTimeoutMs: 2_000 });
    const stream = await service.stream(0);
    const [running, late] = [service.task(), service.task()];
    stream.grant(running);
    await started;
    const stopped = worker.stop();
    await stream.next("drain");
    stream.grant(late);
    const [given] = await stream.settled(1);
    assert.equal(given?.outcome, "release");
    assert.equal(given.lease?.taskId, late.lease.taskId);
    assert.equal(stream.isHalfClosed, false);
    gate.resolve();
    await stopped;
    assert.equal(stream.settlements[1]?.outcome, "complete");
    assert.equal(stream.isHalfClosed, true);
    assert.equal(stream.credit, 16);
  });

  it("waits for the answers to its settlements before it half-closes", async () => {
    service.script.settles = null;
    const worker = workers.start({ queues: { email: done } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const [settlement] = await stream.settled(1);
    assert.ok(settlement !== undefined);
    const stopped = worker.stop();
    await stream.next("drain");
    await stream.hum();
    assert.equal(stream.isHalfClosed, false);
    stream.answer(settlement, "OK");
    await stopped;
    assert.equal(worker.state, "stopped");
  });

  it("waits for DrainAck, after which no grant follows", async () => {
    service.script.answersDrain = false;
    const worker = workers.start({ queues: { email: done } });
    const stream = await service.stream(0);
    await stream.next("credit");
    const stopped = worker.stop();
    await stream.next("drain");
    stream.grant(service.task());
    await stream.settled(1);
    await stream.hum();
    assert.equal(stream.isHalfClosed, false);
    stream.send({ drainAck: {} });
    await stopped;
    assert.equal(worker.state, "stopped");
  });

  it("ends without DrainAck where nothing is left to say", async () => {
    service.script.answersDrain = false;
    const worker = workers.start({ queues: { email: done }, stopTimeoutMs: 50 });
    await (await service.stream(0)).next("credit");
    await worker.stop();
    assert.equal(worker.state, "stopped");
  });

  it("aborts handlers after the drain timeout, and gives their tasks back", async () => {
    let reason: unknown;
    const { handler, started } = starting(async ({ signal }) => {
      reason = await aborted(signal);
      signal.throwIfAborted();
    });
    const worker = workers.start({ queues: { email: handler }, drainTimeoutMs: 20 });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await started;
    await worker.stop();
    assert.ok(reason instanceof WorkerStoppedError);
    assert.equal(stream.settlements[0]?.outcome, "release");
  });

  it("lets an aborted handler save where it got to", async () => {
    const { handler, started } = starting(async (context) => {
      await aborted(context.signal);
      await Promise.resolve();
      context.saveCheckpoint({ line: 3 });
      context.signal.throwIfAborted();
    });
    const worker = workers.start({ queues: { email: handler }, drainTimeoutMs: 0 });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await started;
    await worker.stop();
    const saved = stream.all("heartbeat").flatMap(({ leases }) => leases);
    assert.equal(saved[0]?.checkpoint?.toString(), '{"line":3}');
    assert.equal(stream.settlements[0]?.outcome, "release");
  });

  it("gives back the task of a handler that does not listen, and says that it could not stop", async () => {
    const gate = deferred();
    const { handler, started } = starting(() => gate.promise);
    const worker = workers.start({
      queues: { email: handler },
      drainTimeoutMs: 10,
      stopTimeoutMs: 500,
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await started;
    await assert.rejects(worker.stop(), (error) => {
      assert.ok(error instanceof StopTimeoutError);
      assert.equal(error.runningHandlers, 1);
      assert.equal(error.unsettled, 0);
      return true;
    });
    assert.equal(stream.settlements[0]?.outcome, "release");
    assert.equal(worker.state, "failed");
    assert.ok((await workers.end(worker)) instanceof StopTimeoutError);
    gate.resolve();
  });

  it("says that it could not stop where its settlements are not answered", async () => {
    service.script.settles = null;
    const worker = workers.start({ queues: { email: done }, stopTimeoutMs: 50 });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.settled(1);
    await assert.rejects(worker.stop(), { name: "StopTimeoutError", unsettled: 1 });
  });

  it("reconnects while it drains, to settle what it still runs", async () => {
    const gate = deferred();
    const { handler, started } = starting(() => gate.promise);
    const worker = workers.start({ queues: { email: handler }, drainTimeoutMs: 3_000 });
    const first = await service.stream(0);
    first.grant(service.task());
    await started;
    const stopped = worker.stop();
    await first.next("drain");
    first.fail(status.UNAVAILABLE);
    const second = await service.stream(1);
    await second.next("drain");
    gate.resolve();
    await second.settled(1);
    await stopped;
    assert.equal(second.credit, 0);
    assert.equal(second.isHalfClosed, true);
  });

  it("does not reconnect while it drains where it has nothing to settle", async () => {
    service.script.answersDrain = false;
    const worker = workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    await first.next("credit");
    const stopped = worker.stop();
    await first.next("drain");
    first.fail(status.UNAVAILABLE);
    await stopped;
    assert.equal(service.streams.length, 1);
  });

  it("survives observers that throw", async () => {
    const worker = workers.start({
      queues: { email: done },
      onStateChange: () => {
        throw new Error("observer");
      },
      onAttemptEnd: () => {
        throw new Error("observer");
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.settled(1);
    await worker.stop();
    assert.equal(worker.state, "stopped");
  });

  it("tells how each attempt ended", async () => {
    const ends: AttemptReport[] = [];
    workers.start({
      queues: {
        email: (task) => {
          if (task.type === "bad") {
            throw new Error("bad");
          }
        },
      },
      onAttemptEnd: (report) => ends.push({ ...report, durationMs: 0 }),
    });
    const stream = await service.stream(0);
    stream.grant(service.task(), service.task({ type: "bad", attempt: 3 }));
    await stream.settled(2);
    const attempt = { queue: "email", durationMs: 0 };
    assert.deepEqual(
      ends.sort((one, other) => one.attempt - other.attempt),
      [
        { ...attempt, taskId: "task-1", type: "send", outcome: "complete", attempt: 1 },
        { ...attempt, taskId: "task-2", type: "bad", outcome: "fail", attempt: 3 },
      ],
    );
  });
});
