import assert from "node:assert/strict";
import {
  NonRetryableError,
  RateLimitedError,
  ReleaseTaskError,
  RetryAfterError,
} from "@baton/worker-sdk";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { Workers } from "../../support/workers.ts";

describe("A worker's settlements", () => {
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

  it("carry what the handler returned, as JSON", async () => {
    workers.start({ queues: { email: (task) => ({ to: task.payload.to, ok: true }) } });
    const stream = await service.stream(0);
    const payload = Buffer.from('{"to":"ada"}');
    stream.grant(service.task({ payload, contentType: "application/json; charset=utf-8" }));
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.outcome, "complete");
    assert.equal(settlement.complete?.result?.contentType, "application/json");
    assert.equal(settlement.complete.result.value.toString(), '{"to":"ada","ok":true}');
  });

  it("pass bytes as they are, both ways", async () => {
    workers.start({ queues: { email: (task) => Uint8Array.from(task.payload).reverse() } });
    const stream = await service.stream(0);
    stream.grant(service.task({ payload: Buffer.from([1, 2, 3]), contentType: "image/png" }));
    const [settlement] = await stream.settled(1);
    assert.deepEqual([...(settlement?.complete?.result?.value ?? [])], [3, 2, 1]);
    assert.equal(settlement?.complete?.result?.contentType, "application/octet-stream");
  });

  it("go out together where handlers end in the same turn", async () => {
    const gate = deferred();
    workers.start({ queues: { email: () => gate.promise } });
    const stream = await service.stream(0);
    stream.grant(...Array.from({ length: 10 }, () => service.task()));
    await stream.next("credit");
    gate.resolve();
    await stream.settled(10);
    assert.equal(stream.all("settle").length, 1);
    assert.equal((await stream.next("credit")).tasks, 10);
  });

  it("name the error's class, message, stack and causes", async () => {
    class MailboxFullError extends Error {
      override name = "MailboxFullError";
    }
    workers.start({
      queues: {
        email: () => {
          throw new MailboxFullError("no room", { cause: new Error("disk full") });
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const [settlement] = await stream.settled(1);
    const fail = settlement?.fail;
    assert.equal(fail?.failure?.type, "MailboxFullError");
    assert.equal(fail.failure.message, "no room");
    assert.match(fail.failure.stack, /settling\.test\.ts[\s\S]*Caused by: Error: disk full/);
    assert.equal(fail.nonRetryable, false);
    assert.equal(fail.retryAfter, null);
  });

  interface Wish {
    readonly title: string;
    readonly error: () => Error;
    readonly seen: {
      readonly outcome: string;
      readonly nonRetryable?: boolean;
      readonly retryAfter?: object | null;
      readonly delay?: object;
      readonly hold?: object;
    };
  }
  const wishes: readonly Wish[] = [
    {
      title: "for good, where the handler throws a NonRetryableError",
      error: () => new NonRetryableError("never"),
      seen: { outcome: "fail", nonRetryable: true, retryAfter: null },
    },
    {
      title: "with a wait, where the handler throws a RetryAfterError",
      error: () => new RetryAfterError(1_500),
      seen: { outcome: "fail", nonRetryable: false, retryAfter: { seconds: "1", nanos: 5e8 } },
    },
    {
      title: "with a release, where the handler throws a ReleaseTaskError",
      error: () => new ReleaseTaskError(250),
      seen: { outcome: "release", delay: { seconds: "0", nanos: 25e7 } },
    },
    ...(["key", "queue"] as const).map((scope) => {
      const wait = { seconds: "2", nanos: 0 };
      const hold = { scope: `HOLD_SCOPE_${scope.toUpperCase()}`, duration: wait };
      return {
        title: `with a release that holds its ${scope}, where the handler throws a RateLimitedError`,
        error: () => new RateLimitedError({ retryAfterMs: 2_000, scope }),
        seen: { outcome: "release", delay: wait, hold },
      };
    }),
  ];
  for (const { title, error, seen } of wishes) {
    it(`end an attempt ${title}`, async () => {
      workers.start({
        queues: {
          email: async () => {
            throw error();
          },
        },
      });
      const stream = await service.stream(0);
      stream.grant(service.task());
      const [settlement] = await stream.settled(1);
      assert.equal(settlement?.outcome, seen.outcome);
      assert.equal(settlement.fail?.nonRetryable, seen.nonRetryable);
      assert.deepEqual(settlement.fail?.retryAfter, seen.retryAfter);
      assert.deepEqual(settlement.release?.delay, seen.delay);
      assert.deepEqual(settlement.release?.hold ?? undefined, seen.hold);
    });
  }

  it("survive whatever a handler throws", async () => {
    const hostile = {
      get name(): string {
        throw new Error("no name");
      },
      toString(): string {
        throw new Error("no text");
      },
    };
    const thrown = [
      undefined,
      null,
      7,
      "\uD83D",
      hostile,
      new Error("\uDC00 lone"),
      new Proxy({}, {}),
    ];
    workers.start({
      queues: {
        email: (task) => {
          throw thrown[task.payload];
        },
      },
    });
    const stream = await service.stream(0);
    for (const index of thrown.keys()) {
      const payload = Buffer.from(String(index));
      stream.grant(service.task({ payload, contentType: "application/json" }));
    }
    const settlements = await stream.settled(thrown.length);
    for (const { fail } of settlements) {
      assert.equal(fail?.failure?.type, "Error");
      assert.equal(/\p{Surrogate}/u.test(fail.failure.message), false);
    }
  });

  it("bring the last progress where no answered heartbeat has", async () => {
    const clock = new ManualClock();
    let finish = (): void => {};
    const released = new Promise<void>((resolve) => {
      finish = resolve;
    });
    workers.start(
      {
        queues: {
          email: async (task, context) => {
            context.progress(0.5, "half");
            if (task.payload === "wait") {
              await released;
              return;
            }
            context.progress(1, "all");
            if (task.payload === "fail") {
              throw new Error("after all");
            }
          },
        },
      },
      clock,
    );
    const stream = await service.stream(0);
    const task = (payload: string) =>
      service.task({
        payload: Buffer.from(JSON.stringify(payload)),
        contentType: "application/json",
      });
    stream.grant(task("return"), task("fail"), task("wait"));
    const [returned, failed] = await stream.settled(2);
    assert.deepEqual(
      [returned, failed].map((one) => [one?.outcome, one?.progress?.fraction, one?.progress?.note]),
      [
        ["complete", 1, "all"],
        ["fail", 1, "all"],
      ],
    );
    clock.advance(1_000);
    const { leases } = await stream.next("heartbeat");
    assert.ok(leases.some(({ progress }) => progress?.fraction === 0.5));
    // Where this one is settled, the answer to the heartbeat has come.
    stream.grant(task("return"));
    await stream.settled(3);
    finish();
    const [waited] = (await stream.settled(4)).slice(3);
    assert.deepEqual([waited?.outcome, waited?.progress ?? null], ["complete", null]);
  });

  it("cut texts that are too long, between characters", async () => {
    workers.start({
      queues: {
        email: () => {
          throw Object.assign(new Error("😀".repeat(10_000)), { name: "é".repeat(200) });
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const [settlement] = await stream.settled(1);
    const failure = settlement?.fail?.failure;
    assert.equal(failure?.message, "😀".repeat(2048));
    assert.equal(failure.type, "é".repeat(64));
    assert.ok(Buffer.byteLength(failure.stack) <= 16 * 1024);
  });

  it("fail for good where the payload is not what its media type says", async () => {
    let runs = 0;
    workers.start({
      queues: {
        email: () => {
          runs += 1;
        },
      },
    });
    const stream = await service.stream(0);
    stream.grant(service.task({ payload: Buffer.from("{"), contentType: "application/json" }));
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.fail?.failure?.type, "PayloadError");
    assert.equal(settlement.fail.nonRetryable, true);
    assert.equal(runs, 0);
  });

  it("fail for good where the result has no form in bytes", async () => {
    workers.start({ queues: { email: () => 1n } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.fail?.failure?.type, "ResultError");
    assert.equal(settlement.fail.nonRetryable, true);
  });

  it("fail for good where the result is larger than the dispatcher takes", async () => {
    service.script.maxPayloadBytes = 1_000;
    workers.start({ queues: { email: (task) => new Uint8Array(task.payload) } });
    const stream = await service.stream(0);
    const sized = (bytes: number) =>
      service.task({ payload: Buffer.from(String(bytes)), contentType: "application/json" });
    stream.grant(sized(1_000), sized(1_001));
    const [fits, tooLarge] = await stream.settled(2);
    assert.equal(fits?.complete?.result?.value.length, 1_000);
    assert.equal(tooLarge?.fail?.failure?.type, "ResultTooLarge");
    assert.equal(tooLarge.fail.nonRetryable, true);
  });

  it("are sent again on a new stream where no answer came, and listed as held", async () => {
    service.script.settles = null;
    workers.start({ queues: { email: () => "done" } });
    const first = await service.stream(0);
    const task = service.task();
    first.grant(task);
    await first.settled(1);
    service.script.settles = "OK";
    first.fail(14);
    const second = await service.stream(1);
    assert.equal(second.frames[0]?.hello?.resumeSession, "session");
    assert.deepEqual(
      second.frames[0].hello.held.map(({ taskId }) => taskId),
      [task.lease.taskId],
    );
    const [again] = await second.settled(1);
    assert.deepEqual(again, first.settlements[0]);
  });

  it("are not sent a third time once they were answered", async () => {
    service.script.settles = null;
    workers.start({ queues: { email: () => "done" } });
    const first = await service.stream(0);
    first.grant(service.task());
    await first.settled(1);
    service.script.settles = "OK";
    first.fail(14);
    const second = await service.stream(1);
    await second.settled(1);
    second.grant(service.task());
    await second.settled(2);
    second.fail(14);
    const third = await service.stream(2);
    assert.deepEqual(third.frames[0]?.hello?.held, []);
  });

  it("are sent again after a while where the dispatcher says RETRY", async () => {
    service.script.settles = "RETRY";
    workers.start({ queues: { email: () => "done" } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.settled(3);
    service.script.settles = "OK";
    const [first, ...others] = await eventually(async () => {
      assert.equal(stream.settlements.length > 3, true);
      return stream.settlements;
    });
    for (const other of others) {
      assert.deepEqual(other, first);
    }
  });

  it("are dropped where the dispatcher says STALE", async () => {
    service.script.settles = "STALE";
    const worker = workers.start({ queues: { email: () => "done" } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.settled(1);
    await worker.stop();
    assert.equal(stream.settlements.length, 1);
    assert.equal(worker.state, "stopped");
  });

  it("give way to a failure where the dispatcher rejects a result, then to a release", async () => {
    service.script.settles = "REJECTED";
    const worker = workers.start({ queues: { email: () => "done" } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    const settlements = await stream.settled(3);
    assert.deepEqual(
      settlements.map(({ outcome }) => outcome),
      ["complete", "fail", "release"],
    );
    assert.equal(settlements[1]?.fail?.nonRetryable, true);
    await worker.stop();
    assert.equal(stream.settlements.length, 3);
  });

  it("take the place of credit, so that what is unanswered stays bounded", async () => {
    service.script.settles = null;
    // Nobody answers these settlements, so that the worker waits for as long as it may when it is stopped.
    workers.start({ queues: { email: () => "done" }, concurrency: 600, stopTimeoutMs: 500 });
    const stream = await service.stream(0);
    const grant = (count: number) =>
      stream.grant(...Array.from({ length: count }, () => service.task()));
    let granted = 0;
    // In more frames where the handlers took more than one turn of the event loop.
    await eventually(() => {
      if (stream.credit > granted) {
        grant(stream.credit - granted);
        granted = stream.credit;
      }
      assert.equal(granted, 1_000);
    });
    await stream.settled(1_000);
    assert.equal(stream.credit, 1_000);
  });
});
