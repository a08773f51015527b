import assert from "node:assert/strict";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../../../server/src/domain/flow/queue-settings.ts";
import type { SettingName } from "../../../server/src/domain/flow/settings-update.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import { completed, leaseOf, released } from "../test-worker.ts";

describe("Granting what settings hold back", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    // Neither a poll nor a hint is to help.
    fixture = new DispatchFixture({ pollIntervalMs: 600_000 });
    fixture.store.isDeaf = true;
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const leases = () => fixture.store.calls("lease").length;

  function set(changes: Partial<QueueSettings>) {
    return fixture.dispatcher.queues.update(QUEUE, {
      names: Object.keys(changes) as SettingName[],
      settings: { ...DEFAULT_QUEUE_SETTINGS, ...changes },
    });
  }

  it("goes on by itself when a rate lets the next task go, with a call or two a task", async () => {
    await set({ rateLimit: { tasks: 1, periodMs: 2_000, burst: 1 } });
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(...newTasks(4));
    fixture.store.forgetCalls();
    const counts: number[] = [];
    for (const ms of [0, 1_900, 150, 1_800, 200, 1_800, 200]) {
      await fixture.advance(ms);
      counts.push(worker.granted.length);
      worker.beat();
    }
    assert.deepEqual(counts, [1, 1, 2, 2, 3, 3, 4]);
    assert.ok(leases() <= 8, `${leases()} lease calls`);
  });

  it("loses no turn that another dispatcher took before", async () => {
    await set({ rateLimit: { tasks: 1, periodMs: 1_000, burst: 1 } });
    const other = fixture.another();
    const workers = [
      await fixture.worker({ credit: 10 }),
      await fixture.worker({ credit: 10, dispatcher: other }),
    ];
    await fixture.submit(...newTasks(6));
    await new Promise<void>((resolve) => other.submit(newTasks(2), () => resolve()));
    for (let seconds = 0; seconds < 9; seconds += 1) {
      await fixture.advance(1_000);
      for (const worker of workers) {
        worker.beat();
      }
    }
    assert.equal(workers.flatMap(({ granted }) => granted).length, 8);
  });

  it("asks for nothing while the queue is paused, and at once when it is not any more", async () => {
    await set({ isPaused: true });
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(...newTasks(3));
    await fixture.advance(100);
    fixture.store.forgetCalls();
    await fixture.advance(10_000);
    worker.beat();
    assert.deepEqual([leases(), worker.granted.length], [0, 0]);
    await set({ isPaused: false });
    await fixture.turns();
    assert.equal(worker.granted.length, 3);
  });

  it("holds a queue at its concurrency limit, and goes on when an attempt ends", async () => {
    fixture.store.isDeaf = false;
    await set({ concurrencyLimit: 2 });
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(...newTasks(4));
    await fixture.advance(1_000);
    assert.equal(worker.granted.length, 2);
    worker.settle(completed(leaseOf(worker.newest)));
    await fixture.turns();
    assert.equal(worker.granted.length, 3);
  });

  it("passes on for how long a worker holds the queue", async () => {
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(newTask());
    const { lease } = released(leaseOf(worker.newest));
    const outcome = {
      kind: "release",
      delayMs: 0,
      hold: { scope: "queue", forMs: 3_000 },
    } as const;
    worker.settle({ lease, outcome });
    await fixture.submit(...newTasks(2));
    await fixture.advance(2_900);
    assert.equal(worker.granted.length, 1);
    worker.beat();
    await fixture.advance(150);
    assert.equal(worker.granted.length, 4);
  });

  it("goes on soon where a call looked at as many keys as it may, and never at once", async () => {
    const worker = await fixture.worker({ credit: 10 });
    await fixture.turns();
    for (let calls = 0; calls < 20; calls += 1) {
      fixture.store.answerNext("lease", { kind: "ok", tasks: [], left: 1, heldBackMs: 0 });
    }
    fixture.store.forgetCalls();
    await fixture.submit(newTask());
    await fixture.turns();
    assert.ok(leases() <= 3, `${leases()} lease calls while no time passed`);
    await fixture.advance(1_000);
    assert.equal(worker.granted.length, 1);
    assert.ok(leases() <= 23, `${leases()} lease calls`);
  });

  it("waits for nothing once nobody subscribes", async () => {
    await set({ rateLimit: { tasks: 1, periodMs: 60_000, burst: 1 } });
    const worker = await fixture.worker({ credit: 10 });
    await fixture.submit(...newTasks(2));
    worker.session.drain();
    worker.session.closed();
    fixture.store.forgetCalls();
    await fixture.advance(100_000);
    assert.equal(leases(), 0);
  });
});
