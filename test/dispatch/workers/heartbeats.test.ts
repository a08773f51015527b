import assert from "node:assert/strict";
import type { LeaseToken, QueueName } from "../../../server/src/domain/ids.ts";
import type { Report, SessionRenewal } from "../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf, released, type TestWorker } from "../test-worker.ts";

const OTHER_QUEUE = "reports" as QueueName;

describe("Heartbeats", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  async function workerWithTasks(count: number): Promise<TestWorker> {
    const worker = await fixture.worker({ credit: count });
    await fixture.submit(...newTasks(count));
    assert.equal(worker.granted.length, count);
    return worker;
  }

  /** Has the notice of a cancelled lease on its way when its worker's heartbeat comes. */
  async function beatWhileNoticeIsFetched() {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    const fetched = fixture.store.holdNextAnswer("renew");
    await fixture.dispatcher.cancel(lease.taskId, "");
    await fetched.reached;
    worker.beat();
    await fixture.turns();
    return { worker, lease, fetched };
  }

  async function beat(worker: TestWorker, ...args: Parameters<TestWorker["beat"]>) {
    const sequence = worker.beat(...args);
    await fixture.turns();
    const ack = worker.got("heartbeat_ack").at(-1);
    assert.equal(ack?.sequence, sequence);
    return { lost: ack.lost, cancelled: ack.cancelled };
  }

  it("keep the leases of a worker for longer than their ttl", async () => {
    const worker = await workerWithTasks(2);
    await fixture.advanceBeating(60_000, worker);
    for (const { id } of worker.granted) {
      const task = await fixture.task(id);
      assert.deepEqual([task.state, task.deliveries], ["LEASED", 1]);
    }
  });

  it("are acknowledged with their own number, leases or none", async () => {
    const worker = await fixture.worker();
    assert.deepEqual(await beat(worker), { lost: [], cancelled: [] });
    worker.session.heartbeat([], 4_000_000_000);
    await fixture.turns();
    assert.equal(worker.got("heartbeat_ack").at(-1)?.sequence, 4_000_000_000);
  });

  it("cost one store call a queue for all sessions of one turn", async () => {
    const subscriptions = [
      { queue: QUEUE, types: null },
      { queue: OTHER_QUEUE, types: null },
    ];
    const one = await fixture.worker({ subscriptions });
    const two = await fixture.worker({ subscriptions });
    fixture.store.forgetCalls();
    one.beat();
    two.beat();
    await fixture.turns();
    const calls = fixture.store.calls<readonly SessionRenewal[]>("renew");
    assert.deepEqual(
      calls.map((batch) => batch.map(({ queue }) => queue)),
      [
        [QUEUE, QUEUE],
        [OTHER_QUEUE, OTHER_QUEUE],
      ],
    );
  });

  it("name a lease with an old token as lost, and leave the new one alone", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask());
    const old = leaseOf(worker.newest);
    worker.settle(released(old));
    await fixture.turns();
    const current = leaseOf(worker.newest);
    assert.deepEqual(await beat(worker, [old, current]), { lost: [old], cancelled: [] });
    assert.equal((await fixture.task(old.taskId)).state, "LEASED");
  });

  it("name a lease that never was as lost, and stop naming it when the worker does", async () => {
    const worker = await fixture.worker();
    const never = { taskId: newTask().id, token: 7 as LeaseToken };
    assert.deepEqual(await beat(worker, [never]), { lost: [never], cancelled: [] });
    assert.deepEqual(await beat(worker, [never]), { lost: [never], cancelled: [] });
    assert.deepEqual(await beat(worker, []), { lost: [], cancelled: [] });
  });

  it("do not call a lease lost whose settlement is under way", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    const held = fixture.store.holdNextAnswer("settle");
    worker.settle(completed(lease));
    await held.reached;
    const progress = { fraction: 0.5, note: "" };
    const beaten = await beat(worker, [{ lease, progress, checkpoint: null }]);
    assert.deepEqual(beaten, { lost: [], cancelled: [] });
    held.release();
    await fixture.turns();
    assert.equal(worker.answers[0]?.status, "OK");
  });

  it("store progress and checkpoint, which the next attempt starts from", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    const progress = { fraction: 0.25, note: "a quarter" };
    await beat(worker, [{ lease, progress, checkpoint: Buffer.from("page 3") }]);
    assert.deepEqual((await fixture.task(lease.taskId)).progress, progress);

    worker.session.addCredit(1);
    worker.settle(failed(lease));
    await fixture.turns();
    await fixture.advance(1_000);
    assert.equal(Buffer.from(worker.newest.checkpoint).toString(), "page 3");
  });

  it("carry again what the store did not take, but not over what is newer", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    fixture.store.failNext("report");
    const progress = { fraction: 0.5, note: "half" };
    const checkpoint = Buffer.from("half");
    await beat(worker, [{ lease, progress, checkpoint }]);
    const newer = { fraction: 0.6, note: "more" };
    await beat(worker, [{ lease, progress: newer, checkpoint: null }]);
    const [, second] = fixture.store.calls<readonly Report[]>("report");
    const sessionId = worker.session.id;
    assert.deepEqual(second, [{ sessionId, lease, progress: newer, checkpoint }]);

    await beat(worker, [lease]);
    assert.equal(fixture.store.calls("report").length, 2);
  });

  it("tell of a cancelled task at once, and again until the worker dropped it", async () => {
    const worker = await workerWithTasks(2);
    const [lease, other] = worker.granted.map(leaseOf);
    assert.ok(lease && other);
    await fixture.dispatcher.cancel(lease.taskId, "no longer wanted");
    await fixture.turns();
    assert.deepEqual(worker.got("cancel"), [{ kind: "cancel", lease, reason: "no longer wanted" }]);

    const cancelled = { lost: [], cancelled: [lease] };
    assert.deepEqual(await beat(worker, [lease, other]), cancelled);
    assert.deepEqual(await beat(worker, [lease, other]), cancelled);
    assert.deepEqual(await beat(worker, [other]), { lost: [], cancelled: [] });
  });

  it("tell of a cancelled task where the hint of it was lost", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    fixture.store.isDeaf = true;
    await fixture.dispatcher.cancel(lease.taskId, "");
    await fixture.turns();
    assert.deepEqual(worker.got("cancel"), []);
    assert.deepEqual(await beat(worker, [lease]), { lost: [], cancelled: [lease] });
  });

  it("tell of a cancelled task where the notice of it was lost", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    fixture.store.loseNextAnswer("renew");
    await fixture.dispatcher.cancel(lease.taskId, "");
    await fixture.turns();
    assert.deepEqual(await beat(worker, [lease]), { lost: [lease], cancelled: [] });
  });

  it("are not acknowledged before notices that are being fetched are here", async () => {
    const { worker, lease, fetched } = await beatWhileNoticeIsFetched();
    assert.deepEqual(worker.got("heartbeat_ack"), []);
    fetched.release();
    await fixture.turns();
    const acks = worker.got("heartbeat_ack").map(({ lost, cancelled }) => ({ lost, cancelled }));
    assert.deepEqual(acks, [{ lost: [], cancelled: [lease] }]);
  });

  it("are not acknowledged where notices that were being fetched are lost", async () => {
    const { worker, lease, fetched } = await beatWhileNoticeIsFetched();
    fetched.lose();
    await fixture.turns();
    assert.deepEqual(worker.got("heartbeat_ack"), []);
    assert.deepEqual(await beat(worker, [lease]), { lost: [lease], cancelled: [] });
  });

  it("do not lengthen a session's life by fetching its notices", async () => {
    const worker = await workerWithTasks(2);
    const [one, two] = worker.granted.map(leaseOf);
    assert.ok(one && two);
    await fixture.advance(5_000);
    await fixture.dispatcher.cancel(one.taskId, "");
    await fixture.turns();
    const renewals = fixture.store.calls<readonly SessionRenewal[]>("renew").flat();
    assert.deepEqual(
      renewals.map(({ ttlMs }) => ttlMs).filter((ttlMs) => ttlMs > 0),
      [10_000],
    );
  });

  it("give a grant back that the worker never showed", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    for (let beats = 0; beats < 2; beats += 1) {
      await fixture.advance(5_000);
      await beat(worker, []);
      assert.equal((await fixture.task(lease.taskId)).state, "LEASED");
    }
    await fixture.advance(5_000);
    await beat(worker, []);
    const task = await fixture.task(lease.taskId);
    assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
  });

  it("do not give a grant back that nobody could show while the dispatcher stood still", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    await fixture.advance(11_000);
    // Sent before the grant arrived, and read one after the other.
    await beat(worker, []);
    await beat(worker, []);
    assert.equal((await fixture.task(lease.taskId)).state, "LEASED");
    worker.settle(completed(lease));
    await fixture.turns();
    assert.equal(worker.answers.at(-1)?.status, "OK");
  });

  it("do not give a lease back whose settlement has to be sent again", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    for (let beats = 0; beats < 5; beats += 1) {
      await fixture.advance(5_000);
      fixture.store.failNext("settle");
      worker.settle(completed(lease));
      await beat(worker, []);
    }
    worker.settle(completed(lease));
    await fixture.turns();
    assert.equal(worker.answers.at(-1)?.status, "OK");
  });

  it("are not acknowledged while the store is out of reach, and the stream lives", async () => {
    const worker = await workerWithTasks(1);
    fixture.store.down = "unavailable";
    await fixture.advanceBeating(10_000, worker);
    assert.deepEqual(worker.got("heartbeat_ack"), []);
    assert.equal(worker.endedWith, undefined);

    fixture.store.down = null;
    await fixture.advance(500);
    assert.deepEqual(await beat(worker), { lost: [], cancelled: [] });
    assert.equal((await fixture.task(worker.newest.id)).state, "LEASED");
  });

  it("are acknowledged where one queue of several was not renewed and nothing is held there", async () => {
    const subscriptions = [
      { queue: QUEUE, types: null },
      { queue: OTHER_QUEUE, types: null },
    ];
    const worker = await fixture.worker({ subscriptions });
    fixture.store.failNext("renew");
    assert.deepEqual(await beat(worker), { lost: [], cancelled: [] });
  });

  it("take a session up again whose ttl passed, with what nobody reclaimed", async () => {
    const worker = await workerWithTasks(2);
    const [kept] = worker.granted.map(leaseOf);
    assert.ok(kept);
    // Nobody sweeps: the session is past its ttl, and its leases are not reclaimed.
    fixture.store.down = "unavailable";
    await fixture.advanceBeating(16_000, worker);
    fixture.store.down = null;
    await fixture.advance(300);
    assert.deepEqual(await beat(worker), { lost: [], cancelled: [] });
    assert.equal((await fixture.task(kept.taskId)).state, "LEASED");
  });

  it("name what was reclaimed while the store was out of reach as lost", async () => {
    const worker = await workerWithTasks(1);
    const lease = leaseOf(worker.newest);
    fixture.store.down = "unavailable";
    await fixture.advanceBeating(16_000, worker);
    fixture.store.down = null;
    // By another dispatcher, which reached it.
    await fixture.store.sweep(QUEUE, 10);
    const [reclaimed] = await fixture.store.get([lease.taskId]);
    assert.equal(reclaimed?.state, "READY");
    await fixture.advance(500);
    assert.deepEqual(await beat(worker, [lease]), { lost: [lease], cancelled: [] });
    worker.settle(completed(lease));
    await fixture.turns();
    // Nobody was granted it since, so that the work is not done twice (G4).
    assert.equal(worker.answers[0]?.status, "OK");
  });
});
