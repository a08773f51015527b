import assert from "node:assert/strict";
import {
  failureOf,
  type RequestOf,
  type ResponseOf,
  type ServerFrame,
  type StreamProbe,
  type WorkerFrame,
} from "../../support/grpc/grpc-client.ts";
import { type BatonUnderTest, startBaton } from "../../support/grpc/grpc-server.ts";

type Spec = NonNullable<RequestOf<"TaskService", "Submit">["task"]>;
type Task = NonNullable<ResponseOf<"TaskService", "Get">["task"]>;

const TASK: Spec = { queue: "email", type: "send", payload: Buffer.from("hello") };
const UNKNOWN = { taskId: "email~0123456789abcdef" };

describe("TaskService", () => {
  let baton: BatonUnderTest;

  beforeEach(async () => {
    baton = await startBaton();
  });

  afterEach(() => baton?.stop());

  async function submit(spec: Spec = TASK): Promise<string> {
    const { receipt } = await baton.client.task("Submit", { task: spec });
    return receipt?.taskId ?? "";
  }

  async function get(taskId: string, includePayload = false): Promise<Task> {
    const { task } = await baton.client.task("Get", { taskId, includePayload });
    assert.ok(task);
    return task;
  }

  async function worker(tasks = 10): Promise<StreamProbe<WorkerFrame, ServerFrame>> {
    const stream = baton.client.lease();
    stream.send({
      hello: { protocolVersion: 1, workerId: "worker-1", subscriptions: [{ queue: "email" }] },
    });
    await stream.next();
    stream.send({ credit: { tasks } });
    return stream;
  }

  async function leaseOf(stream: StreamProbe<WorkerFrame, ServerFrame>) {
    const { grant } = await stream.nextThat(({ frame }) => frame === "grant");
    assert.ok(grant?.tasks[0]?.lease);
    return grant.tasks[0].lease;
  }

  async function complete(value = "done"): Promise<void> {
    const stream = await worker();
    const lease = await leaseOf(stream);
    const result = { value: Buffer.from(value), contentType: "text/plain" };
    stream.send({ settle: { settlements: [{ lease, complete: { result } }] } });
    await stream.next();
    stream.cancel();
  }

  async function kill(): Promise<void> {
    const stream = await worker();
    const lease = await leaseOf(stream);
    const failure = { type: "Broken", message: "no", stack: "at line 1" };
    stream.send({
      settle: { settlements: [{ lease, fail: { failure, nonRetryable: true } }] },
    });
    await stream.next();
    stream.cancel();
  }

  it("tells what became of a task's attempts, where that is asked", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const taskId = await submit({ ...TASK, headers: { traceparent } });
    await kill();
    assert.equal((await get(taskId)).history, null);
    const { task } = await baton.client.task("Get", { taskId, includeHistory: true });
    assert.equal(task?.history?.leftOut, 0);
    const [attempt] = task.history.attempts;
    assert.deepEqual(
      { ...attempt, startTime: null, endTime: null },
      {
        delivery: 1,
        number: 1,
        outcome: "ATTEMPT_OUTCOME_FAILED",
        workerId: "worker-1",
        startTime: null,
        endTime: null,
        failure: { type: "Broken", message: "no", stack: "at line 1", traceparent: "" },
        traceId: "0af7651916cd43dd8448eb211c80319c",
      },
    );
    assert.ok(attempt?.startTime !== null && attempt?.endTime !== null);
  });

  it("stores a task and returns it with all that was given", async () => {
    const taskId = await submit({
      ...TASK,
      contentType: "text/plain",
      headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
      labels: { "team/name": "größe" },
      requestId: "r-1",
      priority: 0,
      retryPolicy: { maxAttempts: 7 },
      delay: { seconds: 60 },
    });
    const task = await get(taskId);
    assert.equal(task.id, taskId);
    assert.equal(task.state, "TASK_STATE_SCHEDULED");
    assert.equal(task.priority, 0);
    assert.equal(task.maxAttempts, 7);
    assert.deepEqual(task.headers, {
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    assert.deepEqual(task.labels, { "team/name": "größe" });
    assert.equal(task.requestId, "r-1");
    assert.equal(task.payload.length, 0);
    const submittedAt = Number(task.submitTime?.seconds);
    assert.equal(submittedAt * 1_000, baton.clock.nowMs());
    assert.equal(Number(task.dueTime?.seconds), submittedAt + 60);
    assert.equal(task.startTime, null);
    assert.equal(task.progress, null);
    assert.equal(task.result, null);
    assert.equal((await get(taskId, true)).payload.toString(), "hello");
  });

  it("returns the first task to a repeat, and refuses the request id for another", async () => {
    const task = { ...TASK, requestId: "r-1" };
    const taskId = await submit(task);
    const { receipt } = await baton.client.task("Submit", { task });
    assert.deepEqual(receipt, { taskId, deduplicated: true });
    const other = { ...task, payload: Buffer.from("bye") };
    const failure = await failureOf(baton.client.task("Submit", { task: other }));
    assert.equal(failure.code, "ALREADY_EXISTS");
    assert.equal(failure.reason, "REQUEST_ID_REUSED");
    assert.deepEqual(failure.metadata, { task_id: taskId, fields: "payload" });
  });

  for (const [field, change] of [
    ["type", { type: "other" }],
    ["payload", { payload: Buffer.from('{"b":2,"a":1}') }],
    ["content_type", { contentType: "text/json" }],
    ["labels", { labels: { team: "b" } }],
    ["priority", { priority: 6 }],
    ["delay", { delay: { seconds: 61 } }],
    ["run_at", { delay: null, runAt: { seconds: 5 } }],
    ["start_deadline", { startDeadline: { seconds: 9 } }],
    ["attempt_timeout", { attemptTimeout: { seconds: 9 } }],
    ["retry_policy", { retryPolicy: { maxAttempts: 2, nonRetryableTypes: ["Bad"] } }],
    ["retention", { retention: { seconds: 9 } }],
    ["deduplication_window", { deduplicationWindow: { seconds: 9 } }],
  ] as const) {
    it(`refuses a request id that comes again with another ${field}, and names it`, async () => {
      const task: Spec = {
        ...TASK,
        requestId: "r-1",
        payload: Buffer.from('{"a":1,"b":2}'),
        contentType: "application/json",
        labels: { team: "a" },
        delay: { seconds: 60 },
        retryPolicy: { maxAttempts: 2 },
      };
      const taskId = await submit(task);
      const again = { ...task, headers: { op: "a retry, in another span" } };
      const repeat = await baton.client.task("Submit", { task: again });
      assert.deepEqual(repeat.receipt, { taskId, deduplicated: true });
      const other = { ...task, ...change } as Spec;
      const failure = await failureOf(baton.client.task("Submit", { task: other }));
      assert.equal(failure.reason, "REQUEST_ID_REUSED");
      assert.equal(failure.metadata.fields, field);
      assert.match(failure.message, new RegExp(`another ${field}$`));
    });
  }

  it("stores what is good of a batch, and of a stream", async () => {
    const { results } = await baton.client.task("SubmitBatch", {
      tasks: [TASK, { ...TASK, type: "" }],
    });
    assert.equal((await get(results[0]?.receipt?.taskId ?? "")).state, "TASK_STATE_READY");
    assert.equal(results[1]?.outcome, "error");
    const stream = baton.client.submitStream();
    stream.send({
      items: [
        { sequence: 1, task: TASK },
        { sequence: 2, task: {} },
      ],
    });
    stream.halfClose();
    const answered = [];
    while (answered.length < 2) {
      answered.push(...(await stream.next()).results);
    }
    const stored = answered.find(({ sequence }) => sequence === "1");
    assert.equal((await get(stored?.receipt?.taskId ?? "")).state, "TASK_STATE_READY");
    assert.equal(answered.find(({ sequence }) => sequence === "2")?.outcome, "error");
    assert.equal((await stream.ended).code, "OK");
  });

  it("returns a task by its request id, and says where there is none", async () => {
    const taskId = await submit({ ...TASK, requestId: "order-7" });
    await submit({ ...TASK, queue: "other", requestId: "order-7" });
    const { task } = await baton.client.task("Get", {
      queue: "email",
      requestId: "order-7",
      includePayload: true,
    });
    assert.equal(task?.id, taskId);
    assert.equal(task.payload.toString(), "hello");
    const failure = await failureOf(
      baton.client.task("Get", { queue: "email", requestId: "order-8" }),
    );
    assert.equal(failure.reason, "TASK_NOT_FOUND");
    assert.deepEqual(failure.metadata, { queue: "email", request_id: "order-8" });
  });

  it("does not know a task that was never submitted", async () => {
    for (const name of [
      "Get",
      "Await",
      "Cancel",
      "Redrive",
      "RunNow",
      "Delete",
      "Explain",
    ] as const) {
      const failure = await failureOf(baton.client.task(name, UNKNOWN));
      assert.equal(failure.code, "NOT_FOUND", name);
      assert.equal(failure.reason, "TASK_NOT_FOUND", name);
    }
    const end = await baton.client.watch(UNKNOWN.taskId).ended;
    assert.equal(end.reason, "TASK_NOT_FOUND");
  });

  it("awaits a task's end, and returns at once where that was before", async () => {
    const taskId = await submit();
    const awaiting = baton.client.task("Await", { taskId });
    await complete();
    for (const { task } of [await awaiting, await baton.client.task("Await", { taskId })]) {
      assert.equal(task?.state, "TASK_STATE_SUCCEEDED");
      assert.equal(task.result?.value.toString(), "done");
      assert.equal(task.result.contentType, "text/plain");
      assert.equal(task.workerId, "worker-1");
      assert.equal(task.attempt, 1);
      assert.equal(task.deliveries, 1);
      assert.notEqual(task.finishTime, null);
      assert.notEqual(task.purgeTime, null);
    }
  });

  it("awaits a task no longer than the caller's deadline", async () => {
    const taskId = await submit();
    const failure = await failureOf(baton.client.task("Await", { taskId }, 50));
    assert.equal(failure.code, "DEADLINE_EXCEEDED");
  });

  it("shows every state of a watched task, its progress, and ends with the final one", async () => {
    const taskId = await submit();
    const watching = baton.client.watch(taskId);
    assert.equal((await watching.next()).task?.state, "TASK_STATE_READY");
    const stream = await worker();
    const lease = await leaseOf(stream);
    await watching.nextThat(({ task }) => task?.state === "TASK_STATE_LEASED");
    const progress = { fraction: 0.25, note: "a quarter" };
    stream.send({ heartbeat: { leases: [{ lease, progress }] } });
    const { task } = await watching.nextThat((response) => response.task?.progress !== null);
    assert.deepEqual(task?.progress, { ...progress, _fraction: "fraction" });
    stream.send({ settle: { settlements: [{ lease, complete: {} }] } });
    await watching.nextThat((response) => response.task?.state === "TASK_STATE_SUCCEEDED");
    assert.equal((await watching.ended).code, "OK");
    assert.equal(watching.unread, 0);
    stream.cancel();
  });

  it("cancels a task, again without effect, and tells the worker that runs it", async () => {
    const taskId = await submit();
    const stream = await worker();
    const lease = await leaseOf(stream);
    for (let time = 0; time < 2; time++) {
      const { task } = await baton.client.task("Cancel", { taskId, reason: "changed my mind" });
      assert.equal(task?.state, "TASK_STATE_CANCELLED");
      assert.equal(task.cancelReason, "changed my mind");
    }
    const { cancel } = await stream.nextThat(({ frame }) => frame === "cancel");
    assert.deepEqual(cancel, { lease, reason: "changed my mind" });
    stream.send({ settle: { settlements: [{ lease, complete: {} }] } });
    const { settleAck } = await stream.next();
    assert.equal(settleAck?.results[0]?.status, "SETTLEMENT_STATUS_STALE");
    stream.cancel();
  });

  it("cancels no task that ended otherwise", async () => {
    const taskId = await submit();
    await complete();
    const failure = await failureOf(baton.client.task("Cancel", { taskId }));
    assert.equal(failure.code, "FAILED_PRECONDITION");
    assert.equal(failure.reason, "TASK_FINAL");
    assert.equal(failure.metadata.state, "SUCCEEDED");
  });

  it("redrives a dead task, and none that lives", async () => {
    const taskId = await submit();
    await kill();
    const dead = await get(taskId);
    assert.equal(dead.state, "TASK_STATE_DEAD");
    assert.deepEqual(dead.lastFailure, {
      type: "Broken",
      message: "no",
      stack: "at line 1",
      traceparent: "",
    });
    const { task } = await baton.client.task("Redrive", { taskId });
    assert.equal(task?.state, "TASK_STATE_READY");
    const failure = await failureOf(baton.client.task("Redrive", { taskId }));
    assert.equal(failure.code, "FAILED_PRECONDITION");
    assert.equal(failure.reason, "TASK_NOT_DEAD");
    assert.equal(failure.metadata.state, "READY");
  });

  it("runs a scheduled task now, and none that is over", async () => {
    const request = { task: { queue: "email", type: "send", delay: { seconds: 3_600 } } };
    const { receipt } = await baton.client.task("Submit", request);
    const taskId = receipt?.taskId ?? "";
    for (const state of ["TASK_STATE_READY", "TASK_STATE_READY"]) {
      const { task } = await baton.client.task("RunNow", { taskId });
      assert.equal(task?.state, state);
    }
    await baton.client.task("Cancel", { taskId });
    const failure = await failureOf(baton.client.task("RunNow", { taskId }));
    assert.equal(failure.reason, "TASK_NOT_SCHEDULED");
    assert.equal(failure.metadata.state, "CANCELLED");
  });

  it("deletes a task that ended, once, and none that has not", async () => {
    const taskId = await submit();
    const early = await failureOf(baton.client.task("Delete", { taskId }));
    assert.equal(early.code, "FAILED_PRECONDITION");
    assert.equal(early.reason, "TASK_NOT_FINAL");
    assert.equal(early.metadata.state, "READY");
    await baton.client.task("Cancel", { taskId });
    await baton.client.task("Delete", { taskId });
    for (const name of ["Delete", "Get"] as const) {
      const gone = await failureOf(baton.client.task(name, { taskId }));
      assert.equal(gone.reason, "TASK_NOT_FOUND", name);
    }
  });

  it("explains what a task waits for", async () => {
    const ready = await baton.client.task("Explain", { taskId: await submit() });
    assert.equal(ready.reasons[0]?.code, "EXPLAIN_CODE_NO_WORKER");
    assert.notEqual(ready.summary, "");
    const delayed = await baton.client.task("Explain", {
      taskId: await submit({ ...TASK, delay: { seconds: 90 } }),
    });
    assert.equal(delayed.reasons[0]?.code, "EXPLAIN_CODE_DELAYED");
    assert.deepEqual(delayed.reasons[0].remaining, { seconds: "90", nanos: 0 });
    assert.equal(delayed.task?.state, "TASK_STATE_SCHEDULED");
  });
});
