import assert from "node:assert/strict";
import type { QueueName, TaskType } from "../../../server/src/domain/ids.ts";
import type { LeaseRequest } from "../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE, TYPE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { failed, leaseOf, released, TestWorker } from "../test-worker.ts";

const OTHER_QUEUE = "reports" as QueueName;
const OTHER_TYPE = "digest" as TaskType;

describe("Granting", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture({ maxGrantBytes: 2_000_000 });
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("grants nothing without credit, and no more than the credit", async () => {
    const worker = await fixture.worker();
    await fixture.submit(...newTasks(5));
    assert.deepEqual(worker.granted, []);

    worker.session.addCredit(3);
    await fixture.turns();
    assert.equal(worker.granted.length, 3);
  });

  it("adds credit up", async () => {
    const worker = await fixture.worker();
    worker.session.addCredit(1);
    worker.session.addCredit(2);
    await fixture.submit(...newTasks(5));
    assert.equal(worker.granted.length, 3);
  });

  it("refuses credit past the limit and keeps what there was", async () => {
    const worker = await fixture.worker({ credit: 1_000 });
    assert.throws(() => worker.session.addCredit(1), { reason: "INVALID_FIELD" });
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 1);
  });

  it("grants a task that was there before the worker, and one that came after", async () => {
    const [first] = await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 2 });
    await fixture.turns();
    assert.deepEqual(worker.grantedIds, [first]);

    const [second] = await fixture.submit(newTask());
    assert.deepEqual(worker.grantedIds, [first, second]);
  });

  it("hands over all that a worker needs", async () => {
    const task = newTask({ headers: { traceparent: "00-1-2-01" }, payload: Buffer.from("hello") });
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(task);
    const { id, spec, attempt, crashes, checkpoint } = worker.newest;
    assert.deepEqual(
      { id, headers: spec.headers, payload: String(spec.payload), attempt, crashes },
      { id: task.id, headers: task.spec.headers, payload: "hello", attempt: 1, crashes: 0 },
    );
    assert.equal(checkpoint.length, 0);
  });

  it("finds a task that no hint told of within the poll interval", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.isDeaf = true;
    // Another process's submit: nothing here hears of it.
    const another = fixture.another();
    await fixture.trySubmit([newTask()], another);
    await fixture.turns();
    assert.equal(worker.granted.length, 0);

    await fixture.advance(1_000);
    assert.equal(worker.granted.length, 1);
  });

  it("looks into no more queues a poll than it may, and into all of them in turn", async () => {
    const few = new DispatchFixture({ maxPolledQueues: 2 });
    try {
      const queues = ["a", "b", "c", "d", "e"] as QueueName[];
      const subscriptions = queues.map((queue) => ({ queue, types: null }));
      await few.worker({ credit: 100, subscriptions });
      await few.turns();
      few.store.forgetCalls();
      const asked: string[] = [];
      for (let poll = 0; poll < 5; poll += 1) {
        await few.advance(1_000);
        const polled = few.store.calls<LeaseRequest>("lease").map(({ queue }) => queue);
        assert.equal(polled.length, 2);
        asked.push(...polled);
        few.store.forgetCalls();
      }
      assert.deepEqual(asked.join(""), "abcdeabcde");
    } finally {
      await few.stop();
    }
  });

  it("asks nothing of the store while nobody has credit", async () => {
    await fixture.worker();
    await fixture.submit(...newTasks(3));
    await fixture.advance(5_000);
    assert.equal(fixture.store.calls("lease").length, 0);
  });

  it("asks nothing for new credit where the queue is known to be empty", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.forgetCalls();
    worker.session.addCredit(1);
    worker.session.addCredit(1);
    await fixture.turns();
    assert.equal(fixture.store.calls("lease").length, 0);

    await fixture.submit(...newTasks(3));
    assert.equal(worker.granted.length, 3);
  });

  it("asks nothing at first where the queue was empty when the session was opened", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.turns();
    assert.deepEqual(fixture.store.calls("lease"), []);
    const [id] = await fixture.submit(newTask());
    assert.deepEqual(worker.grantedIds, [id]);
  });

  it("grants a task that came while the session was being opened", async () => {
    const opening = fixture.store.holdNextAnswer("openSession");
    const worker = new TestWorker({ credit: 1 });
    const connected = worker.connect(fixture.dispatcher);
    await opening.reached;
    const [id] = await fixture.submit(newTask());
    opening.release();
    await connected;
    await fixture.turns();
    assert.deepEqual(worker.grantedIds, [id]);
  });

  it("leases again for tasks that come while the store is asked", async () => {
    const worker = await fixture.worker({ credit: 5 });
    await fixture.turns();
    const held = fixture.store.holdNextAnswer("lease");
    await fixture.trySubmit([newTask()]);
    await held.reached;
    fixture.store.isDeaf = true;
    await fixture.trySubmit([newTask()]);
    held.release();
    await fixture.turns();
    assert.equal(worker.granted.length, 2);
  });

  it("grants tasks only of the types subscribed to", async () => {
    const subscriptions = [{ queue: QUEUE, types: [OTHER_TYPE] }];
    const worker = await fixture.worker({ credit: 5, subscriptions });
    const tasks = [newTask({ type: TYPE }), newTask({ type: OTHER_TYPE })];
    const [, wanted] = await fixture.submit(...tasks);
    assert.deepEqual(worker.grantedIds, [wanted]);
  });

  it("grants on to other types where one type has nothing left", async () => {
    const subscribe = (type: TaskType) => [{ queue: QUEUE, types: [type] }];
    const one = await fixture.worker({ credit: 5, subscriptions: subscribe(OTHER_TYPE) });
    const two = await fixture.worker({ credit: 5, subscriptions: subscribe(TYPE) });
    await fixture.submit(...newTasks(3, { type: TYPE }));
    assert.equal(one.granted.length, 0);
    assert.equal(two.granted.length, 3);
  });

  it("splits a few tasks over the workers that wait", async () => {
    const workers = [
      await fixture.worker({ credit: 16 }),
      await fixture.worker({ credit: 16 }),
      await fixture.worker({ credit: 16 }),
    ];
    await fixture.submit(...newTasks(9));
    assert.deepEqual(
      workers.map(({ granted }) => granted.length),
      [3, 3, 3],
    );
  });

  it("takes turns between workers for single tasks", async () => {
    const workers = [await fixture.worker({ credit: 10 }), await fixture.worker({ credit: 10 })];
    for (let round = 0; round < 10; round += 1) {
      await fixture.submit(newTask());
    }
    assert.deepEqual(
      workers.map(({ granted }) => granted.length),
      [5, 5],
    );
  });

  it("hands a backlog out in full batches", async () => {
    await fixture.submit(...newTasks(1_000));
    const worker = await fixture.worker({ credit: 1_000 });
    await fixture.turns();
    assert.equal(worker.granted.length, 1_000);
    assert.equal(fixture.store.calls("lease").length, 10);
  });

  it("gives every queue of a session its turn at scarce credit", async () => {
    await fixture.submit(...newTasks(20));
    await fixture.submit(...newTasks(20, { queue: OTHER_QUEUE }));
    const subscriptions = [
      { queue: QUEUE, types: null },
      { queue: OTHER_QUEUE, types: null },
    ];
    const worker = await fixture.worker({ subscriptions });
    for (let round = 0; round < 20; round += 1) {
      worker.session.addCredit(1);
      await fixture.turns();
    }
    const fromOther = worker.granted.filter(({ spec }) => spec.queue === OTHER_QUEUE);
    assert.equal(worker.granted.length, 20);
    assert.equal(fromOther.length, 10);
  });

  it("takes the credit back that one queue had no task for, and offers it to another", async () => {
    const subscriptions = [
      { queue: OTHER_QUEUE, types: null },
      { queue: QUEUE, types: null },
    ];
    await fixture.submit(...newTasks(4));
    const worker = await fixture.worker({ subscriptions, credit: 4 });
    await fixture.turns();
    assert.equal(worker.granted.length, 4);
  });

  it("lets a queue that others have emptied stand in nobody's way for credit", async () => {
    const subscriptions = [QUEUE, OTHER_QUEUE].map((queue) => ({ queue, types: null }));
    const waiting = await fixture.worker({ subscriptions });
    await fixture.submit(newTask());
    await fixture.worker({ credit: 2 });
    await fixture.turns();

    waiting.session.addCredit(1);
    await fixture.submit(newTask({ queue: OTHER_QUEUE }));
    assert.equal(waiting.granted.length, 1);
  });

  it("sends nothing more while a worker reads too slowly, and goes on when it caught up", async () => {
    const worker = await fixture.worker({ credit: 10 });
    worker.isWritable = false;
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 1);
    await fixture.submit(...newTasks(2));
    await fixture.advance(2_000);
    assert.equal(worker.granted.length, 1);

    worker.unblock();
    await fixture.turns();
    assert.equal(worker.granted.length, 3);
  });

  it("keeps each grant below the message limit", async () => {
    const payload = Buffer.alloc(700_000);
    await fixture.submit(...newTasks(7, { payload }));
    const worker = await fixture.worker({ credit: 10 });
    await fixture.turns();
    assert.equal(worker.granted.length, 7);
    assert.deepEqual(
      worker.got("grant").map(({ tasks }) => tasks.length),
      [2, 2, 2, 1],
    );
  });

  it("gives a task back that was leased for a stream that broke meanwhile", async () => {
    const stored = newTask();
    await fixture.submit(stored);
    const held = fixture.store.holdNextAnswer("lease");
    const worker = await fixture.worker({ credit: 1 });
    await held.reached;
    worker.cut();
    held.release();
    await fixture.turns();

    const task = await fixture.task(stored.id);
    assert.equal(worker.granted.length, 0);
    assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
  });

  it("gives a task back that was leased for a worker that said it goes", async () => {
    await fixture.submit(newTask());
    const held = fixture.store.holdNextAnswer("lease");
    const leaving = await fixture.worker({ credit: 1 });
    await held.reached;
    leaving.session.drain();
    assert.deepEqual(leaving.messages.at(-1), { kind: "drain_ack" });
    held.release();
    const staying = await fixture.worker({ credit: 1 });
    await fixture.turns();
    assert.equal(leaving.granted.length, 0);
    assert.equal(staying.granted.length, 1);
  });

  it("grants a released task again at once, and a failed one after its back-off", async () => {
    const worker = await fixture.worker({ credit: 5 });
    await fixture.submit(newTask());
    worker.settle(released(leaseOf(worker.newest)));
    await fixture.turns();
    assert.deepEqual([worker.granted.length, worker.newest.attempt], [2, 1]);

    worker.settle(failed(leaseOf(worker.newest)));
    await fixture.turns();
    await fixture.advance(950);
    assert.equal(worker.granted.length, 2);
    await fixture.advance(50);
    assert.deepEqual([worker.granted.length, worker.newest.attempt], [3, 2]);
  });

  it("grants nothing to a stream whose session another process took up", async () => {
    const stranded = await fixture.worker();
    const another = fixture.another();
    const resumed = new TestWorker({ resume: stranded.key });
    await resumed.connect(another);
    await fixture.submit(...newTasks(2));

    stranded.session.addCredit(5);
    await fixture.turns();
    assert.equal(stranded.granted.length, 0);
    assert.equal(stranded.endedWith?.reason, "SESSION_RESUMED");

    resumed.session.addCredit(5);
    await fixture.turns();
    assert.equal(resumed.granted.length, 2);
  });
});
