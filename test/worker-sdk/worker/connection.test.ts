import assert from "node:assert/strict";
import { LeaseLostError, type WorkerState } from "@baton/worker-sdk";
import { status } from "@grpc/grpc-js";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { aborted, deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

const done = () => "done";

describe("A worker's connection", () => {
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

  it("opens with a Hello that says who works and what it takes", async () => {
    workers.start({
      workerId: "worker-7",
      labels: { zone: "a" },
      concurrency: 3,
      queues: { email: done, images: { types: { crop: done, scale: done } } },
    });
    const { hello } = (await service.stream(0)).frames[0] ?? {};
    assert.deepEqual(
      { ...hello, sdk: undefined },
      {
        protocolVersion: 1,
        workerId: "worker-7",
        resumeSession: "",
        subscriptions: [
          { queue: "email", types: [] },
          { queue: "images", types: ["crop", "scale"] },
        ],
        held: [],
        labels: { zone: "a" },
        sdk: undefined,
        streamNumber: 1,
        concurrency: 3,
      },
    );
    assert.match(hello?.sdk ?? "", /^baton-worker-sdk-typescript\//);
  });

  it("gives as much credit as handlers can start, and gives it back as they end", async () => {
    const gates = [deferred(), deferred(), deferred()];
    let started = 0;
    workers.start({ concurrency: 3, queues: { email: () => gates[started++]?.promise } });
    const stream = await service.stream(0);
    assert.equal((await stream.next("credit")).tasks, 3);
    stream.grant(service.task(), service.task());
    await eventually(() => assert.equal(started, 2));
    gates[0]?.resolve();
    assert.equal((await stream.next("credit")).tasks, 1);
    assert.equal(stream.credit, 4);
    gates[1]?.resolve();
    assert.equal((await stream.next("credit")).tasks, 1);
  });

  it("gives back at once what was granted beyond the free slots", async () => {
    const gate = deferred();
    let started = 0;
    workers.start({
      concurrency: 2,
      queues: {
        email: () => {
          started += 1;
          return gate.promise;
        },
      },
    });
    const stream = await service.stream(0);
    await stream.next("credit");
    stream.grant(service.task(), service.task(), service.task());
    const [settlement] = await stream.settled(1);
    assert.equal(settlement?.outcome, "release");
    assert.equal(settlement.lease?.taskId, "task-3");
    // Handlers start in turns: on a machine that is busy the second one may not have had its own yet.
    await eventually(() => assert.equal(started, 2));
    gate.resolve();
  });

  it("gives back a task of a type that has no handler", async () => {
    workers.start({ queues: { email: { types: { welcome: done } } } });
    const stream = await service.stream(0);
    stream.grant(service.task({ type: "farewell" }));
    const [settlement] = await stream.settled(1);
    assert.match(settlement?.release?.reason ?? "", /no handler for the type farewell/);
    assert.equal(settlement?.release?.delay?.seconds, "1");
  });

  it("runs a task once that is granted twice with the same lease", async () => {
    const gate = deferred();
    let started = 0;
    workers.start({
      queues: {
        email: () => {
          started += 1;
          return gate.promise;
        },
      },
    });
    const stream = await service.stream(0);
    const task = service.task();
    stream.grant(task, task);
    stream.grant(task);
    const other = service.task();
    stream.grant(other);
    await eventually(() => assert.equal(started, 2));
    gate.resolve();
    await stream.settled(2);
    assert.equal(started, 2);
  });

  it("ignores frames of a kind that it does not know", async () => {
    workers.start({ queues: { email: done } });
    const stream = await service.stream(0);
    stream.send({});
    stream.welcome({ sessionKey: "another" });
    stream.send({ throttle: { reason: "rate limit", retryAfter: { seconds: 1, nanos: 0 } } });
    stream.send({ drainAck: {} });
    stream.send({ cancel: { lease: null, reason: "nobody" } });
    stream.send({ settleAck: { results: [{ lease: null }] } });
    stream.grant(service.task());
    await stream.settled(1);
    assert.equal(service.streams.length, 1);
  });

  for (const code of [
    status.OK,
    status.CANCELLED,
    status.UNAVAILABLE,
    status.ABORTED,
    status.DEADLINE_EXCEEDED,
    status.INTERNAL,
    status.RESOURCE_EXHAUSTED,
    status.INVALID_ARGUMENT,
  ]) {
    it(`resumes its session after a stream that ended with ${status[code]}`, async () => {
      const states: WorkerState[] = [];
      const gate = deferred();
      workers.start({
        queues: { email: () => gate.promise },
        onStateChange: (state) => states.push(state),
      });
      const first = await service.stream(0);
      const task = service.task();
      first.grant(task);
      await first.next("credit");
      if (code === status.OK) {
        first.end();
      } else {
        first.fail(code);
      }
      const second = await service.stream(1);
      const { hello } = second.frames[0] ?? {};
      assert.equal(hello?.resumeSession, "session");
      assert.deepEqual(
        hello.held.map(({ taskId }) => taskId),
        [task.lease.taskId],
      );
      gate.resolve();
      await second.settled(1);
      assert.deepEqual(states, ["connecting", "running", "connecting", "running"]);
    });
  }

  it("gives credit anew on every stream, for the slots that are free", async () => {
    const gate = deferred();
    workers.start({ concurrency: 4, queues: { email: () => gate.promise } });
    const first = await service.stream(0);
    await first.next("credit");
    first.grant(service.task());
    first.end();
    const second = await service.stream(1);
    assert.equal((await second.next("credit")).tasks, 3);
    gate.resolve();
    assert.equal((await second.next("credit")).tasks, 1);
  });

  it("gives credit in portions while the dispatcher has plenty of it", async () => {
    workers.start({ concurrency: 100, queues: { email: done } });
    const stream = await service.stream(0);
    assert.equal((await stream.next("credit")).tasks, 100);
    for (let ended = 1; ended <= 50; ended += 1) {
      stream.grant(service.task());
      await stream.settled(ended);
    }
    assert.deepEqual(stream.all("credit"), [{ tasks: 100 }]);
    stream.grant(service.task());
    assert.equal((await stream.next("credit")).tasks, 51);
    assert.equal(stream.credit, 151);
  });

  it("stops handlers whose lease Welcome says is lost, and keeps the others", async () => {
    const reasons: unknown[] = [];
    workers.start({
      queues: {
        email: async (_, { signal }) => {
          reasons.push(await aborted(signal));
        },
      },
    });
    const first = await service.stream(0);
    const [kept, lost] = [service.task(), service.task()];
    first.grant(kept, lost);
    await first.next("credit");
    service.script.welcomes = false;
    first.fail(status.UNAVAILABLE);
    const second = await service.stream(1);
    second.welcome({ kept: [kept.lease], lost: [lost.lease] });
    await eventually(() => assert.equal(reasons.length, 1));
    assert.ok(reasons[0] instanceof LeaseLostError);
    await eventually(() => assert.equal(second.credit, 15));
    assert.equal(second.settlements.length, 0);
  });

  it("moves to the session that the dispatcher names where it has forgotten the old one", async () => {
    workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    await first.next("credit");
    service.script.welcomes = false;
    first.fail(status.UNAVAILABLE);
    const second = await service.stream(1);
    second.welcome({ sessionKey: "session-2" });
    await second.next("credit");
    second.fail(status.UNAVAILABLE);
    const third = await service.stream(2);
    assert.equal(third.frames[0]?.hello?.resumeSession, "session-2");
    third.welcome();
  });

  it("numbers its streams, those that were not welcomed included", async () => {
    workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    await first.next("credit");
    service.script.welcomes = false;
    first.fail(status.UNAVAILABLE);
    (await service.stream(1)).fail(status.UNAVAILABLE);
    await service.stream(2);
    const numbers = service.streams.map(({ frames }) => frames[0]?.hello?.streamNumber);
    assert.deepEqual(numbers, [1, 2, 3]);
  });

  it("begins another session where its newest Hello is refused as another stream's", async () => {
    const reasons: unknown[] = [];
    const started = deferred();
    workers.start({
      queues: {
        email: async (_, { signal }) => {
          started.resolve();
          reasons.push(await aborted(signal));
        },
      },
    });
    const first = await service.stream(0);
    first.grant(service.task());
    await started.promise;
    service.script.welcomes = false;
    first.fail(status.UNAVAILABLE);
    (await service.stream(1)).fail(status.ABORTED, "SESSION_RESUMED");
    const third = await service.stream(2);
    const { hello } = third.frames[0] ?? {};
    assert.deepEqual([hello?.resumeSession, hello?.held, hello?.streamNumber], ["", [], 3]);
    assert.ok(reasons[0] instanceof LeaseLostError);
    third.welcome({ sessionKey: "session-2" });
    await third.next("credit");
  });
});
