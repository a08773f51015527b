import assert from "node:assert/strict";
import { BatonError } from "@baton/worker-sdk";
import { status } from "@grpc/grpc-js";
import { freePort } from "../../support/grpc/loopback.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { nextTurn } from "../../support/time/next-turn.ts";
import { Workers } from "../../support/workers.ts";

const done = () => "done";

describe("A worker's stream that fails", () => {
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

  for (const code of [
    status.INVALID_ARGUMENT,
    status.FAILED_PRECONDITION,
    status.UNIMPLEMENTED,
    status.UNAUTHENTICATED,
    status.PERMISSION_DENIED,
  ]) {
    it(`fails where a dispatcher refuses the Hello with ${status[code]}`, async () => {
      service.script.welcomes = false;
      const worker = workers.start({ queues: { email: done } });
      const stream = await service.stream(0);
      stream.fail(code, "PROTOCOL_VERSION");
      const error = await workers.end(worker);
      assert.ok(error instanceof BatonError);
      assert.equal(error.code, status[code]);
      assert.equal(error.reason, "PROTOCOL_VERSION");
      assert.equal(worker.state, "failed");
      await worker.stop();
    });
  }

  it("goes on where a dispatcher refuses a Hello after another welcomed the worker", async () => {
    workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    await first.next("credit");
    service.script.welcomes = false;
    first.fail(status.UNAVAILABLE);
    (await service.stream(1)).fail(status.PERMISSION_DENIED);
    (await service.stream(2)).welcome();
    await (await service.stream(2)).next("credit");
  });

  it("gives up a stream whose Welcome makes no sense", async () => {
    service.script.heartbeatIntervalMs = 0;
    workers.start({ queues: { email: done } });
    await service.stream(0);
    service.script.heartbeatIntervalMs = 5_000;
    await (await service.stream(1)).next("credit");
  });

  it("tries again, waiting longer each time up to a bound, while nobody listens", async () => {
    const clock = new ManualClock();
    const port = await freePort();
    const worker = workers.start({ address: `127.0.0.1:${port}`, queues: { email: done } }, clock);
    for (let tries = 0; tries < 20; tries += 1) {
      await eventually(() => assert.ok(clock.pendingTimers > 0));
      clock.advance(5_000);
    }
    assert.equal(worker.state, "connecting");
  });

  it("gives up a stream whose Hello is not answered, and opens another", async () => {
    const clock = new ManualClock();
    service.script.welcomes = false;
    workers.start({ connectTimeoutMs: 3_000, queues: { email: done } }, clock);
    await service.stream(0);
    clock.advance(2_999);
    assert.equal(service.streams.length, 1);
    service.script.welcomes = true;
    await eventually(() => {
      clock.advance(100);
      assert.equal(service.streams.length, 2);
    });
    await (await service.stream(1)).next("credit");
    assert.equal(service.streams[0]?.isOver, true);
  });

  it("gives up a stream on which something else than Welcome comes first", async () => {
    service.script.welcomes = false;
    workers.start({ queues: { email: done } });
    const first = await service.stream(0);
    service.script.welcomes = true;
    first.send({});
    first.grant(service.task());
    const second = await service.stream(1);
    await second.next("credit");
    assert.equal(second.settlements.length, 0);
  });

  it("takes 2.5 intervals of silence for a dead stream, and resumes on another", async () => {
    const clock = new ManualClock();
    workers.start({ queues: { email: done } }, clock);
    const first = await service.stream(0);
    await first.next("credit");
    service.script.answersHeartbeats = false;
    for (let passed = 0; passed < 12_000; passed += 500) {
      clock.advance(500);
      await nextTurn();
    }
    assert.equal(service.streams.length, 1);
    clock.advance(500);
    await eventually(() => {
      clock.advance(10);
      assert.equal(service.streams.length, 2);
    });
    assert.ok(clock.monotonicMs() < 13_000);
    assert.equal((await service.stream(1)).frames[0]?.hello?.resumeSession, "session");
    await eventually(() => assert.equal(first.isOver, true));
  });

  it("takes no silence for a death in which it asked nothing itself, its event loop being blocked", async () => {
    const clock = new ManualClock();
    workers.start({ queues: { email: done } }, clock);
    const stream = await service.stream(0);
    await stream.next("credit");
    for (let blocks = 1; blocks <= 3; blocks += 1) {
      clock.advance(13_000);
      await stream.next("heartbeat");
      // Once that is settled, the answer before it was read as well.
      stream.grant(service.task());
      await stream.settled(blocks);
    }
    assert.equal(service.streams.length, 1);
    assert.equal(stream.isOver, false);
  });

  it("lives on frames of any kind, as long as heartbeats are answered within the ttl", async () => {
    const clock = new ManualClock();
    workers.start({ queues: { email: done } }, clock);
    const stream = await service.stream(0);
    await stream.next("credit");
    for (let passed = 0; passed < 60_000; passed += 500) {
      clock.advance(500);
      await nextTurn();
      await stream.hum();
    }
    assert.equal(service.streams.length, 1);
    const beats = stream.all("heartbeat").length;
    assert.ok(beats >= 10 && beats <= 14, `${beats} heartbeats in a minute`);
  });
});
