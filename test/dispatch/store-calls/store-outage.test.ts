import assert from "node:assert/strict";
import type { SessionOpening } from "../../../server/src/store/store.ts";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf } from "../test-worker.ts";

describe("A store that fails", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("has a lease call whose answer was lost repaired before the next, with no attempt spent", async () => {
    const worker = await fixture.worker();
    const [known] = await fixture.submit(newTask());
    worker.session.addCredit(1);
    await fixture.turns();
    const [hidden] = await fixture.submit(newTask());
    fixture.store.loseNextAnswer("lease");
    worker.session.addCredit(1);
    await fixture.turns();
    assert.deepEqual(worker.grantedIds, [known]);

    await fixture.advance(1_000);
    assert.deepEqual(worker.grantedIds, [known, hidden]);
    assert.deepEqual([worker.newest.attempt, worker.newest.crashes], [1, 0]);
    const [first] = worker.granted;
    assert.ok(first);
    assert.equal((await fixture.task(first.id)).deliveries, 1);
  });

  it("has a repair that fails tried again until it is done", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.loseNextAnswer("lease");
    await fixture.submit(newTask());
    fixture.store.failNext("renew");
    fixture.store.failNext("openSession", "unknown");
    await fixture.advanceBeating(3_000);
    assert.equal(worker.granted.length, 1);
  });

  it("has the stream ended whose session was taken up while its answer was lost", async () => {
    const stranded = await fixture.worker({ credit: 2, streamNumber: 1 });
    await fixture.submit(newTask());
    const held = [leaseOf(stranded.newest)];
    fixture.store.loseNextAnswer("lease");
    await fixture.submit(newTask());
    const dispatcher = fixture.another();
    const resume = stranded.key;
    const resumed = await fixture.worker({ dispatcher, resume, held, streamNumber: 2 });
    await fixture.advance(1_000);
    assert.equal(stranded.endedWith?.reason, "SESSION_RESUMED");

    resumed.settle(...held.map(completed));
    await fixture.turns();
    assert.equal(resumed.answers[0]?.status, "OK");
  });

  it("is asked for no tasks while it is away, and its workers are told once", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.forgetCalls();
    fixture.store.down = "unavailable";
    for (let second = 0; second < 5; second += 1) {
      for (let wake = 0; wake < 10; wake += 1) {
        worker.session.addCredit(1);
        await fixture.turns(2);
      }
      await fixture.advance(1_000);
    }
    assert.equal(fixture.store.calls("lease").length, 1);
    assert.deepEqual(worker.got("throttle"), [
      { kind: "throttle", reason: "the store does not answer", retryAfterMs: 1_000 },
    ]);
  });

  it("is used again as soon as it answers a probe", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.submit(newTask());
    worker.complete(...worker.granted);
    await fixture.turns();
    fixture.store.down = "unavailable";
    worker.session.addCredit(1);
    await fixture.turns();
    fixture.store.down = null;
    await fixture.advance(250);
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 2);
  });

  it("gives back what it forgot the end of, once it answers again", async () => {
    const worker = await fixture.worker();
    const [opening] = fixture.store.calls<[SessionOpening]>("openSession").flat();
    assert.ok(opening);
    const [id] = await fixture.submit(newTask());
    const { queue, sessionId, streamId, workerId } = opening;
    const request = { queue, types: null, sessionId, streamId, workerId, limit: 1 };
    // As after a failover to a replica that had the lease, and not yet the settlement.
    await fixture.store.lease({ ...request, maxPayloadBytes: 1_000 });
    worker.session.addCredit(1);
    await fixture.advanceBeating(20_000, worker);
    assert.deepEqual(worker.grantedIds, []);

    fixture.store.down = "unavailable";
    await fixture.advance(1_000);
    fixture.store.down = null;
    await fixture.advanceBeating(6_000, worker);
    assert.deepEqual(worker.grantedIds, [id]);
    assert.deepEqual([worker.newest.attempt, worker.newest.crashes], [1, 0]);
  });

  it("is looked at four times a second while it is away", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.down = "unavailable";
    await fixture.advanceBeating(3_000, worker);
    fixture.store.forgetCalls();
    await fixture.advanceBeating(2_000, worker);
    const probes = fixture.store.calls("get").length;
    assert.ok(probes >= 7 && probes <= 12, `${probes} probes`);
  });

  it("is used again within a poll interval after it came back", async () => {
    const worker = await fixture.worker({ credit: 0 });
    await fixture.submit(newTask());
    fixture.store.down = "unavailable";
    worker.session.addCredit(3);
    await fixture.advanceBeating(8_000, worker);
    assert.equal(worker.granted.length, 0);
    fixture.store.down = null;
    await fixture.advanceBeating(1_000, worker);
    assert.equal(worker.granted.length, 1);
    await fixture.submit(...newTasks(2));
    assert.equal(worker.granted.length, 3);
  });

  it("costs no task when it stays away past every ttl", async () => {
    const worker = await fixture.worker({ credit: 2 });
    await fixture.submit(...newTasks(2));
    fixture.store.down = "unknown";
    await fixture.advanceBeating(40_000, worker);
    fixture.store.down = null;
    await fixture.advance(500);
    const other = await fixture.worker({ credit: 2 });
    await fixture.advanceBeating(5_000, worker, other);
    worker.complete(...worker.granted);
    other.complete(...other.granted);
    await fixture.turns();
    for (const { id } of worker.granted) {
      assert.equal((await fixture.task(id)).state, "SUCCEEDED");
    }
  });

  it("has a session opened anew that it forgot, at the next lease", async () => {
    const worker = await fixture.worker();
    fixture.store.down = "unavailable";
    // The ttl passes with the worker's heartbeats unanswered; nothing is reclaimed, it held nothing.
    await fixture.advanceBeating(16_000, worker);
    fixture.store.down = null;
    await fixture.advance(5_000);
    fixture.store.failNext("renew");
    worker.beat();
    await fixture.turns();
    worker.session.addCredit(1);
    await fixture.submit(newTask());
    assert.equal(worker.granted.length, 1);
  });

  it("is not hammered where it throws what no store should", async () => {
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    fixture.store.breakNext("lease");
    fixture.store.breakNext("sweep");
    fixture.store.breakNext("renew");
    await fixture.submit(newTask());
    worker.beat();
    await fixture.advance(2_000);
    assert.equal(worker.granted.length, 1);
  });
});
