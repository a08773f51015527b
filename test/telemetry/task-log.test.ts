import assert from "node:assert/strict";
import type { TaskId } from "../../server/src/domain/ids.ts";
import { failed, leaseOf } from "../dispatch/test-worker.ts";
import type { LogLine } from "../support/grpc/grpc-server.ts";
import { newTask, newTasks, retryPolicy } from "../support/task-factory.ts";
import { TelemetryFixture } from "./telemetry-fixture.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const headers = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };

describe("the log of tasks", () => {
  let fixture: TelemetryFixture;

  beforeEach(async () => {
    fixture = await TelemetryFixture.start();
  });

  afterEach(() => fixture?.stop());

  const lines = (message: string): LogLine[] =>
    fixture.log.filter((line) => line.message === message);

  /** The only line with this message: its level, and the fields named. */
  function lineOf(message: string, ...fields: string[]): unknown[] {
    const found = lines(message);
    assert.equal(found.length, 1, `${found.length} lines say ${JSON.stringify(message)}`);
    const line = found[0] as LogLine & { fields: Record<string, unknown> };
    return [line.level, ...fields.map((field) => line.fields[field])];
  }

  it("names task, attempt and trace of a reclaimed lease, and of the death that follows", async () => {
    const policy = retryPolicy({ maxCrashes: 2 });
    const [id] = await fixture.submit(newTask({ headers, retryPolicy: policy }));
    for (const _crash of [1, 2]) {
      const worker = await fixture.worker({ credit: 1 });
      worker.cut();
      await fixture.advance(3_000);
    }
    const about = ["task_id", "attempt", "trace_id", "worker_id", "state", "error_type"];
    assert.deepEqual(lineOf("a lease was reclaimed", ...about), [
      "info",
      ...[id, 1, TRACE_ID, "worker-1", "READY", undefined],
    ]);
    assert.deepEqual(lineOf("a task is dead", ...about), [
      "warn",
      ...[id, 1, TRACE_ID, "worker-1", "DEAD", "crashed"],
    ]);
  });

  it("tells of a full store once a minute, and when it has room again", async () => {
    const full = () =>
      lines("the store is full: it refuses submits and large results, and works off what it has");
    const refused = async () => {
      fixture.plain.failNext("submit", "full");
      await assert.rejects(fixture.submit(newTask()), { reason: "STORE_FULL" });
    };
    await refused();
    await refused();
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    fixture.plain.answerNext("settle", [{ kind: "no_room" }]);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal(full().length, 1);
    assert.equal(lines("the store has room again").length, 0, "it refused something just now");
    await fixture.advance(60_000);
    await refused();
    assert.equal(full().length, 2);
    assert.equal(full()[1]?.level, "warn");
    await fixture.advance(5_000);
    await fixture.submit(newTask());
    await fixture.submit(newTask());
    assert.equal(lines("the store has room again").length, 1);
  });

  it("tells of deaths by failure, of time-outs, cancellations and stale settlements", async () => {
    const once = retryPolicy({ maxAttempts: 1 });
    const [dying] = await fixture.submit(newTask({ headers, retryPolicy: once }));
    const worker = await fixture.worker({ credit: 2 });
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.deepEqual(lineOf("a task is dead", "task_id", "attempt", "trace_id", "error_type"), [
      "warn",
      ...[dying, 1, TRACE_ID, "Boom"],
    ]);

    const [slow] = await fixture.submit(newTask({ headers, attemptTimeoutMs: 1_000 }));
    await fixture.advance(2_000);
    assert.deepEqual(
      lineOf("an attempt ran out of time", "task_id", "attempt", "trace_id", "state"),
      ["info", slow, 1, TRACE_ID, "SCHEDULED"],
    );
    await fixture.dispatcher.cancel(slow as TaskId, "enough");
    await fixture.turns();
    assert.deepEqual(lineOf("a task was cancelled", "task_id", "trace_id"), [
      "info",
      ...[slow, TRACE_ID],
    ]);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.deepEqual(lineOf("a settlement was stale", "task_id", "state", "trace_id"), [
      "debug",
      ...[slow, "CANCELLED", TRACE_ID],
    ]);
  });

  it("writes no trace id that a header only pretends to be", async () => {
    const [id] = await fixture.submit(newTask({ headers: { traceparent: "00-canary-canary-01" } }));
    await fixture.dispatcher.cancel(id as TaskId, "");
    await fixture.turns();
    assert.deepEqual(lineOf("a task was cancelled", "task_id", "trace_id"), [
      "info",
      id,
      undefined,
    ]);
  });

  it("writes ten lines for ten thousand reclaimed leases, and one that counts the rest", async () => {
    const tasks = newTasks(10_000);
    for (let at = 0; at < tasks.length; at += 1_000) {
      await fixture.submit(...tasks.slice(at, at + 1_000));
    }
    const worker = await fixture.worker();
    for (let credit = 0; credit < tasks.length; credit += 1_000) {
      worker.session.addCredit(1_000);
      await fixture.turns(100);
    }
    assert.equal(worker.granted.length, 10_000);
    worker.cut();
    await fixture.advance(5_000);
    const told = lines("a lease was reclaimed").length;
    const counted = lines("more leases were reclaimed").map(
      ({ fields }) => (fields as { tasks: number }).tasks,
    );
    assert.ok(told <= 10 * 5, `${told} lines`);
    assert.ok(counted.length <= 5, `${counted.length} sums`);
    assert.equal(told + counted.reduce((sum, each) => sum + each, 0), 10_000);
    const others = fixture.log.filter(({ level }) => level !== "debug").length - told;
    assert.ok(others < 20, `${others} other lines`);
  }).timeout(30_000);

  it("counts what was not told when the dispatcher ends", async () => {
    const ids = await fixture.submit(...newTasks(12));
    await Promise.all(ids.map((id) => fixture.dispatcher.cancel(id, "")));
    await fixture.store.close();
    assert.equal(lines("a task was cancelled").length, 10);
    assert.deepEqual(lineOf("more tasks were cancelled", "tasks"), ["info", 2]);
  });
});
