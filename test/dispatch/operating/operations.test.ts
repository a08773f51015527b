import assert from "node:assert/strict";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { SessionRenewal } from "../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf } from "../test-worker.ts";

describe("Operating on tasks", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("gets a task, and says where there is none", async () => {
    const task = newTask({ labels: { tenant: "a" } });
    await fixture.submit(task);
    assert.deepEqual((await fixture.task(task.id)).spec.labels, { tenant: "a" });
    const { id } = newTask();
    await assert.rejects(fixture.task(id), {
      reason: "TASK_NOT_FOUND",
      metadata: { task_id: id },
    });
  });

  it("gets the task that was submitted last where several have one request id", async () => {
    const [first, second] = [newTask({ requestId: "a" }), newTask({ requestId: "b" })];
    await fixture.submit(first);
    fixture.clock.advance(1_000);
    await fixture.submit(second);
    fixture.store.idsOfRequest = async () => [second.id, newTask().id, first.id];
    assert.equal((await fixture.dispatcher.getByRequestId(QUEUE, "any")).id, second.id);
  });

  it("lists tasks and figures", async () => {
    await fixture.submit(...newTasks(3));
    const page = await fixture.dispatcher.list({
      queue: QUEUE,
      states: ["READY"],
      type: null,
      labels: {},
      submittedFromMs: null,
      submittedBeforeMs: null,
      limit: 10,
      after: null,
    });
    assert.equal(page.tasks.length, 3);
    const [stats] = await fixture.dispatcher.stats();
    assert.deepEqual([stats?.queue, stats?.counts.READY], [QUEUE, 3]);
    assert.deepEqual(await fixture.dispatcher.stats(["none" as QueueName]), []);
  });

  it("says why where the store cannot be asked", async () => {
    const { id } = newTask();
    fixture.store.down = "unavailable";
    const reason = "STORE_UNAVAILABLE";
    await assert.rejects(fixture.dispatcher.get(id), { reason });
    await assert.rejects(fixture.dispatcher.cancel(id, ""), { reason });
    await assert.rejects(fixture.dispatcher.redrive(id), { reason });
    await assert.rejects(fixture.dispatcher.explain(id), { reason });
    await assert.rejects(fixture.dispatcher.stats(), { reason });
  });

  it("cancels a waiting task, again and again", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const task = await fixture.dispatcher.cancel(id, "first");
    assert.deepEqual([task.state, task.cancelReason], ["CANCELLED", "first"]);
    assert.equal((await fixture.dispatcher.cancel(id, "second")).cancelReason, "first");
  });

  it("cancels a running task: its worker is told, and its settlement is stale", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const lease = leaseOf(worker.newest);
    await fixture.dispatcher.cancel(lease.taskId, "changed my mind");
    await fixture.turns();
    assert.deepEqual(worker.got("cancel"), [{ kind: "cancel", lease, reason: "changed my mind" }]);
    worker.settle(completed(lease));
    await fixture.turns();
    assert.equal(worker.answers[0]?.status, "STALE");
  });

  it("cancels a running task from another dispatcher", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    await fixture.another().cancel(worker.newest.id, "");
    await fixture.turns();
    assert.equal(worker.got("cancel").length, 1);
  });

  it("tells of many cancels in few calls", async () => {
    const worker = await fixture.worker({ credit: 100 });
    await fixture.submit(...newTasks(100));
    await Promise.all(worker.grantedIds.map((id) => fixture.dispatcher.cancel(id, "")));
    await fixture.turns();
    assert.equal(worker.got("cancel").length, 100);
    const renewals = fixture.store.calls<readonly SessionRenewal[]>("renew").flat();
    // Probes end a session that is not there.
    assert.ok(renewals.filter(({ ttlMs }) => ttlMs > 0).length <= 4);
  });

  it("refuses to cancel what is final otherwise, and what is not there", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const { id } = worker.newest;
    worker.complete(worker.newest);
    await fixture.turns();
    await assert.rejects(fixture.dispatcher.cancel(id, ""), {
      reason: "TASK_FINAL",
      message: "the task is final: it is SUCCEEDED",
      metadata: { task_id: id, state: "SUCCEEDED" },
    });
    await assert.rejects(fixture.dispatcher.cancel(newTask().id, ""), {
      reason: "TASK_NOT_FOUND",
    });
  });

  it("redrives a dead task, which is granted at once with all its attempts", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask({ retryPolicy: retryPolicy({ maxAttempts: 1 }) }));
    const { id } = worker.newest;
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.equal((await fixture.task(id)).state, "DEAD");
    await fixture.dispatcher.redrive(id);
    await fixture.turns();
    assert.deepEqual([worker.granted.length, worker.newest.attempt], [2, 1]);
  });

  it("refuses to redrive what is not dead, and what is not there", async () => {
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    await assert.rejects(fixture.dispatcher.redrive(id), {
      reason: "TASK_NOT_DEAD",
      message: "the task is not dead: it is READY",
      metadata: { task_id: id, state: "READY" },
    });
    await assert.rejects(fixture.dispatcher.redrive(newTask().id), { reason: "TASK_NOT_FOUND" });
  });
});
