import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf, released } from "../test-worker.ts";

describe("Draining", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
    assert.equal(fixture?.clock.pendingTimers ?? 0, 0);
  });

  /** Begins a drain; `isOver` tells whether it has ended. */
  function drain(graceMs: number): { readonly isOver: boolean; readonly done: Promise<void> } {
    let isOver = false;
    const done = fixture.dispatcher.drain(graceMs).then(() => {
      isOver = true;
    });
    return {
      get isOver() {
        return isOver;
      },
      done,
    };
  }

  it("ends at once where no worker is connected", async () => {
    await drain(10_000).done;
  });

  it("tells every worker to move, and is not ready from then on", async () => {
    const workers = [await fixture.worker(), await fixture.worker()];
    await fixture.turns();
    assert.equal(fixture.dispatcher.isReady(), true);
    const draining = drain(10_000);
    assert.equal(fixture.dispatcher.isReady(), false);
    for (const worker of workers) {
      assert.deepEqual(worker.messages.at(-1), {
        kind: "drain",
        cause: "SHUTDOWN",
        graceMs: 10_000,
      });
      worker.cut();
    }
    await draining.done;
  });

  it("logs how many workers moved, and how many were left", async () => {
    const [moving] = [await fixture.worker(), await fixture.worker()];
    const draining = drain(10_000);
    moving.cut();
    await fixture.advance(10_000);
    await draining.done;
    assert.deepEqual(fixture.log.infos.at(-1), {
      message: "workers were told to move",
      sessions: 2,
      moved: 1,
      remaining: 1,
    });
    const closed = fixture.log.infos.find(({ message }) => message === "a stream was closed");
    assert.equal(closed?.reason, "moved");
  });

  it("refuses sessions, and still takes submits, settlements and heartbeats", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const draining = drain(10_000);
    assert.equal((await fixture.submit(newTask())).length, 1);
    await assert.rejects(fixture.worker(), { reason: "DRAINING" });

    worker.beat();
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal(worker.got("heartbeat_ack").length, 1);
    assert.equal(worker.answers[0]?.status, "OK");
    assert.equal(draining.isOver, false);
    worker.cut();
    await draining.done;
  });

  it("grants nothing any more, whatever credit comes", async () => {
    const worker = await fixture.worker({ credit: 5 });
    const draining = drain(5_000);
    worker.session.addCredit(5);
    await fixture.trySubmit([newTask()], fixture.another());
    await fixture.advance(3_000);
    assert.deepEqual(worker.granted, []);
    worker.cut();
    await draining.done;
  });

  it("gives back what a lease call under way brings", async () => {
    const worker = await fixture.worker({ credit: 5 });
    await fixture.turns();
    const held = fixture.store.holdNextAnswer("lease");
    const tasks = newTasks(3);
    void fixture.trySubmit(tasks);
    await held.reached;
    const draining = drain(5_000);
    held.release();
    await fixture.turns();
    worker.cut();
    await draining.done;
    for (const { id } of tasks) {
      const task = await fixture.task(id);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
    }
  });

  it("refuses a session that opens while the drain begins", async () => {
    const held = fixture.store.holdNextAnswer("openSession");
    const opening = assert.rejects(fixture.worker(), { reason: "DRAINING" });
    await held.reached;
    const draining = drain(5_000);
    held.release();
    await opening;
    await draining.done;
  });

  it("waits for workers that finish, and ends when the last stream does", async () => {
    const finishing = await fixture.worker({ credit: 1 });
    const releasing = await fixture.worker({ credit: 1 });
    await fixture.submit(...newTasks(2));
    const draining = drain(10_000);
    releasing.session.drain();
    releasing.settle(released(leaseOf(releasing.newest)));
    await fixture.turns();
    releasing.cut();
    await fixture.advance(4_000);
    assert.equal(draining.isOver, false);

    finishing.complete(finishing.newest);
    await fixture.turns();
    finishing.cut();
    await draining.done;
    assert.equal((await fixture.task(finishing.newest.id)).state, "SUCCEEDED");
    assert.equal((await fixture.task(releasing.newest.id)).state, "READY");
  });

  it("ends the streams that are left after the grace, with OK", async () => {
    const worker = await fixture.worker();
    const draining = drain(2_000);
    await fixture.advance(1_950);
    assert.deepEqual([worker.isEnded, draining.isOver], [false, false]);
    await fixture.advance(50);
    await draining.done;
    assert.equal(worker.endedWith, null);
  });

  it("leaves workers their leases, to take them up elsewhere within the ttl", async () => {
    const staying = await fixture.worker({ credit: 1 });
    const moving = await fixture.worker({ credit: 1 });
    await fixture.submit(...newTasks(2));
    const another = fixture.another();
    const draining = drain(2_000);
    moving.cut();
    await fixture.advance(8_000);
    await draining.done;
    for (const worker of [staying, moving]) {
      const held = [leaseOf(worker.newest)];
      const resumed = await fixture.worker({
        dispatcher: another,
        resume: worker.key,
        held,
      });
      assert.deepEqual(resumed.got("welcome")[0]?.kept, held);
      resumed.settle(...held.map(completed));
      await fixture.turns();
      assert.equal(resumed.answers[0]?.status, "OK");
    }
  });

  it("answers the submits and settlements that came before it", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = fixture.store.holdNext("submit");
    const submitted = fixture.trySubmit([newTask()]);
    await held.reached;
    worker.complete(worker.newest);
    worker.cut();
    const draining = drain(1_000);
    await fixture.turns();
    assert.equal(draining.isOver, false);
    held.release();
    assert.deepEqual(await submitted, [{ kind: "created" }]);
    await draining.done;
    assert.equal((await fixture.task(worker.newest.id)).state, "SUCCEEDED");
  });

  it("may be asked for twice, and stopping comes after it", async () => {
    const both = [fixture.dispatcher.drain(1_000), fixture.dispatcher.drain(9_000)];
    await Promise.all(both);
    await fixture.dispatcher.stop();
    await fixture.dispatcher.stop();
  });

  it("is not needed to stop: stopping ends streams and leaves leases alone", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    await fixture.dispatcher.stop();
    assert.equal(worker.endedWith, null);
    const refusal = await fixture.trySubmit([newTask()]);
    assert.ok(refusal instanceof TaskError);
    assert.equal(refusal.reason, "DRAINING");
    await assert.rejects(fixture.worker(), { reason: "DRAINING" });
    assert.equal((await fixture.task(worker.newest.id)).state, "LEASED");
  });
});
