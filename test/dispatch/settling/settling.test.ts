import assert from "node:assert/strict";
import { type LeaseToken, newSessionKey } from "../../../server/src/domain/ids.ts";
import type { Settlement } from "../../../server/src/store/store.ts";
import { newTask, newTasks, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf, released, TestWorker } from "../test-worker.ts";

describe("Settling", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const settleCalls = () => fixture.store.calls<readonly Settlement[]>("settle");
  const statuses = (worker: TestWorker) => worker.answers.map(({ status }) => status);

  it("completes a task and answers OK", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.complete(worker.newest);
    await fixture.turns();
    const task = await fixture.task(worker.newest.id);
    assert.deepEqual(worker.answers, [{ lease: leaseOf(worker.newest), status: "OK", reason: "" }]);
    assert.deepEqual(
      [task.state, Buffer.from(task.result?.value ?? []).toString()],
      ["SUCCEEDED", "done"],
    );
  });

  it("stores the last progress before the outcome that brings it", async () => {
    const worker = await fixture.worker({ credit: 3 });
    await fixture.submit(...newTasks(3));
    const progress = { fraction: 1, note: "all" };
    const [done, dead, late] = worker.granted.map(leaseOf);
    worker.settle(
      { ...completed(done ?? assert.fail()), progress },
      { ...failed(dead ?? assert.fail(), { nonRetryable: true }), progress },
    );
    await fixture.turns();
    fixture.store.failNext("report");
    worker.settle({ ...completed(late ?? assert.fail()), progress });
    await fixture.turns();
    const tasks = await Promise.all(worker.granted.map(({ id }) => fixture.task(id)));
    assert.deepEqual(
      tasks.map(({ state, progress: shown }) => [state, shown]),
      [
        ["SUCCEEDED", progress],
        ["DEAD", progress],
        ["SUCCEEDED", null],
      ],
    );
    assert.deepEqual(statuses(worker), ["OK", "OK", "OK"]);
  });

  it("makes one store call of what all sessions settle in one turn, and answers each its own", async () => {
    const one = await fixture.worker({ credit: 3 });
    const two = await fixture.worker({ credit: 3 });
    await fixture.submit(...newTasks(6));
    one.complete(...one.granted);
    two.complete(...two.granted);
    await fixture.turns();
    assert.deepEqual(
      settleCalls().map(({ length }) => length),
      [6],
    );
    assert.deepEqual(
      one.answers.map(({ lease }) => lease),
      one.granted.map(leaseOf),
    );
    assert.deepEqual(
      two.answers.map(({ lease }) => lease),
      two.granted.map(leaseOf),
    );
  });

  it("has a worker keep a result that a full store has no room for", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    fixture.store.answerNext("settle", [{ kind: "no_room" }]);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.deepEqual(statuses(worker), ["RETRY"]);
    assert.match(worker.answers[0]?.reason ?? "", /no room/);
    assert.equal((await fixture.task(worker.newest.id)).state, "LEASED");
    worker.complete(worker.newest);
    await fixture.turns();
    assert.deepEqual(statuses(worker), ["RETRY", "OK"]);
  });

  it("has a failed attempt retried after its back-off, and the last one end the task", async () => {
    const policy = retryPolicy({ maxAttempts: 2, initialBackoffMs: 3_000 });
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask({ retryPolicy: policy }));
    const { id } = worker.newest;
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    const backingOff = await fixture.task(id);
    assert.equal(backingOff.state, "SCHEDULED");
    assert.equal(backingOff.dueAtMs - fixture.clock.nowMs(), 3_000);
    assert.equal(backingOff.lastFailure?.type, "Boom");

    await fixture.advance(3_000);
    assert.equal(worker.newest.attempt, 2);
    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.equal((await fixture.task(id)).state, "DEAD");
    assert.deepEqual(statuses(worker), ["OK", "OK"]);
  });

  it("ends a task at once that its handler or its policy says cannot succeed", async () => {
    const policy = retryPolicy({ nonRetryableTypes: ["BadInput"] });
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2, { retryPolicy: policy }));
    const [one, two] = worker.granted;
    assert.ok(one && two);
    const failure = { type: "BadInput", message: "", stack: "" };
    worker.settle(failed(leaseOf(one), { nonRetryable: true }), failed(leaseOf(two), { failure }));
    await fixture.turns();
    assert.equal((await fixture.task(one.id)).state, "DEAD");
    assert.equal((await fixture.task(two.id)).state, "DEAD");
  });

  it("waits as long as the handler asks for", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.settle(failed(leaseOf(worker.newest), { retryAfterMs: 7_000 }));
    await fixture.turns();
    const task = await fixture.task(worker.newest.id);
    assert.equal(task.dueAtMs - fixture.clock.nowMs(), 7_000);
  });

  it("asks for the policy of a lease that another dispatcher granted", async () => {
    const policy = retryPolicy({ maxAttempts: 2, initialBackoffMs: 9_000 });
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask({ retryPolicy: policy }));
    const lease = leaseOf(worker.newest);
    const resumed = new TestWorker({ resume: worker.key, held: [lease] });
    await resumed.connect(fixture.another());
    resumed.settle(failed(lease));
    await fixture.turns();
    const task = await fixture.task(lease.taskId);
    assert.deepEqual(statuses(resumed), ["OK"]);
    assert.equal(task.dueAtMs - fixture.clock.nowMs(), 9_000);
  });

  it("answers RETRY where the policy cannot be asked for", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const lease = leaseOf(worker.newest);
    const resumed = new TestWorker({ resume: worker.key, held: [lease] });
    await resumed.connect(fixture.another());
    fixture.store.failNext("get");
    resumed.settle(failed(lease));
    await fixture.turns();
    assert.deepEqual(statuses(resumed), ["RETRY"]);

    resumed.settle(failed(lease));
    await fixture.turns();
    assert.deepEqual(statuses(resumed), ["RETRY", "OK"]);
  });

  it("answers STALE for an old token, a foreign task and one that never was", async () => {
    const worker = await fixture.worker({ credit: 3 });
    await fixture.submit(newTask());
    const first = leaseOf(worker.newest);
    worker.settle(released(first));
    await fixture.turns();
    const second = leaseOf(worker.newest);
    assert.ok(second.token > first.token);
    worker.settle(
      completed(first),
      failed({ ...second, token: (second.token + 1) as LeaseToken }),
      failed({ taskId: newTask().id, token: 1 as LeaseToken }),
    );
    await fixture.turns();
    assert.deepEqual(statuses(worker).slice(1).sort(), ["STALE", "STALE", "STALE"]);
    assert.equal((await fixture.task(first.taskId)).state, "LEASED");
  });

  it("answers OK again where the same settlement is sent again", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.complete(worker.newest);
    await fixture.turns();
    worker.complete(worker.newest);
    await fixture.turns();
    assert.deepEqual(statuses(worker), ["OK", "OK"]);
  });

  it("answers RETRY where the store fails, and OK when it is sent again", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    fixture.store.failNext("settle", "unavailable");
    worker.complete(...worker.granted);
    await fixture.turns();
    assert.deepEqual(statuses(worker), ["RETRY", "RETRY"]);

    fixture.store.loseNextAnswer("settle");
    worker.complete(...worker.granted);
    await fixture.turns();
    worker.complete(...worker.granted);
    await fixture.turns();
    assert.deepEqual(statuses(worker).slice(2), ["RETRY", "RETRY", "OK", "OK"]);
  });

  it("stores the settlements of a stream that broke at once after them", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.complete(worker.newest);
    worker.cut();
    await fixture.turns();
    assert.equal((await fixture.task(worker.newest.id)).state, "SUCCEEDED");
    assert.deepEqual(worker.answers, []);
  });

  describe("without a session", () => {
    it("answers item by item, in order", async () => {
      const worker = await fixture.worker({ credit: 2 });
      await fixture.submit(...newTasks(2));
      const [one, two] = worker.granted.map(leaseOf);
      assert.ok(one && two);
      const stale = { ...two, token: 1 as LeaseToken };
      const answers = await fixture.dispatcher.settle(worker.key, [
        failed(one),
        completed(stale),
        completed(two),
      ]);
      assert.deepEqual(answers, [
        { lease: one, status: "OK", reason: "" },
        { lease: stale, status: "STALE", reason: "" },
        { lease: two, status: "OK", reason: "" },
      ]);
    });

    it("rejects where the store answers nothing, and answers RETRY where it answers in part", async () => {
      const worker = await fixture.worker({ credit: 2 });
      await fixture.submit(...newTasks(2));
      const [one, two] = worker.granted.map(leaseOf);
      assert.ok(one && two);
      fixture.store.failNext("settle");
      await assert.rejects(fixture.dispatcher.settle(worker.key, [completed(one)]), {
        reason: "STORE_UNAVAILABLE",
      });

      fixture.store.failNext("get");
      const answers = await fixture.dispatcher.settle(worker.key, [failed(one), completed(two)]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        ["RETRY", "OK"],
      );
    });

    it("answers nothing with nothing", async () => {
      assert.deepEqual(await fixture.dispatcher.settle(newSessionKey(), []), []);
    });

    it("leaves alone what the session of the lease still has in its table", async () => {
      const worker = await fixture.worker({ credit: 1 });
      await fixture.submit(newTask());
      await fixture.dispatcher.settle(worker.key, [completed(leaseOf(worker.newest))]);
      for (let beats = 0; beats < 4; beats += 1) {
        await fixture.advance(5_000);
        worker.beat([]);
      }
      await fixture.turns();
      assert.equal(worker.endedWith, undefined);
      assert.equal((await fixture.task(worker.newest.id)).state, "SUCCEEDED");
    });
  });
});
