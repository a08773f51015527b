import assert from "node:assert/strict";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newTasks } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import type { TestWorker } from "../test-worker.ts";

const QUEUES = Array.from({ length: 8 }, (_, at) => `turns-${at}` as QueueName);
const SLOTS = 64;

describe("Queues that share a worker", () => {
  let fixture: DispatchFixture;
  let worker: TestWorker;

  beforeEach(async () => {
    fixture = new DispatchFixture();
    worker = await fixture.worker({
      subscriptions: QUEUES.map((queue) => ({ queue, types: null })),
    });
    for (const queue of QUEUES) {
      await fixture.submit(...newTasks(200, { queue }));
    }
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  /** Has every slot take a task; returns how many of which queue. */
  async function fill(): Promise<Record<string, number>> {
    const before = worker.granted.length;
    worker.session.addCredit(SLOTS);
    await fixture.turns();
    const counts: Record<string, number> = {};
    for (const { spec } of worker.granted.slice(before)) {
      counts[spec.queue] = (counts[spec.queue] ?? 0) + 1;
    }
    return counts;
  }

  async function finish(afterMs: number): Promise<void> {
    fixture.clock.advance(afterMs);
    worker.complete(...worker.granted.slice(-SLOTS));
    await fixture.turns();
  }

  it("have its slots in short turns, side by side, while their tasks are slow", async () => {
    for (const four of [QUEUES.slice(0, 4), QUEUES.slice(4)]) {
      assert.deepEqual(await fill(), Object.fromEntries(four.map((queue) => [queue, 16])));
      await finish(1_000);
    }
  });

  it("have all of them in turn while their tasks are quick", async () => {
    await fill();
    await finish(5);
    for (const queue of [...QUEUES.slice(4), ...QUEUES.slice(0, 4)]) {
      assert.deepEqual(await fill(), { [queue]: SLOTS });
      await finish(5);
    }
  });

  it("have them in short turns again once their tasks are slow", async () => {
    await fill();
    await finish(5);
    await fill();
    await finish(1_000);
    assert.deepEqual(Object.values(await fill()), [16, 16, 16, 16]);
  });
});
