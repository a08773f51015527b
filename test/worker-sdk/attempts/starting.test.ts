import assert from "node:assert/strict";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { nextTurn } from "../../support/time/next-turn.ts";
import { Workers } from "../../support/workers.ts";

/** Keeps the event loop from turning. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe("The handlers of a grant", () => {
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

  const grant = async (count: number, attemptTimeout = { seconds: 600, nanos: 0 }) => {
    const stream = await service.stream(0);
    stream.grant(...Array.from({ length: count }, () => service.task({ attemptTimeout })));
    return stream;
  };

  it("start in one turn of the event loop where they are quick, and are settled together", async () => {
    let turns = 0;
    const startedIn: number[] = [];
    // Its time stands still, so that every handler is quick.
    workers.start(
      {
        queues: {
          email: async () => {
            setImmediate(() => {
              turns += 1;
            });
            startedIn.push(turns);
            await Promise.resolve();
          },
        },
      },
      new ManualClock(),
    );
    const stream = await grant(4);
    await stream.settled(4);
    assert.deepEqual(startedIn, [0, 0, 0, 0]);
    assert.equal(stream.all("settle").length, 1);
  });

  it("start after the one before was settled where it blocks the event loop, also behind an await", async () => {
    const settledBefore: number[] = [];
    workers.start({
      queues: {
        email: async () => {
          settledBefore.push((await service.stream(0)).settlements.length);
          for (let step = 0; step < 50; step += 1) {
            await Promise.resolve();
          }
          block(20);
        },
      },
    });
    const stream = await grant(4);
    await stream.settled(4);
    assert.deepEqual(settledBefore, [0, 1, 2, 3]);
  });

  it("wait behind one that blocks for no longer than a tenth of their time, and are given back else", async () => {
    let runs = 0;
    workers.start({
      queues: {
        email: () => {
          runs += 1;
          block(150);
        },
      },
    });
    const stream = await grant(3, { seconds: 1, nanos: 0 });
    const settlements = await stream.settled(3);
    assert.deepEqual(settlements.map(({ outcome }) => outcome).sort(), [
      "complete",
      "release",
      "release",
    ]);
    assert.equal(runs, 1);
    await eventually(() => assert.equal(stream.credit, 19));
  });

  it("are given back where the worker stops before they began", async () => {
    let runs = 0;
    const worker = workers.start({
      queues: {
        email: () => {
          runs += 1;
          block(20);
          void worker.stop();
        },
      },
    });
    const stream = await grant(3);
    const settlements = await stream.settled(3);
    assert.deepEqual(settlements.map(({ outcome }) => outcome).sort(), [
      "complete",
      "release",
      "release",
    ]);
    assert.equal(runs, 1);
  });

  it("do not begin on leases that are over by then, and are not reported", async () => {
    const started: string[] = [];
    const reported: string[] = [];
    workers.start({
      queues: {
        email: ({ id }) => {
          started.push(id);
          block(20);
        },
      },
      onAttemptEnd: ({ taskId }) => reported.push(taskId),
    });
    const stream = await service.stream(0);
    const [first, second, third] = [service.task(), service.task(), service.task()];
    stream.grant(first, second, third);
    stream.send({ cancel: { lease: second.lease, reason: "not wanted" } });
    await stream.settled(2);
    await nextTurn();
    const ran = [first.lease.taskId, third.lease.taskId];
    assert.deepEqual(started, ran);
    assert.deepEqual(reported, ran);
    assert.equal(stream.settlements.length, 2);
  });

  it("wait for the answer to a heartbeat where the one before blocked for long", async () => {
    service.script.heartbeatIntervalMs = 300;
    service.script.leaseTtlMs = 60_000;
    service.script.answersHeartbeats = false;
    let runs = 0;
    workers.start({
      queues: {
        email: () => {
          runs += 1;
          block(100);
        },
      },
    });
    const stream = await grant(2);
    await stream.settled(1);
    const { leases, sequence } = await stream.next("heartbeat");
    assert.equal(leases.length, 2);
    await stream.hum();
    assert.equal(runs, 1);
    stream.send({ heartbeatAck: { sequence } });
    await stream.settled(2);
    assert.equal(runs, 2);
  });
});
