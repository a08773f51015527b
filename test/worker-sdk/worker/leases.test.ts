import assert from "node:assert/strict";
import {
  AttemptTimeoutError,
  LeaseLostError,
  silentLogger,
  TaskCancelledError,
  type TaskContext,
} from "@baton/worker-sdk";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { aborted, type Deferred, deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { nextTurn } from "../../support/time/next-turn.ts";
import { Workers } from "../../support/workers.ts";

describe("A worker's leases", () => {
  let service: ScriptedWorkerService;
  let workers: Workers;
  let clock: ManualClock;
  beforeEach(async () => {
    service = await ScriptedWorkerService.start();
    workers = new Workers(service.address);
    clock = new ManualClock();
  });
  afterEach(async () => {
    await service?.stop();
    await workers?.stop();
  });

  /** Starts a worker whose handlers tell their context and end when their signal aborts. */
  function startListening(queue = "email"): {
    readonly contexts: TaskContext[];
    readonly reasons: unknown[];
  } {
    const contexts: TaskContext[] = [];
    const reasons: unknown[] = [];
    workers.start(
      {
        queues: {
          [queue]: async (_, context) => {
            contexts.push(context);
            reasons.push(await aborted(context.signal));
          },
        },
      },
      clock,
    );
    return { contexts, reasons };
  }

  it("abort the handler with the canceller's reason where the task is cancelled", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    const task = service.task();
    stream.grant(task);
    await eventually(() => assert.equal(contexts.length, 1));
    stream.send({ cancel: { lease: task.lease, reason: "not wanted" } });
    await eventually(() => assert.equal(reasons.length, 1));
    assert.ok(reasons[0] instanceof TaskCancelledError);
    assert.equal(reasons[0].cancelReason, "not wanted");
    assert.equal((await stream.next("credit")).tasks, 16);
    assert.equal((await stream.next("credit")).tasks, 1);
    assert.equal(stream.settlements.length, 0);
  });

  it("abort the handler where a heartbeat's answer says that the lease is lost", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    const [lost, cancelled, kept] = [service.task(), service.task(), service.task()];
    stream.grant(lost, cancelled, kept);
    await eventually(() => assert.equal(contexts.length, 3));
    service.script.answersHeartbeats = false;
    clock.advance(6_000);
    const heartbeat = await stream.next("heartbeat");
    stream.send({
      heartbeatAck: {
        sequence: heartbeat.sequence,
        lost: [lost.lease, cancelled.lease],
        cancelled: [cancelled.lease],
      },
    });
    await eventually(() => assert.equal(reasons.length, 2));
    assert.ok(reasons.some((reason) => reason instanceof LeaseLostError));
    assert.ok(reasons.some((reason) => reason instanceof TaskCancelledError));
    assert.equal(stream.settlements.length, 0);
  });

  it("abort only the lease that is named, by its token", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    const task = service.task();
    stream.grant(task);
    await eventually(() => assert.equal(contexts.length, 1));
    stream.send({ cancel: { lease: { ...task.lease, leaseToken: 999 }, reason: "" } });
    stream.send({ cancel: { lease: task.lease, reason: "the right one" } });
    await eventually(() => assert.equal(reasons.length, 1));
    assert.equal((reasons[0] as TaskCancelledError).cancelReason, "the right one");
  });

  it("abort the handler when its attempt's time is up, and fail the attempt as timed out", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    stream.grant(service.task({ attemptTimeout: { seconds: 2, nanos: 0 } }));
    await eventually(() => assert.equal(contexts.length, 1));
    assert.equal(contexts[0]?.remainingMs(), 2_000);
    clock.advance(1_999);
    assert.equal(contexts[0].remainingMs(), 1);
    clock.advance(1);
    await eventually(() => assert.equal(reasons.length, 1));
    assert.ok(reasons[0] instanceof AttemptTimeoutError);
    assert.equal(contexts[0].remainingMs(), 0);
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.outcome, "complete");
  });

  it("say in the log which handlers go on after they were told to stop, and how many places that takes", async () => {
    const warnings: [object, string][] = [];
    const never = deferred();
    let started = 0;
    workers.start(
      {
        queues: {
          email: async (_, { signal }) => {
            started += 1;
            // The first listens, the others do not.
            await (started === 1 ? aborted(signal) : never.promise);
          },
        },
        logger: { ...silentLogger, warn: (fields, text) => warnings.push([fields, text ?? ""]) },
      },
      clock,
    );
    const stream = await service.stream(0);
    const tasks = [service.task(), service.task(), service.task()];
    stream.grant(...tasks);
    await eventually(() => assert.equal(started, 3));
    for (const { lease } of tasks) {
      stream.send({ cancel: { lease, reason: "not wanted" } });
    }
    // The one that listens has ended, and its place is free.
    await eventually(() => assert.equal(stream.credit, 17));
    for (let passed = 0; passed < 9_000; passed += 500) {
      clock.advance(500);
      await stream.hum();
    }
    assert.equal(warnings.length, 0);
    await eventually(() => {
      clock.advance(500);
      assert.equal(warnings.length, 2);
    });
    for (const [index, [fields, text]] of warnings.entries()) {
      assert.match(text, /goes on though its signal aborted/);
      const { reason, deafHandlers, concurrency } = fields as Record<string, unknown>;
      assert.deepEqual([reason, deafHandlers, concurrency], ["TaskCancelledError", index + 1, 16]);
    }
    never.resolve();
  });

  it("fail an attempt that threw after its time was up as timed out, whatever it threw", async () => {
    workers.start(
      {
        queues: {
          email: async (_, { signal }) => {
            await aborted(signal);
            throw new Error("something else");
          },
        },
      },
      clock,
    );
    const stream = await service.stream(0);
    stream.grant(service.task({ attemptTimeout: { seconds: 2, nanos: 0 } }));
    await stream.next("credit");
    await eventually(() => {
      clock.advance(2_000);
      assert.equal(stream.settlements.length, 1);
    });
    assert.equal(stream.settlements[0]?.fail?.failure?.type, "attempt_timeout");
    assert.equal(stream.settlements[0].fail.nonRetryable, false);
  });

  it("tell a handler that its time is up where the dispatcher notices that first", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    const task = service.task({ attemptTimeout: { seconds: 100, nanos: 0 } });
    stream.grant(task);
    await eventually(() => assert.equal(contexts.length, 1));
    for (let passed = 0; passed < 99_500; passed += 500) {
      clock.advance(500);
      await stream.hum();
    }
    stream.send({ cancel: { lease: task.lease, reason: "the attempt ran too long" } });
    await eventually(() => assert.equal(reasons.length, 1));
    assert.ok(reasons[0] instanceof AttemptTimeoutError);
  });

  it("are listed in every heartbeat, with progress and checkpoint where they changed", async () => {
    const { contexts } = startListening();
    const stream = await service.stream(0);
    stream.grant(service.task(), service.task());
    await eventually(() => assert.equal(contexts.length, 2));
    contexts[0]?.progress(0.25, "a quarter");
    contexts[0]?.progress(0.5, "half");
    contexts[1]?.saveCheckpoint({ line: 7 });
    clock.advance(1_000);
    const first = await stream.next("heartbeat");
    assert.deepEqual(
      first.leases.map(({ progress, checkpoint }) => ({
        progress: progress && { fraction: progress.fraction, note: progress.note },
        checkpoint: checkpoint?.toString(),
      })),
      [
        { progress: { fraction: 0.5, note: "half" }, checkpoint: undefined },
        { progress: null, checkpoint: '{"line":7}' },
      ],
    );
    clock.advance(5_500);
    const second = await stream.next("heartbeat");
    assert.equal(second.leases.length, 2);
    for (const { progress, checkpoint } of second.leases) {
      assert.deepEqual([progress, checkpoint], [null, undefined]);
    }
    assert.equal(second.sequence, first.sequence + 1);
  });

  it("report progress a fifth of the interval after the last heartbeat, however often it changes", async () => {
    const { contexts } = startListening();
    const stream = await service.stream(0);
    stream.grant(service.task());
    await eventually(() => assert.equal(contexts.length, 1));
    for (let step = 1; step <= 40; step += 1) {
      contexts[0]?.progress(step / 40);
      clock.advance(50);
      await nextTurn();
    }
    await eventually(() => assert.ok(stream.all("heartbeat").length >= 1));
    assert.ok(stream.all("heartbeat").length <= 2);
  });

  it("report a checkpoint before the failure that the next attempt follows", async () => {
    workers.start({
      queues: {
        email: (_, context) => {
          context.saveCheckpoint(Buffer.from("so far"));
          throw new Error("crash");
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.settled(1);
    const kinds = stream.frames.map(({ frame }) => frame);
    assert.ok(kinds.indexOf("heartbeat") < kinds.indexOf("settle"));
    const [heartbeat] = stream.all("heartbeat");
    assert.equal(heartbeat?.leases[0]?.checkpoint?.toString(), "so far");
  });

  it("report progress again on a new stream, since it may not have arrived", async () => {
    const { contexts } = startListening();
    const first = await service.stream(0);
    first.grant(service.task());
    await eventually(() => assert.equal(contexts.length, 1));
    contexts[0]?.progress(0.5);
    clock.advance(1_000);
    await first.next("heartbeat");
    first.fail(14);
    const second = await eventually(() => {
      clock.advance(100);
      assert.ok(service.streams[1] !== undefined);
      return service.stream(1);
    });
    await second.next("credit");
    clock.advance(1_000);
    const heartbeat = await second.next("heartbeat");
    assert.equal(heartbeat.leases[0]?.progress?.fraction, 0.5);
  });

  it("are fenced before the ttl runs out, counted from when the last answered heartbeat was sent", async () => {
    const { contexts, reasons } = startListening();
    const stream = await service.stream(0);
    stream.grant(service.task());
    await eventually(() => assert.equal(contexts.length, 1));
    clock.advance(5_500);
    const { sequence } = await stream.next("heartbeat");
    await eventually(() => assert.equal(stream.all("heartbeat").length, 1));
    service.script.answersHeartbeats = false;
    assert.equal(sequence, 1);
    // The heartbeat was sent at 4.5 to 5.5 s and is good for 13.5 s, less what passed since.
    for (let passed = 5_500; passed < 17_500; passed += 500) {
      clock.advance(500);
      await stream.hum();
    }
    assert.equal(reasons.length, 0);
    clock.advance(2_000);
    await eventually(() => assert.equal(reasons.length, 1));
    assert.ok(reasons[0] instanceof LeaseLostError);
  });

  it("are fenced while no dispatcher can be reached, and not listed as held after", async () => {
    let reason: unknown;
    workers.start(
      {
        queues: {
          email: async (_, { signal }) => {
            reason = await aborted(signal);
            throw new Error("aborted");
          },
        },
      },
      clock,
    );
    const first = await service.stream(0);
    first.grant(service.task());
    await first.next("credit");
    service.script.welcomes = false;
    first.fail(14);
    await eventually(() => {
      clock.advance(500);
      assert.ok(reason instanceof LeaseLostError);
    });
    assert.ok(clock.monotonicMs() >= 13_500);
    const held = () => service.streams.at(-1)?.frames[0]?.hello?.held;
    assert.equal(held()?.length, 1);
    await eventually(() => {
      clock.advance(500);
      assert.deepEqual(held(), []);
    });
  });

  it("settle a result that came after the fence: the token says whether it counts", async () => {
    const gate: Deferred<string> = deferred();
    let fenced: unknown;
    workers.start(
      {
        queues: {
          email: async (_, { signal }) => {
            fenced = await aborted(signal);
            return gate.promise;
          },
        },
      },
      clock,
    );
    const first = await service.stream(0);
    first.grant(service.task());
    await first.next("credit");
    await eventually(() => {
      clock.advance(15_000);
      assert.ok(fenced instanceof LeaseLostError);
    });
    gate.resolve("done anyway");
    const next = await eventually(() => {
      clock.advance(200);
      const stream = service.streams.at(-1);
      assert.equal(stream?.settlements.length, 1);
      return stream;
    });
    assert.equal(next.settlements[0]?.outcome, "complete");
  });
});
