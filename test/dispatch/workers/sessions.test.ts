import assert from "node:assert/strict";
import type { QueueName, SessionKey } from "../../../server/src/domain/ids.ts";
import type { StoreMethod } from "../../support/faulty-store.ts";
import { newTask, newTasks, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf, TestWorker } from "../test-worker.ts";

const OTHER_QUEUE = "reports" as QueueName;

describe("Sessions", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  /** Breaks a worker's stream while what its heartbeat asks of the store has not taken effect. */
  async function cutDuring(worker: TestWorker, method: StoreMethod): Promise<void> {
    const call = fixture.store.holdNext(method);
    worker.beat();
    await call.reached;
    worker.cut();
    await fixture.turns();
    call.release();
    await fixture.turns();
  }

  it("begin with a Welcome that states the terms", async () => {
    const worker = await fixture.worker();
    assert.deepEqual(worker.messages, [
      {
        kind: "welcome",
        sessionKey: worker.key,
        leaseTtlMs: 15_000,
        heartbeatIntervalMs: 5_000,
        kept: [],
        lost: [],
      },
    ]);
  });

  it("are refused where the store cannot open them", async () => {
    fixture.store.failNext("openSession");
    await assert.rejects(fixture.worker(), { reason: "STORE_UNAVAILABLE" });
  });

  it("hear nothing before their Welcome", async () => {
    const other = await fixture.worker({ credit: 1 });
    const opening = fixture.store.holdNext("openSession");
    const worker = new TestWorker();
    const connected = worker.connect(fixture.dispatcher);
    await opening.reached;
    fixture.store.failNext("lease");
    await fixture.submit(newTask());
    assert.equal(other.got("throttle").length, 1);
    opening.release();
    await connected;
    assert.deepEqual(
      worker.messages.map(({ kind }) => kind),
      ["welcome"],
    );
  });

  it("end when nothing is heard for the leases' ttl, and no sooner: a handler may block the worker", async () => {
    const worker = await fixture.worker();
    await fixture.advance(5_000);
    worker.session.addCredit(1);
    await fixture.advance(14_950);
    assert.equal(worker.isEnded, false);
    await fixture.advance(50);
    assert.equal(worker.endedWith?.reason, "SESSION_SILENT");
  });

  it("do not end while any frame is heard", async () => {
    const worker = await fixture.worker();
    for (let frames = 0; frames < 6; frames += 1) {
      await fixture.advance(10_000);
      worker.session.addCredit(1);
    }
    assert.equal(worker.endedWith, undefined);
  });

  it("have their tasks granted to another about a second after the stream broke", async () => {
    const killed = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    const other = await fixture.worker({ credit: 1 });
    await fixture.turns();
    killed.cut();
    await fixture.advance(950);
    assert.deepEqual(other.granted, []);
    await fixture.advance(100);
    assert.deepEqual(other.grantedIds, [id]);
    assert.deepEqual([other.newest.attempt, other.newest.crashes], [1, 1]);
  });

  it("have the tasks of a silent worker granted to another once its ttl has passed", async () => {
    const frozen = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const other = await fixture.worker({ credit: 1 });
    await fixture.advanceBeating(14_000, other);
    assert.equal(frozen.isEnded, false);
    assert.deepEqual(other.granted, []);
    await fixture.advanceBeating(2_000, other);
    assert.equal(frozen.endedWith?.reason, "SESSION_SILENT");
    assert.equal(other.granted.length, 1);
  });

  it("have their tasks granted to another at once where there is no grace", async () => {
    await fixture.stop();
    fixture = new DispatchFixture({ reconnectGraceMs: 0 });
    const killed = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const other = await fixture.worker({ credit: 1 });
    await fixture.advance(2_100);
    killed.cut();
    await fixture.turns();
    await fixture.advance(1);
    assert.equal(other.granted.length, 1);
  });

  it("do not outlive the grace by a renewal that takes effect after it began", async () => {
    const killed = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const other = await fixture.worker({ credit: 1 });
    await cutDuring(killed, "renew");
    await fixture.advance(1_100);
    assert.equal(other.granted.length, 1);
  });

  it("do not outlive the grace by an opening that takes effect after it began", async () => {
    const killed = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const other = await fixture.worker({ credit: 1 });
    fixture.store.loseNextAnswer("renew");
    killed.beat();
    await fixture.turns();
    await cutDuring(killed, "openSession");
    await fixture.advance(1_100);
    assert.equal(other.granted.length, 1);
  });

  it("keep their leases when they are taken up again within the grace", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    const held = worker.granted.map(leaseOf);
    worker.cut();
    await fixture.advance(900);
    const resumed = await fixture.worker({ resume: worker.key, held });
    const welcome = resumed.got("welcome")[0];
    const told = fixture.log.infos.map(({ message }) => message);
    assert.deepEqual(told.slice(-1), ["a session was resumed"]);
    assert.deepEqual([welcome?.kept, welcome?.lost], [held, []]);
    assert.equal(welcome?.sessionKey, worker.key);

    await fixture.advanceBeating(20_000, resumed);
    resumed.settle(...held.map(completed));
    await fixture.turns();
    assert.deepEqual(
      resumed.answers.map(({ status }) => status),
      ["OK", "OK"],
    );
    const task = await fixture.task(worker.newest.id);
    assert.deepEqual([task.deliveries, task.crashes], [1, 0]);
  });

  it("keep their leases on another dispatcher when their own dies", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    const held = worker.granted.map(leaseOf);
    const another = fixture.another();
    await fixture.dispatcher.stop();
    await fixture.advance(5_000);
    const resumed = await fixture.worker({ dispatcher: another, resume: worker.key, held });
    assert.deepEqual(resumed.got("welcome")[0]?.kept, held);

    await fixture.advanceBeating(20_000, resumed);
    resumed.settle(...held.map(completed));
    await fixture.turns();
    assert.deepEqual(
      resumed.answers.map(({ status }) => status),
      ["OK", "OK"],
    );
  });

  it("start without credit when they are taken up again", async () => {
    const worker = await fixture.worker({ credit: 5 });
    const resumed = await fixture.worker({ resume: worker.key });
    await fixture.submit(newTask());
    assert.deepEqual([worker.granted, resumed.granted], [[], []]);
  });

  it("give back at once what a resuming worker does not name", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    const [held, dropped] = worker.granted.map(leaseOf);
    assert.ok(held && dropped);
    const other = await fixture.worker({ credit: 5 });
    await fixture.worker({ resume: worker.key, held: [held] });
    await fixture.turns();
    assert.deepEqual(other.grantedIds, [dropped.taskId]);
    assert.deepEqual([other.newest.attempt, other.newest.crashes], [1, 0]);
  });

  it("tell a resuming worker what it lost", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const lease = leaseOf(worker.newest);
    worker.cut();
    await fixture.advance(1_500);
    const resumed = await fixture.worker({ resume: worker.key, held: [lease] });
    const welcome = resumed.got("welcome")[0];
    assert.deepEqual([welcome?.kept, welcome?.lost], [[], [lease]]);
  });

  it("keep leases of a queue that the resuming worker no longer subscribes to", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const lease = leaseOf(worker.newest);
    const subscriptions = [{ queue: OTHER_QUEUE, types: null }];
    const resume = worker.key;
    const resumed = await fixture.worker({ resume, held: [lease], subscriptions, credit: 5 });
    await fixture.submit(newTask());
    await fixture.advanceBeating(20_000, resumed);
    assert.deepEqual(resumed.granted, []);
    resumed.settle(completed(lease));
    await fixture.turns();
    assert.equal(resumed.answers[0]?.status, "OK");
    assert.equal((await fixture.task(lease.taskId)).deliveries, 1);
  });

  it("end the older of two streams, whose end then cuts nothing", async () => {
    const older = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(older.newest)];
    const newer = await fixture.worker({ resume: older.key, held });
    assert.equal(older.endedWith?.reason, "SESSION_RESUMED");
    older.cut();
    await fixture.advance(3_000);
    newer.settle(...held.map(completed));
    await fixture.turns();
    assert.equal(newer.answers[0]?.status, "OK");
    assert.equal((await fixture.task(older.newest.id)).crashes, 0);
  });

  it("are not cut by a stream whose session moved to another dispatcher", async () => {
    const older = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(older.newest)];
    const dispatcher = fixture.another();
    const newer = await fixture.worker({ dispatcher, resume: older.key, held });
    older.cut();
    await fixture.advance(3_000);
    newer.settle(...held.map(completed));
    await fixture.turns();
    assert.equal(newer.answers[0]?.status, "OK");
    assert.equal((await fixture.task(older.newest.id)).crashes, 0);
  });

  it("end a stream whose session moved to another dispatcher at its next heartbeat", async () => {
    const older = await fixture.worker();
    await fixture.worker({ dispatcher: fixture.another(), resume: older.key });
    older.beat();
    await fixture.turns();
    assert.equal(older.endedWith?.reason, "SESSION_RESUMED");
    assert.deepEqual(older.got("heartbeat_ack"), []);
  });

  it("are not taken over by a Hello that arrives late", async () => {
    const first = await fixture.worker({ credit: 1, streamNumber: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(first.newest)];
    const resume = first.key;
    const newest = await fixture.worker({ resume, held, streamNumber: 3 });
    const dispatcher = fixture.another();

    for (const streamNumber of [2, 3]) {
      for (const late of [
        { resume, streamNumber },
        { resume, streamNumber, dispatcher },
      ]) {
        await assert.rejects(fixture.worker(late), { reason: "SESSION_RESUMED" });
      }
    }

    newest.settle(...held.map(completed));
    await fixture.turns();
    assert.equal(newest.answers[0]?.status, "OK");
    assert.equal((await fixture.task(first.newest.id)).deliveries, 1);
  });

  it("stay with the newest stream where the older one's opening is answered after its own", async () => {
    const { key: resume } = await fixture.worker({ streamNumber: 1 });
    const { reached, release } = fixture.store.holdNextAnswer("openSession");
    const late = fixture.worker({ resume, streamNumber: 2 });
    await reached;
    const newest = await fixture.worker({ resume, streamNumber: 3 });
    release();
    await assert.rejects(late, { reason: "SESSION_RESUMED" });
    assert.equal(newest.isEnded, false);
  });

  it("can be begun with an id that no session has", async () => {
    const resume = "a-session-of-long-ago---" as SessionKey;
    const worker = await fixture.worker({ resume, credit: 1 });
    await fixture.submit(newTask());
    assert.equal(worker.key, resume);
    assert.equal(worker.granted.length, 1);
  });

  it("give back what a worker left that drained and closed", async () => {
    const leaving = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    const [settled, left] = leaving.granted.map(leaseOf);
    assert.ok(settled && left);
    leaving.session.drain();
    leaving.settle(completed(settled));
    leaving.cut();
    await fixture.turns();
    const task = await fixture.task(left.taskId);
    assert.equal((await fixture.task(settled.taskId)).state, "SUCCEEDED");
    assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
  });

  it("void the credit of a worker that drains, and let it settle what it holds", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(newTask());
    worker.session.drain();
    worker.session.addCredit(5);
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 1);
    worker.complete(worker.newest);
    worker.beat([]);
    await fixture.turns();
    assert.equal(worker.answers[0]?.status, "OK");
    assert.equal(worker.got("heartbeat_ack").length, 1);
  });

  it("ignore what comes after their end", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.cut();
    worker.cut();
    worker.session.addCredit(5);
    worker.beat();
    worker.session.drain();
    worker.complete(worker.newest);
    const before = worker.messages.length;
    await fixture.advance(2_000);
    assert.equal(worker.messages.length, before);
  });

  it("survive a link that throws", async () => {
    const worker = new TestWorker();
    await worker.connect(fixture.dispatcher);
    worker.send = () => {
      throw new Error("the stream is gone");
    };
    worker.session.addCredit(1);
    await fixture.submit(newTask());
    worker.cut();
    const other = await fixture.worker({ credit: 1 });
    await fixture.advance(1_100);
    assert.equal(other.granted.length, 1);
    assert.deepEqual(
      new Set(fixture.log.warnings),
      new Set(["a message to a worker was not sent"]),
    );
  });

  it("take a poison task to DEAD once its crashes are spent", async () => {
    const [id] = await fixture.submit(newTask({ retryPolicy: retryPolicy({ maxCrashes: 3 }) }));
    assert.ok(id);
    for (let crash = 0; crash < 3; crash += 1) {
      const victim = await fixture.worker({ credit: 1 });
      await fixture.turns();
      assert.equal(victim.granted.length, 1, `crash ${crash}`);
      victim.cut();
      await fixture.advance(1_100);
    }
    const task = await fixture.task(id);
    assert.deepEqual(
      [task.state, task.crashes, task.attempt, task.lastFailure?.type],
      ["DEAD", 3, 0, "crashed"],
    );
    assert.equal(task.spec.queue, QUEUE);
  });
});
