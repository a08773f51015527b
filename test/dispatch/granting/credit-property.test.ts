import assert from "node:assert/strict";
import fc from "fast-check";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import type { HeldCall } from "../../support/faulty-store.ts";
import { newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";
import type { TestWorker } from "../test-worker.ts";

const QUEUES = [QUEUE, "reports" as QueueName];
const WORKERS = 3;

/** What happens next, in no particular order. */
type Step =
  | { readonly kind: "submit"; readonly queue: number; readonly count: number }
  | { readonly kind: "credit"; readonly worker: number; readonly count: number }
  | { readonly kind: "settle" | "block" | "unblock"; readonly worker: number }
  | { readonly kind: "hold" | "lose" | "fail" | "release" | "turn" };

const worker = fc.nat({ max: WORKERS - 1 });
const count = fc.integer({ min: 1, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("submit" as const),
    queue: fc.nat({ max: QUEUES.length - 1 }),
    count,
  }),
  fc.record({ kind: fc.constant("credit" as const), worker, count }),
  fc.record({
    kind: fc.constantFrom("settle" as const, "block" as const, "unblock" as const),
    worker,
  }),
  fc.record({
    kind: fc.constantFrom("hold" as const, "lose" as const, "fail" as const, "release" as const),
  }),
  fc.record({ kind: fc.constant("turn" as const) }),
);

describe("Credit", () => {
  it("is never exceeded and never forgotten, whatever happens between the frames", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const fixture = new DispatchFixture();
        try {
          await new Run(fixture).play(steps);
        } finally {
          await fixture.stop();
        }
        assert.deepEqual(fixture.log.errors, []);
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});

/** Plays steps on a dispatcher with three workers on two queues. */
class Run {
  readonly #fixture: DispatchFixture;
  readonly #workers: TestWorker[] = [];
  readonly #credit: number[] = new Array(WORKERS).fill(0);
  readonly #held: HeldCall[] = [];
  #submitted = 0;

  constructor(fixture: DispatchFixture) {
    this.#fixture = fixture;
  }

  async play(steps: readonly Step[]): Promise<void> {
    const subscriptions = QUEUES.map((queue) => ({ queue, types: null }));
    for (let at = 0; at < WORKERS; at += 1) {
      this.#workers.push(await this.#fixture.worker({ subscriptions }));
    }
    for (const next of steps) {
      await this.#step(next);
      this.#checkCredit();
    }
    for (const held of this.#held) {
      held.release();
    }
    for (const each of this.#workers) {
      each.unblock();
    }
    await this.#fixture.advanceBeating(3_000, ...this.#workers);
    this.#checkCredit();
    this.#checkNothingIsLeftWaiting();
  }

  async #step(next: Step): Promise<void> {
    const { store } = this.#fixture;
    switch (next.kind) {
      case "submit":
        this.#submitted += next.count;
        void this.#fixture.trySubmit(
          newTasks(next.count, { queue: QUEUES[next.queue] as QueueName }),
        );
        break;
      case "credit":
        this.#credit[next.worker] = (this.#credit[next.worker] ?? 0) + next.count;
        this.#worker(next.worker).session.addCredit(next.count);
        break;
      case "settle":
        this.#settle(this.#worker(next.worker));
        break;
      case "block":
        this.#worker(next.worker).isWritable = false;
        break;
      case "unblock":
        this.#worker(next.worker).unblock();
        break;
      case "hold":
        this.#held.push(store.holdNextAnswer("lease"));
        break;
      case "lose":
        store.loseNextAnswer("lease");
        break;
      case "fail":
        store.failNext("lease");
        break;
      case "release":
        this.#held.shift()?.release();
        break;
      case "turn":
        await this.#fixture.turns(1);
        break;
    }
  }

  #worker(at: number): TestWorker {
    return this.#workers[at] as TestWorker;
  }

  #settle(settling: TestWorker): void {
    const open = new Set(settling.unsettled().map(({ token }) => token));
    settling.complete(...settling.granted.filter(({ token }) => open.has(token)));
  }

  #checkCredit(): void {
    this.#workers.forEach((each, at) => {
      const credit = this.#credit[at] ?? 0;
      assert.ok(each.granted.length <= credit, `${each.granted.length} granted, ${credit} credit`);
    });
  }

  // Every lease that a lost answer hid was given back, and every task went where there was credit.
  #checkNothingIsLeftWaiting(): void {
    const granted = new Set(this.#workers.flatMap(({ grantedIds }) => grantedIds));
    const grants = this.#workers.reduce((sum, { granted: tasks }) => sum + tasks.length, 0);
    const credit = this.#credit.reduce((sum, each) => sum + each, 0);
    assert.equal(grants, granted.size, "a task was granted twice");
    assert.equal(grants, Math.min(credit, this.#submitted));
  }
}
