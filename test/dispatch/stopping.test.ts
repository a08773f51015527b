import assert from "node:assert/strict";
import { newTasks } from "../support/task-factory.ts";
import { DispatchFixture } from "./fixture.ts";

describe("Stopping", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("gives back what a lease call brings whose worker has gone meanwhile", async () => {
    const worker = await fixture.worker({ credit: 5 });
    await fixture.turns();
    const held = fixture.store.holdNextAnswer("lease");
    const tasks = newTasks(3);
    void fixture.trySubmit(tasks);
    await held.reached;
    worker.cut();
    let isOver = false;
    const stopped = fixture.dispatcher.stop().then(() => {
      isOver = true;
    });
    await fixture.turns();
    assert.equal(isOver, false, "it waits for the call under way");
    held.release();
    await stopped;
    const another = fixture.another();
    for (const { id } of tasks) {
      const task = await another.get(id);
      assert.deepEqual([task.state, task.attempt, task.crashes], ["READY", 0, 0]);
    }
  });

  it("takes tasks of schedules and events during a drain, and none once it has begun to stop", async () => {
    await fixture.dispatcher.drain(0);
    const [own] = newTasks(1);
    assert.ok(own);
    const submitOwn = () => new Promise((resolve) => fixture.dispatcher.submitOwn([own], resolve));
    assert.deepEqual(await submitOwn(), [{ kind: "created" }]);
    const stopped = fixture.dispatcher.stop();
    const refused = (await submitOwn()) as { reason: string };
    assert.equal(refused.reason, "DRAINING");
    await stopped;
  });
});
