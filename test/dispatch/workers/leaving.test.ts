import assert from "node:assert/strict";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf, released } from "../test-worker.ts";

describe("A worker that leaves", () => {
  let fixture: DispatchFixture;

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const OUTCOMES = {
    completes: { settle: completed, state: "SUCCEEDED", attempt: 1 },
    fails: { settle: failed, state: "SCHEDULED", attempt: 1 },
    releases: { settle: released, state: "READY", attempt: 0 },
  } as const;
  for (const [what, { settle, state, attempt }] of Object.entries(OUTCOMES)) {
    it(`is charged no crash where what it ${what} is slower to the store than its leave`, async () => {
      fixture = new DispatchFixture();
      const worker = await fixture.worker({ credit: 1 });
      const [id] = await fixture.submit(newTask());
      assert.ok(id);
      const held = fixture.store.holdNext("settle");
      worker.settle(settle(leaseOf(worker.newest)));
      worker.session.drain();
      worker.cut();
      await held.reached;
      await fixture.advance(3_000);
      held.release();
      await fixture.advance(200);
      const task = await fixture.task(id);
      assert.deepEqual([task.state, task.attempt, task.crashes], [state, attempt, 0]);
    });
  }

  it("is charged no crash for what it leaves behind, however slow that is given back", async () => {
    fixture = new DispatchFixture();
    const worker = await fixture.worker({ credit: 3 });
    const ids = await fixture.submit(...newTasks(3));
    const held = fixture.store.holdNext("settle");
    worker.session.drain();
    worker.cut();
    await held.reached;
    await fixture.advance(3_000);
    held.release();
    await fixture.advance(200);
    for (const id of ids) {
      const task = await fixture.task(id);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
    }
  });

  it("is charged no crash for what it settled in the moment in which its stream broke", async () => {
    fixture = new DispatchFixture({ reconnectGraceMs: 0 });
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    const held = fixture.store.holdNext("settle");
    worker.complete(worker.newest);
    worker.cut();
    await held.reached;
    await fixture.advance(3_000);
    held.release();
    await fixture.advance(200);
    const task = await fixture.task(id);
    assert.deepEqual([task.state, task.crashes], ["SUCCEEDED", 0]);
  });

  it("is charged no crash for what a lease call brought whose answer was lost, before or after", async () => {
    for (const isUnderWay of [false, true]) {
      fixture = new DispatchFixture();
      const worker = await fixture.worker({ credit: 1 });
      const held = isUnderWay ? fixture.store.holdNextAnswer("lease") : null;
      if (!isUnderWay) {
        fixture.store.loseNextAnswer("lease");
      }
      const [id] = await fixture.submit(newTask());
      assert.ok(id);
      await held?.reached;
      assert.equal((await fixture.task(id)).state, "LEASED");
      worker.session.drain();
      worker.cut();
      await fixture.turns();
      held?.lose();
      await fixture.advance(200);
      const task = await fixture.task(id);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
      await fixture.advance(100);
      if (!isUnderWay) {
        await fixture.stop();
      }
    }
  });

  it("is cut all the same where its settlements fail", async () => {
    fixture = new DispatchFixture();
    const worker = await fixture.worker({ credit: 1 });
    const [id] = await fixture.submit(newTask());
    assert.ok(id);
    fixture.store.failNext("settle");
    worker.complete(worker.newest);
    worker.session.drain();
    worker.cut();
    await fixture.advance(1_000);
    assert.equal((await fixture.task(id)).state, "READY");
  });
});
