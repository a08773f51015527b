import assert from "node:assert/strict";
import { currentTask } from "@baton/worker-sdk";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { Workers } from "../../support/workers.ts";

describe("A handler's context", () => {
  let service: ScriptedWorkerService;
  let workers: Workers;
  beforeEach(async () => {
    service = await ScriptedWorkerService.start();
    workers = new Workers(service.address);
  });
  afterEach(async () => {
    await workers?.stop();
    await service?.stop();
  });

  it("tells all about the attempt", async () => {
    workers.start({
      queues: {
        email: (task, context) => ({
          id: task.id,
          taskId: context.taskId,
          queue: context.queue,
          type: context.type,
          headers: context.headers,
          attempt: context.attempt,
          maxAttempts: context.maxAttempts,
          crashes: context.crashes,
          leaseToken: context.leaseToken,
          queuedMs: context.queuedMs,
          shard: context.shard,
          checkpoint: context.checkpointJson(),
          isAborted: context.signal.aborted,
        }),
      },
    });
    const stream = await service.stream(0);
    stream.grant(
      service.task({
        lease: { taskId: "email~abc", leaseToken: "9007199254740991" },
        headers: { tenant: "a" },
        attempt: 2,
        crashes: 1,
        queued: { seconds: 1, nanos: 5_000_000 },
        shardIndex: 1,
        shardTotal: 4,
        checkpoint: Buffer.from('{"line":7}'),
      }),
    );
    const [settlement] = await stream.settled(1);
    assert.deepEqual(JSON.parse(settlement?.complete?.result?.value.toString() ?? ""), {
      id: "email~abc",
      taskId: "email~abc",
      queue: "email",
      type: "send",
      headers: { tenant: "a" },
      attempt: 2,
      maxAttempts: 5,
      crashes: 1,
      leaseToken: 9007199254740991,
      queuedMs: 1_005,
      shard: { index: 1, total: 4 },
      checkpoint: { line: 7 },
      isAborted: false,
    });
  });

  it("gives methods that work without it", async () => {
    workers.start({
      queues: {
        email: (
          _,
          { checkpoint, checkpointJson, logger, progress, remainingMs, saveCheckpoint, signal },
        ) => {
          const { debug, info, warn, error } = logger;
          for (const say of [debug, info, warn, error]) {
            say({}, "said");
          }
          progress(0.5, "half");
          saveCheckpoint({ line: 8 });
          return [checkpoint?.length, checkpointJson(), remainingMs() > 0, signal.aborted];
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task({ checkpoint: Buffer.from("{}") }));
    const [settlement] = await stream.settled(1);
    assert.deepEqual(JSON.parse(settlement?.complete?.result?.value.toString() ?? ""), [
      2,
      { line: 8 },
      true,
      false,
    ]);
    assert.deepEqual(
      { fraction: settlement?.progress?.fraction, note: settlement?.progress?.note },
      { fraction: 0.5, note: "half" },
    );
  });

  it("is found from wherever the handler calls, and from nowhere else", async () => {
    const inner = async () => {
      await Promise.resolve();
      return currentTask()?.taskId;
    };
    workers.start({ queues: { email: () => inner() } });
    const stream = await service.stream(0);
    stream.grant(service.task(), service.task());
    const settlements = await stream.settled(2);
    assert.deepEqual(
      settlements.map(({ complete }) => complete?.result?.value.toString()),
      ['"task-1"', '"task-2"'],
    );
    assert.equal(currentTask(), undefined);
  });

  it("refuses progress and checkpoints that are out of range", async () => {
    const errors: unknown[] = [];
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        errors.push((error as Error).name);
      }
    };
    workers.start({
      queues: {
        email: (_, context) => {
          attempt(() => context.progress(1.01));
          attempt(() => context.progress(Number.NaN));
          attempt(() => context.saveCheckpoint(new Uint8Array(64 * 1024 + 1)));
          attempt(() => context.saveCheckpoint(1n));
          context.progress(null, "\uD83D".repeat(2_000));
          context.saveCheckpoint(new Uint8Array(64 * 1024));
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.outcome, "complete");
    assert.deepEqual(errors, ["RangeError", "RangeError", "RangeError", "TypeError"]);
  });

  it("shows the newest checkpoint, of this attempt before that of an earlier one", async () => {
    workers.start({
      queues: {
        email: (_, context) => {
          const before = context.checkpoint;
          context.saveCheckpoint("mine");
          return {
            before: before && Buffer.from(before).toString(),
            after: context.checkpointJson(),
          };
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task({ checkpoint: Buffer.from("old") }), service.task());
    const settlements = await stream.settled(2);
    assert.deepEqual(
      settlements.map(({ complete }) => JSON.parse(complete?.result?.value.toString() ?? "")),
      [{ before: "old", after: "mine" }, { after: "mine" }],
    );
  });
});
