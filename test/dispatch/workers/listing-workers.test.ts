import assert from "node:assert/strict";
import type { WorkerListQuery, WorkerView } from "../../../server/src/dispatch/worker-control.ts";
import type { QueueName, TaskId, TaskType, WorkerId } from "../../../server/src/domain/ids.ts";
import { sessionIdOf } from "../../../server/src/domain/ids.ts";
import type { SessionRenewal } from "../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf, type TestWorker } from "../test-worker.ts";

const ANY: WorkerListQuery = { queue: null, type: null, workerId: null, limit: 100, after: null };
const OTHER = "a-queue" as QueueName;

describe("Listing workers and sending them home", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
    assert.equal(fixture?.clock.pendingTimers ?? 0, 0);
  });

  const list = async (query: Partial<WorkerListQuery> = {}): Promise<readonly WorkerView[]> => {
    const page = await fixture.another().workers.list({ ...ANY, ...query });
    assert.deepEqual([page.next, page.unanswered], [null, []]);
    return page.workers;
  };
  const idOf = (worker: TestWorker) => sessionIdOf(worker.key);
  const drain = (worker: TestWorker, reason = "its disk fails") =>
    fixture.another().workers.drain({ sessionId: idOf(worker) }, reason);

  it("tells of each session once, with all of its queues, whichever dispatcher has it", async () => {
    const subscriptions = [
      { queue: QUEUE, types: null },
      { queue: OTHER, types: ["t"] as TaskType[] },
    ];
    const worker = await fixture.worker({ workerId: "w-1", subscriptions, credit: 3 });
    await fixture.worker({ workerId: "w-2", dispatcher: fixture.another() });
    const [task] = await fixture.submit(newTask());
    worker.beat();
    await fixture.turns();
    const found = await list();
    assert.deepEqual(found.map(({ workerId }) => workerId).sort(), ["w-1", "w-2"]);
    const [view] = found.filter(({ workerId }) => workerId === "w-1");
    assert.equal(view?.sessionId, idOf(worker));
    assert.deepEqual(view.subscriptions, [subscriptions[1], subscriptions[0]]);
    assert.deepEqual([view.credit, view.leases, view.isDraining], [2, 1, false]);
    assert.deepEqual(
      view.running.map(({ taskId, queue, attempt }) => ({ taskId, queue, attempt })),
      [{ taskId: task, queue: QUEUE, attempt: 1 }],
    );
    assert.ok(!JSON.stringify(found).includes(worker.key));
  });

  it("tells how long ago the last heartbeat was", async () => {
    const worker = await fixture.worker();
    await fixture.advanceBeating(5_000, worker);
    await fixture.advance(3_000);
    const [view] = await list();
    assert.equal(view?.sinceHeartbeatMs, 3_000);
  });

  it("filters by queue, type and name", async () => {
    const types = ["mail"] as TaskType[];
    await fixture.worker({ workerId: "w-1", subscriptions: [{ queue: QUEUE, types }] });
    await fixture.worker({ workerId: "w-2", subscriptions: [{ queue: OTHER, types: null }] });
    const both = [QUEUE, OTHER].map((queue) => ({ queue, types: queue === OTHER ? types : null }));
    await fixture.worker({ workerId: "w-3", subscriptions: both });
    const names = async (query: Partial<WorkerListQuery>) =>
      (await list(query)).map(({ workerId }) => workerId).sort();
    const [mail, sms] = ["mail", "sms"] as [TaskType, TaskType];
    assert.deepEqual(await names({ queue: QUEUE }), ["w-1", "w-3"]);
    assert.deepEqual(await names({ queue: OTHER, type: sms }), ["w-2"]);
    assert.deepEqual(await names({ type: mail }), ["w-1", "w-2", "w-3"]);
    assert.deepEqual(await names({ type: sms }), ["w-2", "w-3"]);
    assert.deepEqual(await names({ queue: QUEUE, workerId: "w-3" as WorkerId }), ["w-3"]);
    assert.deepEqual(await names({ workerId: "nobody" as WorkerId }), []);
    assert.deepEqual(await names({ queue: "nowhere" as QueueName }), []);
  });

  it("pages over queues, each session once", async () => {
    for (const queue of [QUEUE, OTHER, "z-queue" as QueueName]) {
      for (let n = 0; n < 3; n += 1) {
        await fixture.worker({
          workerId: `${queue}-${n}`,
          subscriptions: [{ queue, types: null }],
        });
      }
    }
    const found: string[] = [];
    let after: WorkerListQuery["after"] = null;
    let pages = 0;
    do {
      const page = await fixture.dispatcher.workers.list({ ...ANY, limit: 2, after });
      assert.ok(page.workers.length <= 2);
      found.push(...page.workers.map(({ workerId }) => workerId));
      after = page.next;
      pages += 1;
    } while (after !== null && pages < 20);
    assert.equal(found.length, 9);
    assert.equal(new Set(found).size, 9);
  });

  it("names the queues that the store does not answer for, and lists the workers of others", async () => {
    await fixture.worker({ workerId: "w-1" });
    await fixture.worker({ workerId: "w-2", subscriptions: [{ queue: OTHER, types: null }] });
    fixture.store.downQueues.set(OTHER, { kind: "unavailable" });
    const page = await fixture.dispatcher.workers.list(ANY);
    assert.deepEqual(
      page.workers.map(({ workerId }) => workerId),
      ["w-1"],
    );
    assert.deepEqual(page.unanswered, [OTHER]);
    fixture.store.downQueues.clear();
  });

  it("tells a worker of another dispatcher at once to go, and grants it nothing more", async () => {
    const worker = await fixture.worker({ credit: 1 });
    const [held] = await fixture.submit(newTask());
    await fixture.turns();
    const { sessionIds } = await drain(worker);
    assert.deepEqual(sessionIds, [idOf(worker)]);
    await fixture.turns();
    assert.deepEqual(worker.messages.at(-1), { kind: "dismiss", reason: "its disk fails" });
    assert.equal((await list())[0]?.isDraining, true);
    worker.session.addCredit(5);
    await fixture.submit(...newTasks(2));
    assert.deepEqual(
      worker.granted.map(({ id }) => id),
      [held],
    );

    worker.session.drain();
    worker.session.settle([completed(leaseOf(worker.newest))]);
    await fixture.turns();
    worker.cut();
    await fixture.turns();
    assert.deepEqual(await list(), []);
    assert.equal((await fixture.task(held as TaskId)).state, "SUCCEEDED");
  });

  it("tells it once, however often it is asked to and its session is renewed", async () => {
    const worker = await fixture.worker();
    await drain(worker);
    await drain(worker, "again");
    await fixture.advanceBeating(10_000, worker);
    assert.deepEqual(worker.got("dismiss"), [{ kind: "dismiss", reason: "its disk fails" }]);
  });

  it("tells it by the next heartbeat where the hint is lost", async () => {
    const worker = await fixture.worker();
    fixture.store.isDeaf = true;
    await drain(worker);
    await fixture.turns();
    assert.deepEqual(worker.got("dismiss"), []);
    worker.beat();
    await fixture.turns();
    assert.equal(worker.got("dismiss").length, 1);
  });

  it("tells it again on the stream on which it comes back", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await drain(worker);
    worker.cut();
    const resumed = await fixture.worker({
      resume: worker.key,
      credit: 1,
      dispatcher: fixture.another(),
    });
    assert.deepEqual(
      resumed.messages.map(({ kind }) => kind),
      ["welcome", "dismiss"],
    );
    await fixture.submit(newTask());
    assert.deepEqual(resumed.granted, []);
  });

  it("sends all workers of a name home, and no others", async () => {
    const [first, other] = [
      await fixture.worker({ workerId: "w-1" }),
      await fixture.worker({ workerId: "w-2" }),
    ];
    const second = await fixture.worker({
      workerId: "w-1",
      subscriptions: [{ queue: OTHER, types: null }],
    });
    const { sessionIds } = await fixture.dispatcher.workers.drain(
      { workerId: "w-1" as WorkerId },
      "",
    );
    await fixture.turns();
    assert.deepEqual([...sessionIds].sort(), [idOf(first), idOf(second)].sort());
    assert.deepEqual(
      [first, second, other].map((worker) => worker.got("dismiss").length),
      [1, 1, 0],
    );
  });

  it("says that there is no such worker, or that it cannot tell", async () => {
    const worker = await fixture.worker();
    const whom = { workerId: "nobody" as WorkerId };
    await assert.rejects(fixture.dispatcher.workers.drain(whom, ""), {
      reason: "WORKER_NOT_FOUND",
    });
    fixture.store.downQueues.set(QUEUE, { kind: "unavailable" });
    await assert.rejects(fixture.dispatcher.workers.drain({ sessionId: idOf(worker) }, ""), {
      reason: "STORE_UNAVAILABLE",
    });
    fixture.store.downQueues.clear();
  });

  it("writes the credit down with heartbeats alone, and only where it changed", async () => {
    const worker = await fixture.worker({ credit: 4 });
    fixture.store.forgetCalls();
    await fixture.advanceBeating(10_000, worker);
    const told = fixture.store
      .calls<readonly SessionRenewal[]>("renew")
      .flat()
      .filter(({ sessionId }) => sessionId === idOf(worker))
      .map(({ credit }) => credit);
    assert.equal(told[0], 4);
    assert.ok(told.length > 5 && told.slice(1).every((credit) => credit === undefined));
  });
});
