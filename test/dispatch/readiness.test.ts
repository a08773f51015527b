import assert from "node:assert/strict";
import { newTask } from "../support/task-factory.ts";
import { DispatchFixture } from "./fixture.ts";

describe("Readiness", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(() => fixture?.stop());

  it("comes with the store's first answer", async () => {
    assert.equal(fixture.dispatcher.isReady(), false);
    await fixture.turns();
    assert.equal(fixture.dispatcher.isReady(), true);
  });

  it("stays while nothing else is asked of the store", async () => {
    await fixture.turns();
    for (let second = 0; second < 10; second += 1) {
      await fixture.advance(1_000);
      assert.equal(fixture.dispatcher.isReady(), true);
    }
  });

  it("goes with a failure and comes back with an answer, each logged once", async () => {
    await fixture.turns();
    fixture.store.down = "unavailable";
    await fixture.trySubmit([newTask()]);
    assert.equal(fixture.dispatcher.isReady(), false);
    await fixture.advance(3_000);
    assert.equal(fixture.dispatcher.isReady(), false);

    fixture.store.down = null;
    await fixture.advance(1_000);
    assert.equal(fixture.dispatcher.isReady(), true);
    assert.deepEqual(fixture.log.warnings, ["the store failed"]);
  });

  it("goes where the store neither answers nor fails for three seconds", async () => {
    await fixture.turns();
    const held = Array.from({ length: 40 }, () => [
      fixture.store.holdNext("renew"),
      fixture.store.holdNext("queueNames"),
      fixture.store.holdNext("sweep"),
    ]).flat();
    await fixture.advance(2_900);
    assert.equal(fixture.dispatcher.isReady(), true);
    await fixture.advance(200);
    assert.equal(fixture.dispatcher.isReady(), false);

    for (const call of held) {
      call.release();
    }
    await fixture.turns();
    assert.equal(fixture.dispatcher.isReady(), true);
  });

  it("stays where the store is only full", async () => {
    await fixture.turns();
    fixture.store.failNext("submit", "full");
    await fixture.trySubmit([newTask()]);
    assert.equal(fixture.dispatcher.isReady(), true);
  });
});
