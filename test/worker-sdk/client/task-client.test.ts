import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatonError,
  NonRetryableError,
  TaskClient,
  TaskFailedError,
  type TaskInfo,
} from "@baton/worker-sdk";
import {
  madeAtMs,
  newTaskId,
  type QueueName,
  type TaskId,
} from "../../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../../server/src/domain/limits.ts";
import { type DispatcherUnderTest, startTestDispatcher } from "../../support/dispatcher.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { Workers } from "../../support/workers.ts";

describe("A client", function () {
  this.timeout(20_000);
  let dispatcher: DispatcherUnderTest;
  let client: TaskClient;
  let workers: Workers;
  before(async () => {
    dispatcher = await startTestDispatcher();
  });
  beforeEach(() => {
    client = new TaskClient({ address: dispatcher.address });
    workers = new Workers(dispatcher.address);
  });
  afterEach(async () => {
    await workers?.stop();
    await client?.close();
  });
  after(() => dispatcher?.stop());

  it("is told that a task is unknown, in words and for programs", async () => {
    const id = "email~AAAAAAAAAAAAAAAA";
    for (const call of [
      () => client.get(id),
      () => client.cancel(id),
      () => client.redrive(id),
      () => client.explain(id),
      () => client.await(id),
    ]) {
      await assert.rejects(call, { code: "NOT_FOUND", reason: "TASK_NOT_FOUND" });
    }
    await assert.rejects(client.get("no id"), (error) => {
      assert.ok(error instanceof BatonError);
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.deepEqual(
        error.violations.map(({ field }) => field),
        ["task_id"],
      );
      return true;
    });
  });

  it("is told that a task was purged, where its id tells (NOT_FOUND as well)", async () => {
    const id = newTaskId("email" as QueueName, Date.now() - 2 * DEFAULTS.retentionMs);
    for (const call of [() => client.get(id), () => client.await(id), () => client.explain(id)]) {
      await assert.rejects(call, { code: "NOT_FOUND", reason: "TASK_PURGED" });
    }
    const { taskId } = await client.submit("email", "t", 1);
    const madeMs = madeAtMs(taskId as TaskId);
    assert.ok(madeMs !== null && Math.abs(Date.now() - madeMs) < 60_000, "its own ids tell");
  });

  it("finds a task by its request id", async () => {
    const { taskId } = await client.submit("requests", "t", 7, { requestId: "order-7" });
    const found = await client.getByRequestId("requests", "order-7", { includePayload: true });
    assert.equal(found.id, taskId);
    assert.equal(client.decode(found.payload), 7);
    await assert.rejects(client.getByRequestId("requests", "order-8"), {
      reason: "TASK_NOT_FOUND",
    });
  });

  it("lists a queue page by page, and stops asking where the caller stops", async () => {
    for (let n = 0; n < 25; n += 1) {
      await client.submit("list", n % 2 === 0 ? "even" : "odd", n, { labels: { n: String(n) } });
    }
    const all: TaskInfo[] = [];
    for await (const task of client.list({ queue: "list", pageSize: 10, includePayload: true })) {
      all.push(task);
    }
    assert.deepEqual(
      all.map((task) => client.decode(task.payload)),
      Array.from({ length: 25 }, (_, n) => n),
    );
    const some: string[] = [];
    for await (const { labels } of client.list({
      queue: "list",
      pageSize: 2,
      type: "odd",
      states: ["READY"],
    })) {
      some.push(labels.n ?? "");
      if (some.length === 3) {
        break;
      }
    }
    assert.deepEqual(some, ["1", "3", "5"]);
    for await (const { labels } of client.list({ queue: "list", newestFirst: true })) {
      assert.equal(labels.n, "24");
      break;
    }
    const labelled: TaskInfo[] = [];
    for await (const task of client.list({ queue: "list", labels: { n: "7" } })) {
      labelled.push(task);
    }
    assert.equal(labelled.length, 1);
  });

  it("waits for a result", async () => {
    workers.start({ queues: { sum: (task) => task.payload.a + task.payload.b } });
    const { taskId } = await client.submit("sum", "add", { a: 1, b: 2 });
    assert.equal(await client.await(taskId), 3);
    assert.equal(await client.await(taskId), 3);
    const task = await client.get(taskId);
    assert.equal(task.state, "SUCCEEDED");
    assert.equal(task.payload, undefined);
    assert.equal(client.decode(task.result), 3);
  });

  it("is told what became of a task's attempts, where it asks", async () => {
    const failing = async () => {
      throw new TypeError("no such tenant");
    };
    workers.start({
      queues: { tell: { types: { fail: failing, work: () => "done" } } },
      workerId: "worker-7",
    });
    const retry = { maxAttempts: 2, initialBackoffMs: 0 };
    const failed = await client.submit("tell", "fail", 1, { retry });
    await assert.rejects(client.await(failed.taskId));
    const { history, deliveries } = await client.get(failed.taskId, { history: true });
    assert.deepEqual(
      history?.attempts.map(({ number, delivery, outcome, workerId, failure }) => [
        ...[number, delivery, outcome, workerId],
        ...[failure?.type, failure?.message],
      ]),
      [
        [1, 1, "FAILED", "worker-7", "TypeError", "no such tenant"],
        [2, 2, "FAILED", "worker-7", "TypeError", "no such tenant"],
      ],
    );
    assert.deepEqual([history?.leftOut, deliveries], [0, 2]);
    for (const { startedAtMs, endedAtMs, failure } of history?.attempts ?? []) {
      assert.ok(startedAtMs > 0 && endedAtMs >= startedAtMs);
      assert.match(failure?.stack ?? "", /failing/);
    }
    const worked = await client.submit("tell", "work", 1);
    await client.await(worked.taskId);
    const told = await client.get(worked.taskId, { history: true });
    assert.deepEqual(
      told.history?.attempts.map(({ outcome, failure }) => [outcome, failure]),
      [["SUCCEEDED", undefined]],
    );
    assert.equal((await client.get(worked.taskId)).history, undefined);
  });

  it("is told why a task that it waited for is dead", async () => {
    workers.start({
      queues: {
        dead: () => {
          throw new NonRetryableError("no such address");
        },
      },
    });
    const { taskId } = await client.submit("dead", "t", {});
    await assert.rejects(client.await(taskId), (error) => {
      assert.ok(error instanceof TaskFailedError);
      assert.equal(error.task.state, "DEAD");
      assert.equal(error.task.lastFailure?.type, "NonRetryableError");
      assert.match(error.message, /is DEAD: no such address$/);
      return true;
    });
  });

  it("is told that a task that it waits for was cancelled, and why", async () => {
    const { taskId } = await client.submit("cancelled", "t", {}, { delayMs: 60_000 });
    const waiting = assert.rejects(client.await(taskId), /is CANCELLED: changed my mind$/);
    const task = await client.cancel(taskId, "changed my mind");
    assert.equal(task.state, "CANCELLED");
    await waiting;
  });

  it("is told that a task that it waits for expired", async () => {
    const { taskId } = await client.submit("expired", "t", {}, { startDeadlineMs: 1 });
    await assert.rejects(client.await(taskId), { name: "TaskFailedError" });
    assert.equal((await client.get(taskId)).state, "EXPIRED");
  });

  it("waits no longer than it is told to", async () => {
    const { taskId } = await client.submit("waiting", "t", {});
    await assert.rejects(client.await(taskId, { timeoutMs: 30 }), { code: "DEADLINE_EXCEEDED" });
    const reason = new Error("enough");
    await assert.rejects(client.await(taskId, { signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const waiting = client.await(taskId, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(waiting, reason);
  });

  it("waits for far more tasks than a connection has streams, and can still call", async () => {
    const idle: string[] = [];
    for (let n = 0; n < 150; n += 1) {
      idle.push((await client.submit("idle", "t", n)).taskId);
    }
    const controller = new AbortController();
    const { signal } = controller;
    const waits = Promise.allSettled(idle.map((id) => client.await(id, { signal })));
    workers.start({ queues: { busy: (task) => task.payload } });
    const { taskId } = await client.submit("busy", "t", 7);
    assert.equal(await client.await(taskId), 7);
    assert.equal((await client.get(taskId)).state, "SUCCEEDED");
    controller.abort();
    assert.ok((await waits).every(({ status }) => status === "rejected"));
  });

  it("follows a task from its first state to its last", async () => {
    const gate = deferred();
    const { taskId } = await client.submit("watch", "t", {});
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { state, progress } of client.watch(taskId)) {
        seen.push(progress === undefined ? state : `${state} ${progress.fraction}`);
      }
    })();
    await eventually(() => assert.deepEqual(seen, ["READY"]));
    workers.start({
      queues: {
        watch: (_, context) => {
          context.progress(0.5, "half");
          return gate.promise;
        },
      },
    });
    await eventually(() => assert.ok(seen.includes("LEASED 0.5")));
    gate.resolve();
    await watching;
    assert.equal(seen.at(-1), "SUCCEEDED 0.5");
  });

  it("stops following where the caller stops, and where the caller's signal aborts", async () => {
    const { taskId } = await client.submit("unwatch", "t", {});
    for await (const { state } of client.watch(taskId)) {
      assert.equal(state, "READY");
      break;
    }
    const controller = new AbortController();
    const reason = new Error("enough");
    await assert.rejects(async () => {
      for await (const _ of client.watch(taskId, { signal: controller.signal })) {
        controller.abort(reason);
      }
    }, reason);
    await assert.rejects(
      async () => {
        for await (const _ of client.watch("unwatch~AAAAAAAAAAAAAAAA")) {
          assert.fail("an unknown task has no states");
        }
      },
      { reason: "TASK_NOT_FOUND" },
    );
  });

  it("gives a dead task all its attempts again", async () => {
    let isMended = false;
    workers.start({
      queues: {
        redrive: () => {
          if (!isMended) {
            throw new NonRetryableError("broken");
          }
          return "mended";
        },
      },
    });
    const { taskId } = await client.submit("redrive", "t", {});
    await assert.rejects(client.await(taskId), TaskFailedError);
    await assert.rejects(client.cancel(taskId), { reason: "TASK_FINAL" });
    isMended = true;
    await client.redrive(taskId);
    assert.equal(await client.await(taskId), "mended");
    await assert.rejects(client.redrive(taskId), { reason: "TASK_NOT_DEAD" });
  });

  it("runs a task before its time", async () => {
    const { taskId } = await client.submit("early", "t", {}, { delayMs: 3_600_000 });
    assert.equal((await client.runNow(taskId)).state, "READY");
    workers.start({ queues: { early: () => "ran" } });
    assert.equal(await client.await(taskId), "ran");
    await assert.rejects(client.runNow(taskId), { reason: "TASK_NOT_SCHEDULED" });
  });

  it("deletes a task that ended, and its request id is free", async () => {
    const submit = () => client.submit("deleted", "t", {}, { requestId: "once" });
    const { taskId } = await submit();
    await assert.rejects(client.delete(taskId), {
      reason: "TASK_NOT_FINAL",
      message: /cancel the task before it is deleted: it is READY/,
    });
    await client.cancel(taskId);
    assert.equal(await client.delete(taskId), true);
    assert.equal(await client.delete(taskId), false);
    await assert.rejects(client.get(taskId), { reason: "TASK_NOT_FOUND" });
    assert.deepEqual(await submit(), { taskId, deduplicated: false });
  });

  it("is told why a task does not run", async () => {
    const { taskId } = await client.submit("why", "t", {}, { delayMs: 60_000 });
    const { task, summary, reasons } = await client.explain(taskId);
    assert.equal(task.state, "SCHEDULED");
    assert.notEqual(summary, "");
    assert.equal(reasons[0]?.code, "DELAYED");
    assert.ok((reasons[0]?.remainingMs ?? 0) > 50_000);
  });

  it("ends what waits when it closes, and every call after", async () => {
    const { taskId } = await client.submit("closing", "t", {});
    const ends = Promise.allSettled([
      client.await(taskId),
      (async () => {
        for await (const _ of client.watch(taskId)) {
          await client.close();
        }
      })(),
      (async () => {
        for await (const _ of client.list({ queue: "closing" })) {
          // Only to the end.
        }
      })(),
    ]);
    const [waiting, watching, listing] = await ends;
    assert.equal((waiting as PromiseRejectedResult).reason.code, "CANCELLED");
    assert.equal((watching as PromiseRejectedResult).reason.code, "CANCELLED");
    assert.equal(listing?.status, "fulfilled");
    await assert.rejects(client.get(taskId), { code: "CANCELLED" });
    await assert.rejects(client.await(taskId), { code: "CANCELLED" });
    await assert.rejects(client.submit("closing", "t", {}), { code: "CANCELLED" });
  });
});

describe("A client of a dispatcher that is started again", function () {
  this.timeout(20_000);
  it("goes on waiting for a task and following it", async () => {
    const directory = await mkdtemp(join(tmpdir(), "baton-test-"));
    const port = await freePort();
    const options = { port, directory };
    let dispatcher = await startTestDispatcher(options);
    const client = new TaskClient({ address: dispatcher.address });
    const workers = new Workers(dispatcher.address);
    try {
      const { taskId } = await client.submit("restart", "t", {});
      const states: string[] = [];
      const watching = (async () => {
        for await (const { state } of client.watch(taskId)) {
          states.push(state);
        }
      })();
      const waiting = client.await(taskId);
      await eventually(() => assert.deepEqual(states, ["READY"]));
      await dispatcher.stop();
      dispatcher = await startTestDispatcher(options);
      workers.start({ queues: { restart: () => "after the restart" } });
      assert.equal(await waiting, "after the restart");
      await watching;
      assert.equal(states.at(-1), "SUCCEEDED");
    } finally {
      await workers.stop();
      await client.close();
      await dispatcher.stop();
      await rm(directory, { recursive: true });
    }
  });
});
