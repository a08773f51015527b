import assert from "node:assert/strict";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import { newTask, newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, failed, leaseOf, released, type TestWorker } from "../test-worker.ts";

const MINUTE_MS = 60_000;

describe("A task that its worker gives back at once, again and again", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  /** Has the worker release the task whenever it is granted; answers after how long it was granted again. */
  async function pauses(worker: TestWorker, times: number, delayMs = 0): Promise<number[]> {
    const waits: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const grants = worker.granted.length;
      worker.settle(released(leaseOf(worker.newest), delayMs));
      worker.session.addCredit(1);
      await fixture.turns();
      const sinceMs = fixture.clock.nowMs();
      while (worker.granted.length === grants) {
        await fixture.advance(100);
        worker.beat();
      }
      waits.push(fixture.clock.nowMs() - sinceMs);
    }
    return waits;
  }

  /** Has the worker release one task and complete all others, until it was granted so many or nothing. */
  async function play(worker: TestWorker, bad: TaskId, maxGrants: number): Promise<void> {
    let played = 0;
    while (played < worker.granted.length && played < maxGrants) {
      const task = worker.granted[played] ?? assert.fail();
      played += 1;
      worker.settle(task.id === bad ? released(leaseOf(task)) : completed(leaseOf(task)));
      worker.session.addCredit(1);
      await fixture.turns();
    }
  }

  it("waits no longer than it asks for where it holds its key for that time", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    const waits: number[] = [];
    for (let time = 0; time < 12; time += 1) {
      const grants = worker.granted.length;
      const { lease } = released(leaseOf(worker.newest));
      const hold = { scope: "key", forMs: 200 } as const;
      worker.settle({ lease, outcome: { kind: "release", delayMs: 200, hold } });
      worker.session.addCredit(1);
      await fixture.turns();
      const sinceMs = fixture.clock.nowMs();
      while (worker.granted.length === grants) {
        await fixture.advance(100);
        worker.beat();
      }
      waits.push(fixture.clock.nowMs() - sinceMs);
    }
    assert.ok(Math.max(...waits) <= 400, `it waited ${waits}`);
  });

  it("lets those behind it run, where up to 5,000 grants at credit 1 would be its own", async () => {
    const [bad] = await fixture.submit(newTask());
    const behind = await fixture.submit(...newTasks(5));
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    await play(worker, bad ?? assert.fail(), 5_000);
    for (const id of behind) {
      assert.equal((await fixture.task(id)).state, "SUCCEEDED");
    }
    assert.equal(worker.granted.length, 4 + behind.length);
  });

  it("waits longer each time, from the fourth on, and spends no attempt", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    const waits = await pauses(worker, 8);
    assert.deepEqual(waits.slice(0, 3), [0, 0, 0]);
    for (const [at, leastMs] of [100, 200, 400, 800, 1_600].entries()) {
      const waitMs = waits[at + 3] ?? assert.fail();
      assert.ok(waitMs >= leastMs && waitMs <= leastMs + 500, `${waits}`);
    }
    assert.equal(worker.newest.attempt, 1);
  });

  it("waits as long as its worker asks where that is longer", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    for (const waitMs of await pauses(worker, 5, 1_000)) {
      assert.ok(waitMs >= 1_000 && waitMs <= 1_500, `${waitMs}`);
    }
  });

  it("is free at once again after another end, and after a while", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    await pauses(worker, 4);
    worker.settle(failed(leaseOf(worker.newest), { retryAfterMs: 0 }));
    worker.session.addCredit(1);
    await fixture.turns();
    assert.deepEqual(await pauses(worker, 3), [0, 0, 0]);
    await fixture.advanceBeating(2 * MINUTE_MS + 1_000, worker);
    assert.deepEqual(await pauses(worker, 1), [0]);
  });

  it("is not kept waiting by a release that was void", async () => {
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 1 });
    await fixture.turns();
    const lease = leaseOf(worker.newest);
    for (let time = 0; time < 10; time += 1) {
      worker.settle(released({ ...lease, token: (lease.token + 1) as typeof lease.token }));
      await fixture.turns();
    }
    assert.deepEqual(await pauses(worker, 3), [0, 0, 0]);
  });
});
