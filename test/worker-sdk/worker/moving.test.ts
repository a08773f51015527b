import assert from "node:assert/strict";
import type { WorkerState } from "@baton/worker-sdk";
import { status } from "@grpc/grpc-js";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { deferred } from "../../support/time/deferred.ts";
import { Workers } from "../../support/workers.ts";

const done = () => "done";

describe("A worker whose dispatcher goes", () => {
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

  it("opens the next stream before it leaves one whose dispatcher goes", async () => {
    const gate = deferred();
    const states: WorkerState[] = [];
    workers.start({
      queues: { email: () => gate.promise },
      onStateChange: (state) => states.push(state),
    });
    const first = await service.stream(0);
    const task = service.task();
    first.grant(task);
    await first.next("credit");
    service.script.welcomes = false;
    first.send({ drain: { cause: "DRAIN_CAUSE_SHUTDOWN", grace: { seconds: 10, nanos: 0 } } });
    const second = await service.stream(1);
    assert.equal(second.frames[0]?.hello?.resumeSession, "session");
    assert.equal(second.frames[0].hello.held.length, 1);
    assert.equal(first.isHalfClosed, false);
    second.welcome();
    await first.closed();
    assert.equal(first.isHalfClosed, true);
    gate.resolve();
    await second.settled(1);
    assert.deepEqual(states, ["connecting", "running"]);
  });

  it("finishes what it has and goes, once, if it is dismissed, and says why", async () => {
    const gate = deferred();
    const worker = workers.start({ queues: { email: () => gate.promise } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.next("credit");
    stream.send({ dismiss: { reason: "its disk fails" } });
    stream.send({ dismiss: { reason: "again" } });
    await stream.next("drain");
    assert.equal(worker.state, "draining");
    gate.resolve();
    await stream.settled(1);
    assert.deepEqual(await workers.end(worker), {
      cause: "dismissed",
      reason: "its disk fails",
    });
    assert.equal(worker.state, "stopped");
    assert.equal(service.streams.length, 1);
  });

  it("says that it was stopped if it was before it was dismissed", async () => {
    const gate = deferred();
    const worker = workers.start({ queues: { email: () => gate.promise } });
    const stream = await service.stream(0);
    stream.grant(service.task());
    await stream.next("credit");
    const stopping = worker.stop();
    await stream.next("drain");
    stream.send({ dismiss: { reason: "too late" } });
    gate.resolve();
    await stopping;
    assert.deepEqual(await workers.end(worker), { cause: "stopped" });
  });

  it("goes on with the old stream while the next dispatcher refuses", async () => {
    workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    await first.next("credit");
    service.script.welcomes = false;
    first.send({ drain: { cause: "DRAIN_CAUSE_REBALANCE" } });
    (await service.stream(1)).fail(status.UNAVAILABLE, "DRAINING");
    (await service.stream(2)).fail(status.UNAVAILABLE, "DRAINING");
    first.grant(service.task());
    await first.settled(1);
    assert.equal(first.isOver, false);
    (await service.stream(3)).welcome();
    await first.closed();
  });

  it("gives back what the old stream grants once the next one's Hello is on its way", async () => {
    let started = 0;
    workers.start({
      queues: {
        email: () => {
          started += 1;
        },
      },
    });
    const first = await service.stream(0);
    await first.next("credit");
    service.script.welcomes = false;
    first.send({ drain: { cause: "DRAIN_CAUSE_SHUTDOWN" } });
    const second = await service.stream(1);
    first.grant(service.task());
    const [settlement] = await first.settled(1);
    assert.equal(settlement?.outcome, "release");
    second.welcome();
    await first.closed();
    assert.equal(started, 0);
  });

  it("takes answers on the old stream that come after the next one is open", async () => {
    service.script.settles = null;
    const worker = workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    first.grant(service.task());
    const [settlement] = await first.settled(1);
    assert.ok(settlement !== undefined);
    service.script.welcomes = false;
    first.send({ drain: { cause: "DRAIN_CAUSE_SHUTDOWN" } });
    const second = await service.stream(1);
    first.answer(settlement, "OK");
    await first.hum();
    second.welcome();
    await second.next("credit");
    await worker.stop();
    assert.equal(worker.state, "stopped");
    assert.equal(second.settlements.length, 0);
  });
});
