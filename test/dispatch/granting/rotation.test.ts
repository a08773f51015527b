import assert from "node:assert/strict";
import { newTask } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf } from "../test-worker.ts";

describe("Long streams", () => {
  let fixture: DispatchFixture;

  // Ages are spread by 10 %; the fixture's chance gives the shortest.
  beforeEach(() => {
    fixture = new DispatchFixture({ maxStreamAgeMs: 10_000, rotationGraceMs: 3_000 });
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
    assert.equal(fixture?.clock.pendingTimers ?? 0, 0);
  });

  it("are told to move, and granted nothing any more", async () => {
    const worker = await fixture.worker({ credit: 5 });
    await fixture.advance(8_950);
    assert.deepEqual(worker.got("drain"), []);
    await fixture.advance(50);
    assert.deepEqual(worker.got("drain"), [{ kind: "drain", cause: "REBALANCE", graceMs: 3_000 }]);
    worker.session.addCredit(1);
    await fixture.submit(newTask());
    assert.deepEqual(worker.granted, []);
  });

  it("keep their leases on the next stream, which ends the older", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(worker.newest)];
    await fixture.advance(9_000);
    const next = await fixture.worker({ resume: worker.key, held, credit: 1 });
    assert.equal(worker.endedWith?.reason, "SESSION_RESUMED");
    assert.deepEqual(next.got("welcome")[0]?.kept, held);
    next.settle(...held.map(completed));
    await fixture.submit(newTask());
    assert.equal(next.answers[0]?.status, "OK");
    assert.equal(next.granted.length, 1);
  });

  it("are ended with OK after the grace, and keep their whole ttl", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(worker.newest)];
    await fixture.advance(9_000);
    worker.beat();
    await fixture.advance(3_000);
    assert.equal(worker.endedWith, null);
    await fixture.advance(8_000);
    const next = await fixture.worker({ resume: worker.key, held });
    assert.deepEqual(next.got("welcome")[0]?.kept, held);
  });

  it("are not cut where the worker closes the older before it opens the next", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(worker.newest)];
    await fixture.advance(9_000);
    worker.cut();
    await fixture.advance(4_000);
    const next = await fixture.worker({ resume: worker.key, held });
    assert.deepEqual(next.got("welcome")[0]?.kept, held);
  });
});
