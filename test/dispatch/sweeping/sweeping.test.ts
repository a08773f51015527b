import assert from "node:assert/strict";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { Settlement } from "../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf, TestWorker } from "../test-worker.ts";

const OTHER_QUEUE = "reports" as QueueName;

describe("Sweeping", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("grants a delayed task when it is due, to the step", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask({ due: { kind: "after", delayMs: 1_250 } }));
    await fixture.advance(1_200);
    assert.equal(worker.granted.length, 0);
    await fixture.advance(50);
    assert.equal(worker.granted.length, 1);
    assert.equal(worker.newest.queuedMs, 0);
  });

  it("grants a task for a point in time then", async () => {
    const worker = await fixture.worker({ credit: 1 });
    const atMs = fixture.clock.nowMs() + 9_350;
    await fixture.submit(newTask({ due: { kind: "at", atMs } }));
    await fixture.advanceBeating(9_300, worker);
    assert.equal(worker.granted.length, 0);
    await fixture.advance(50);
    assert.equal(worker.granted.length, 1);
  });

  it("promotes several delays of one batch each at its time", async () => {
    const worker = await fixture.worker({ credit: 5 });
    const delays = [300, 700, 6_150];
    await fixture.submit(
      ...delays.map((delayMs) => newTask({ due: { kind: "after", delayMs } })),
      newTask(),
    );
    const counts: number[] = [];
    for (const ms of [250, 50, 350, 50, 5_400, 50]) {
      await fixture.advance(ms);
      counts.push(worker.granted.length);
      worker.beat();
    }
    assert.deepEqual(counts, [1, 2, 2, 3, 3, 4]);
  });

  it("fails an attempt that ran out of time, tells its worker, and retries it", async () => {
    const policy = retryPolicy({ initialBackoffMs: 2_000 });
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask({ attemptTimeoutMs: 3_000, retryPolicy: policy }));
    const lease = leaseOf(worker.newest);
    await fixture.advanceBeating(3_000, worker);
    const task = await fixture.task(lease.taskId);
    assert.deepEqual([task.state, task.lastFailure?.type], ["SCHEDULED", "attempt_timeout"]);
    const reason = "the attempt ran longer than its timeout";
    assert.deepEqual(worker.got("cancel"), [{ kind: "cancel", lease, reason }]);

    worker.beat([lease]);
    await fixture.advance(2_000);
    assert.deepEqual(worker.got("heartbeat_ack").at(-1)?.lost, [lease]);
    assert.deepEqual([worker.granted.length, worker.newest.attempt], [2, 2]);

    worker.settle(completed(lease));
    await fixture.turns();
    assert.equal(worker.answers[0]?.status, "STALE");
  });

  it("ends a task whose last attempt ran out of time", async () => {
    const policy = retryPolicy({ maxAttempts: 1 });
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask({ attemptTimeoutMs: 1_000, retryPolicy: policy }));
    await fixture.advance(1_000);
    assert.equal((await fixture.task(worker.newest.id)).state, "DEAD");
  });

  it("fails many attempts that ran out of time in calls of two hundred", async () => {
    const worker = await fixture.worker({ credit: 450 });
    await fixture.submit(...newTasks(450, { attemptTimeoutMs: 1_000 }));
    assert.equal(worker.granted.length, 450);
    await fixture.advance(1_000);
    const calls = fixture.store.calls<readonly Settlement[]>("settle");
    assert.deepEqual(
      calls.map(({ length }) => length),
      [200, 200, 50],
    );
  });

  it("tries again where an attempt that ran out of time could not be failed", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask({ attemptTimeoutMs: 1_000 }));
    fixture.store.failNext("settle");
    await fixture.advance(1_400);
    assert.equal((await fixture.task(worker.newest.id)).state, "LEASED");
    await fixture.advance(150);
    assert.equal((await fixture.task(worker.newest.id)).state, "SCHEDULED");
  });

  it("expires a task that could not start in time", async () => {
    const [id] = await fixture.submit(newTask({ startDeadlineMs: 2_000 }));
    assert.ok(id);
    await fixture.advance(2_050);
    assert.equal((await fixture.task(id)).state, "EXPIRED");
  });

  it("forgets a final task soon after its retention", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask({ retentionMs: 3_000 }));
    worker.complete(worker.newest);
    await fixture.turns();
    await fixture.advance(2_900);
    assert.equal((await fixture.task(worker.newest.id)).state, "SUCCEEDED");
    await fixture.advance(1_200);
    await assert.rejects(fixture.task(worker.newest.id), { reason: "TASK_NOT_FOUND" });
  });

  it("reaches queues that only another process has seen", async () => {
    const another = fixture.another();
    await fixture.turns();
    await fixture.trySubmit([newTask({ queue: OTHER_QUEUE, startDeadlineMs: 500 })], another);
    await another.stop();
    await fixture.advance(6_000);
    const [stats] = await fixture.dispatcher.stats([OTHER_QUEUE]);
    assert.equal(stats?.counts.EXPIRED, 1);
  });

  it("reclaims what a dispatcher left that died with its workers", async () => {
    const another = fixture.another();
    const dying = new TestWorker({ credit: 1 });
    await dying.connect(another);
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    await another.stop();
    await fixture.advance(14_900);
    assert.equal((await fixture.task(id)).state, "LEASED");
    await fixture.advance(600);
    const task = await fixture.task(id);
    assert.deepEqual([task.state, task.crashes], ["READY", 1]);
  });

  it("goes on while the limit cuts it short", async () => {
    await fixture.stop();
    fixture = new DispatchFixture({ sweepLimit: 10 });
    await fixture.submit(...newTasks(95, { due: { kind: "after", delayMs: 1_000 } }));
    await fixture.advance(1_000);
    const [stats] = await fixture.dispatcher.stats([QUEUE]);
    assert.deepEqual([stats?.counts.SCHEDULED, stats?.counts.READY], [0, 95]);
  });

  it("goes on at once while it lets keys go that were held back", async () => {
    await fixture.submit(newTask());
    await fixture.advance(1_000);
    const letting = { promoted: 0, expired: 0, purged: 0, reclaimed: [], timedOut: [] };
    for (let sweeps = 0; sweeps < 20; sweeps += 1) {
      fixture.store.answerNext("sweep", { ...letting, letGo: 500, nextInMs: 0 });
    }
    fixture.sweeps.length = 0;
    await fixture.advance(5_000);
    const firstTwenty = fixture.sweeps.slice(0, 20);
    assert.ok(firstTwenty.every(({ report }) => report.letGo === 500));
    assert.equal(fixture.sweeps[20]?.report.letGo, undefined);
  });

  it("leaves a queue alone for longer and longer while nothing happens there", async () => {
    await fixture.submit(newTask());
    await fixture.advance(20_000);
    fixture.store.forgetCalls();
    await fixture.advance(110_000);
    const calls = fixture.store.calls("sweep").length;
    assert.ok(calls >= 2 && calls <= 3, `${calls} sweeps in 110 s`);
  });

  it("finds what another process brings to a queue that was left alone for long", async () => {
    await fixture.submit(newTask());
    const another = fixture.another();
    await fixture.advance(300_000);
    const delayed = newTask({ due: { kind: "after", delayMs: 6_000 } });
    await fixture.trySubmit([delayed], another);
    await another.stop();
    await fixture.advance(5_900);
    assert.equal((await fixture.task(delayed.id)).state, "SCHEDULED");
    await fixture.advance(150);
    assert.equal((await fixture.task(delayed.id)).state, "READY");
  }).timeout(30_000);

  it("goes on after a sweep that failed", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask({ due: { kind: "after", delayMs: 1_000 } }));
    fixture.store.down = "unavailable";
    await fixture.advanceBeating(4_000, worker);
    fixture.store.down = null;
    await fixture.advance(1_000);
    assert.equal(worker.granted.length, 1);
  });

  it("reports each sweep to a test", async () => {
    await fixture.submit(newTask({ due: { kind: "after", delayMs: 100 } }));
    await fixture.advance(100);
    const swept = fixture.sweeps.find(({ report }) => report.promoted === 1);
    assert.equal(swept?.queue, QUEUE);
  });
});
