import assert from "node:assert/strict";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import type { TestWorker } from "../test-worker.ts";

describe("A lease call right behind a submit", () => {
  let fixture: DispatchFixture;
  let worker: TestWorker;

  beforeEach(async () => {
    fixture = new DispatchFixture();
    worker = await fixture.worker({ credit: 5 });
    await fixture.turns();
    fixture.store.forgetCalls();
    // A hint would hide what the granter finds out by itself.
    fixture.store.isDeaf = true;
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const leases = () => fixture.store.calls("lease").length;

  it("brings the task to a waiting worker before the submit is answered", async () => {
    const held = fixture.store.holdNextAnswer("submit");
    const answer = fixture.trySubmit([newTask()]);
    await held.reached;
    await fixture.turns();
    assert.equal(worker.granted.length, 1);

    held.release();
    assert.deepEqual(await answer, [{ kind: "created" }]);
    await fixture.turns();
    assert.equal(leases(), 1);
  });

  it("is made once where the submit is answered first", async () => {
    const held = fixture.store.holdNextAnswer("lease");
    await fixture.trySubmit(newTasks(2));
    await held.reached;
    await fixture.turns();
    held.release();
    await fixture.turns();
    assert.equal(worker.granted.length, 2);
    assert.equal(leases(), 1);
  });

  it("is followed by another where the store carried it out first", async () => {
    const held = fixture.store.holdNext("submit");
    const answer = fixture.trySubmit([newTask()]);
    await held.reached;
    await fixture.turns();
    assert.equal(leases(), 1);
    assert.deepEqual(worker.granted, []);

    held.release();
    await answer;
    await fixture.turns();
    assert.equal(worker.granted.length, 1);
  });

  it("is followed by another where it brought only some of the tasks", async () => {
    const first = fixture.store.holdNext("submit");
    const late = fixture.trySubmit([newTask()]);
    await first.reached;
    await fixture.turns();
    await fixture.trySubmit([newTask()]);
    await fixture.turns();
    assert.equal(worker.granted.length, 1);

    first.release();
    await late;
    await fixture.turns();
    assert.equal(worker.granted.length, 2);
  });

  it("changes nothing for later tasks where the submit failed", async () => {
    fixture.store.failNext("submit");
    await fixture.trySubmit([newTask()]);
    await fixture.turns();
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 1);
  });

  it("is not made while nobody waits for a task", async () => {
    await fixture.submit(...newTasks(5));
    fixture.store.forgetCalls();
    await fixture.submit(newTask());
    assert.equal(leases(), 0);
  });
});
