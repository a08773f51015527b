import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../server/src/domain/flow/queue-settings.ts";
import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import { completed, failed, leaseOf, released } from "../dispatch/test-worker.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../support/task-factory.ts";
import { sampleValue } from "./metrics-text.ts";
import { TelemetryFixture } from "./telemetry-fixture.ts";

describe("the dispatcher's metrics", () => {
  let fixture: TelemetryFixture;

  beforeEach(async () => {
    fixture = await TelemetryFixture.start();
  });

  afterEach(() => fixture?.stop());

  async function value(name: string, labels: Record<string, string> = {}): Promise<number> {
    return sampleValue(await fixture.samples(), `baton_${name}`, labels);
  }

  const inState = (state: string): Promise<number> =>
    value("queue_tasks", { messaging_baton_task_state: state });

  const settledAs = (outcome: string): Promise<number> =>
    value("tasks_settled_total", { messaging_baton_outcome: outcome });

  it("count what is submitted, once however often it is sent, and show the backlog's age", async () => {
    const again = newTask({ requestId: "again" });
    await fixture.submit(again, newTask());
    await fixture.submit(again);
    await fixture.advance(3_000);
    const queue = { messaging_destination_name: QUEUE };
    assert.equal(await value("tasks_submitted_total", queue), 2);
    assert.equal(await inState("READY"), 2);
    assert.equal(await value("queue_oldest_ready_age_seconds", queue), 3);
  });

  it("time a task from due to grant and from grant to settlement", async () => {
    await fixture.submit(newTask());
    await fixture.advance(400);
    const worker = await fixture.worker({ credit: 5 });
    await fixture.advance(3_000);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal(await value("tasks_granted_total"), 1);
    assert.equal(await value("task_wait_seconds_sum"), 0.4);
    assert.equal(await value("task_wait_seconds_bucket", { le: "0.1" }), 0);
    assert.equal(await value("task_wait_seconds_bucket", { le: "0.5" }), 1);
    const complete = { messaging_baton_outcome: "complete" };
    assert.equal(await value("task_run_seconds_sum", complete), 3);
    assert.equal(await value("task_run_seconds_bucket", { ...complete, le: "1" }), 0);
    assert.equal(await value("task_run_seconds_bucket", { ...complete, le: "+Inf" }), 1);
    assert.equal(await settledAs("complete"), 1);
    assert.equal(await inState("SUCCEEDED"), 1);
  });

  it("count failed attempts until the task is dead, and what redrives it", async () => {
    const policy = retryPolicy({ maxAttempts: 2, initialBackoffMs: 100, maxBackoffMs: 100 });
    const [id] = await fixture.submit(newTask({ retryPolicy: policy }));
    const worker = await fixture.worker({ credit: 5 });
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.advance(1_000);
    assert.equal(await value("tasks_dead_total"), 0);
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.equal(await settledAs("fail"), 2);
    assert.equal(await value("tasks_granted_total"), 2);
    assert.equal(await value("tasks_dead_total"), 1);
    await fixture.dispatcher.redrive(id as TaskId);
    assert.equal(await value("tasks_redriven_total"), 1);
  });

  it("count repeats, releases, stale and unknown settlements apart", async () => {
    await fixture.submit(...newTasks(2));
    const worker = await fixture.worker({ credit: 2 });
    const [first, second] = worker.granted.map(leaseOf);
    assert.ok(first && second);
    worker.settle(completed(first));
    await fixture.turns();
    worker.settle(completed(first), released(second, 60_000));
    await fixture.turns();
    worker.settle(failed(first));
    worker.settle(completed({ ...first, taskId: "nowhere~0123456789abcdef" as TaskId }));
    await fixture.turns();
    assert.equal(await settledAs("complete"), 1);
    assert.equal(await settledAs("repeat"), 1);
    assert.equal(await settledAs("release"), 1);
    assert.equal(await settledAs("stale"), 1);
    const unknown = {
      messaging_baton_outcome: "not_found",
      messaging_destination_name: "(others)",
    };
    assert.equal(await value("tasks_settled_total", unknown), 1);
  });

  it("count a worker's crash as a redelivery, and the last one as a death", async () => {
    await fixture.submit(newTask({ retryPolicy: retryPolicy({ maxCrashes: 2 }) }));
    for (const crashes of [1, 2]) {
      const worker = await fixture.worker({ credit: 1 });
      assert.equal(worker.granted.length, 1);
      worker.cut();
      await fixture.advance(3_000);
      assert.equal(await value("tasks_redelivered_total"), 1);
      assert.equal(await value("tasks_dead_total"), crashes - 1);
    }
  });

  it("count attempts that ran out of time, and what expired or was cancelled", async () => {
    await fixture.submit(newTask({ attemptTimeoutMs: 1_000 }));
    const worker = await fixture.worker({ credit: 1 });
    await fixture.advance(2_000);
    assert.equal(await settledAs("timed_out"), 1);
    await fixture.dispatcher.cancel(worker.newest.id, "enough");
    // Answered as the first, and counted once.
    await fixture.dispatcher.cancel(worker.newest.id, "enough");
    await fixture.submit(newTask({ queue: "other" as QueueName, startDeadlineMs: 500 }));
    await fixture.advance(2_000);
    assert.equal(await value("tasks_cancelled_total", { messaging_destination_name: QUEUE }), 1);
    const other = { messaging_destination_name: "other" };
    assert.equal(await value("tasks_expired_total", other), 1);
    const expired = { ...other, messaging_baton_task_state: "EXPIRED" };
    assert.equal(await value("queue_tasks", expired), 1);
  });

  it("show what is held back by cause, lease calls cut short, and tasks that a full backlog refused", async () => {
    const queue = { messaging_destination_name: QUEUE };
    const held = (cause: string): Promise<number> =>
      value("queue_blocked_tasks", { ...queue, messaging_baton_block_cause: cause });
    const settings = {
      ...DEFAULT_QUEUE_SETTINGS,
      keyConcurrencyLimit: 1,
      keyMaxBacklog: 2,
    };
    const names = ["keyConcurrencyLimit", "keyMaxBacklog"] as const;
    await fixture.dispatcher.queues.update(QUEUE, { names, settings });
    const keyed = () => newTask({ concurrencyKey: "tenant" });
    await fixture.submit(keyed(), keyed());
    assert.equal(await value("grants_throttled_total", queue), 0);
    await fixture.worker({ credit: 5 });
    await fixture.submit(keyed(), keyed());
    assert.deepEqual(
      [await held("key"), await held("paused"), await value("queue_blocked_keys", queue)],
      [2, 0, 1],
    );
    assert.equal(await value("tasks_refused_total", queue), 1);
    assert.ok((await value("grants_throttled_total", queue)) >= 1);
    const paused = { names: ["isPaused"] as const, settings: { ...settings, isPaused: true } };
    await fixture.dispatcher.queues.update(QUEUE, paused);
    assert.deepEqual([await held("key"), await held("paused")], [0, 2]);
  });

  it("show sessions, credit, the event loop's delay and how long the store takes", async () => {
    await fixture.worker({ credit: 7 });
    assert.equal(await value("sessions"), 1);
    assert.equal(await value("credit"), 7);
    assert.ok((await value("event_loop_delay_p99_seconds")) >= 0);
    const call = { messaging_baton_store_call: "open_session" };
    assert.equal(await value("store_call_seconds_count", call), 1);
  });

  it("give names to 500 queues, and one to all that come after, with nothing lost", async () => {
    const tasks = Array.from({ length: 1_000 }, (_, at) =>
      newTask({ queue: `queue-${at}` as QueueName }),
    );
    await fixture.submit(...tasks);
    await fixture.worker({
      credit: 1_000,
      subscriptions: tasks.slice(0, 16).map(({ spec }) => ({ queue: spec.queue, types: null })),
    });
    const samples = await fixture.samples();
    const names = new Set(samples.map(({ labels }) => labels.messaging_destination_name ?? ""));
    names.delete("");
    assert.equal(names.size, 501);
    assert.ok(names.has("(others)"));
    for (const name of ["baton_tasks_submitted_total", "baton_queue_tasks"]) {
      const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
      const sum = values.reduce((total, each) => total + each, 0);
      assert.equal(sum, 1_000, name);
    }
    assert.ok(!samples.some(({ labels }) => "otel_metric_overflow" in labels));
  }).timeout(10_000);

  it("count connections that are open, and those cut by port and reason, at 0 before the first", async () => {
    fixture.telemetry.cut("grpc", "memory");
    const cutOf = (port: string, reason: string): Promise<number> =>
      value("connections_cut_total", {
        messaging_baton_port: port,
        messaging_baton_reason: reason,
      });
    assert.equal(await cutOf("grpc", "memory"), 1);
    assert.equal(await cutOf("http", "too_many"), 0);
    assert.equal(await value("connections_open", { messaging_baton_port: "grpc" }), 3);
    assert.equal(await value("connections_held_bytes"), 4_096);
  });

  it("never have a task's id, type or worker as a label", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1, workerId: "worker-of-note" });
    worker.complete(worker.newest);
    await fixture.turns();
    const text = await fixture.telemetry.metricsText();
    const { id, spec } = worker.newest;
    for (const secret of [id, `"${spec.type}"`, "worker-of-note"]) {
      assert.ok(!text.includes(secret), secret);
    }
  });
});
