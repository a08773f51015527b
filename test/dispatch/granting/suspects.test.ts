import assert from "node:assert/strict";
import type { QueueName, TaskId } from "../../../server/src/domain/ids.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import type { TestWorker } from "../test-worker.ts";

const QUIET_MS = 10_000;

describe("Suspects", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(() => fixture?.stop());

  /** Has workers take what there is and die of it, one after the other. */
  async function crash(times: number, tasks: number): Promise<void> {
    for (let crashes = 0; crashes < times; crashes += 1) {
      const victim = await fixture.worker({ credit: tasks });
      await fixture.turns();
      assert.equal(victim.granted.length, tasks);
      victim.cut();
      await fixture.advance(2_000);
    }
  }

  async function stateOf(id: TaskId) {
    const { state, crashes } = await fixture.task(id);
    return [state, crashes];
  }

  function isAlone(worker: TestWorker, id: TaskId): boolean {
    return worker.unsettled().every(({ taskId }) => taskId === id);
  }

  it("run one at a time, so that the one that kills is found and its bystanders live", async () => {
    const ids = await fixture.submit(...newTasks(4));
    const poison = ids[1] as TaskId;
    await crash(2, 4);
    let worker = await fixture.worker({ credit: 4 });
    for (let lap = 0; lap < 4; lap += 1) {
      // Tokens are times.
      await fixture.advance(50);
      assert.equal(worker.unsettled().length, 1);
      const { newest } = worker;
      if (newest.id === poison) {
        assert.ok(isAlone(worker, poison));
        worker.cut();
        await fixture.advance(2_000);
        worker = await fixture.worker({ credit: 4 });
      } else {
        worker.complete(newest);
      }
    }
    await fixture.turns();
    for (const id of ids) {
      assert.deepEqual(await stateOf(id), id === poison ? ["DEAD", 3] : ["SUCCEEDED", 2]);
    }
  });

  it("go to one of two workers, while the other goes on with other tasks", async () => {
    await fixture.submit(...newTasks(2));
    await crash(2, 2);
    const workers = [await fixture.worker({ credit: 4 }), await fixture.worker({ credit: 4 })];
    await fixture.submit(...newTasks(6));
    const [apart, others] = workers.toSorted((a, b) => a.granted.length - b.granted.length);
    assert.deepEqual([apart?.granted.length, others?.granted.length], [1, 4]);
    apart?.complete(apart.newest);
    await fixture.turns();
    assert.deepEqual([apart?.granted.length, others?.granted.length], [2, 4]);
    apart?.complete(apart.newest);
    await fixture.turns();
    assert.deepEqual([apart?.granted.length, others?.granted.length], [4, 4]);
  });

  it("wait until what their worker has began some time ago, and keep others waiting as long", async () => {
    const [suspect] = await fixture.submit(newTask());
    await crash(2, 1);
    const busy = newTasks(2);
    await fixture.submit(...busy);
    const worker = await fixture.worker({ credit: 4 });
    await fixture.turns();
    assert.deepEqual(
      worker.grantedIds,
      busy.map(({ id }) => id),
    );
    await fixture.submit(newTask());
    await fixture.advanceBeating(QUIET_MS - 2_000, worker);
    assert.equal(worker.granted.length, 2);
    await fixture.advanceBeating(4_000, worker);
    assert.equal(worker.granted.length, 3);
    assert.equal(worker.newest.id, suspect);
    await fixture.advanceBeating(QUIET_MS - 4_000, worker);
    assert.equal(worker.granted.length, 3);
    await fixture.advanceBeating(6_000, worker);
    assert.equal(worker.granted.length, 4);
  });

  it("of several queues are not given to one worker together", async () => {
    const other = "other" as QueueName;
    const subscriptions = [QUEUE, other].map((queue) => ({ queue, types: null }));
    await fixture.submit(newTask(), newTask({ queue: other }));
    for (let crashes = 0; crashes < 2; crashes += 1) {
      const victim = await fixture.worker({ credit: 4, subscriptions });
      await fixture.turns();
      assert.equal(victim.granted.length, 2);
      victim.cut();
      await fixture.advance(2_000);
    }
    const worker = await fixture.worker({ credit: 4, subscriptions });
    await fixture.turns();
    assert.equal(worker.granted.length, 1);
    await fixture.advanceBeating(3 * QUIET_MS, worker);
    assert.equal(worker.granted.length, 1);
    worker.complete(worker.newest);
    await fixture.turns();
    assert.equal(worker.granted.length, 2);
  });

  it("that somebody else took or cancelled keep no worker", async () => {
    const [suspect] = await fixture.submit(newTask());
    await crash(2, 1);
    await fixture.submit(newTask());
    const worker = await fixture.worker({ credit: 4 });
    await fixture.turns();
    assert.equal(worker.granted.length, 1);
    await fixture.dispatcher.cancel(suspect as TaskId, "");
    await fixture.submit(newTask());
    await fixture.advanceBeating(QUIET_MS + 2_000, worker);
    assert.equal(worker.granted.length, 2);
  });

  it("do not keep the dispatcher busy for a worker that sends frames but no heartbeats", async () => {
    const [suspect] = await fixture.submit(newTask());
    await crash(2, 1);
    await fixture.submit(newTask());
    const mute = await fixture.worker();
    await fixture.advance(10_000);
    mute.settle();
    await fixture.advance(6_000);
    const busy = await fixture.worker({ credit: 1 });
    await fixture.turns();
    assert.equal(busy.granted.length, 1);
    mute.session.addCredit(1);
    await fixture.turns();
    assert.deepEqual([mute.isEnded, mute.granted], [false, []]);
    mute.beat();
    await fixture.turns();
    assert.deepEqual(mute.grantedIds, [suspect]);
  });

  it("are worked off by all of many workers, once more than a few wait", async () => {
    await fixture.submit(...newTasks(20));
    await crash(2, 20);
    const workers: TestWorker[] = [];
    for (let n = 0; n < 8; n += 1) {
      workers.push(await fixture.worker({ credit: 4 }));
    }
    let most = 0;
    for (let lap = 0; lap < 20; lap += 1) {
      await fixture.advance(50);
      const running = workers.filter((worker) => worker.unsettled().length > 0);
      most = Math.max(most, running.length);
      for (const worker of running) {
        assert.equal(worker.unsettled().length, 1);
        worker.complete(worker.newest);
      }
    }
    assert.equal(most, 4);
    assert.equal(workers.flatMap(({ granted }) => granted).length, 20);
  });
});
