import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dispatcher } from "../../server/src/dispatch/contract.ts";
import type { LeaseRef, SessionKey, TaskId } from "../../server/src/domain/ids.ts";
import type { HeldCall, StoreMethod } from "../support/faulty-store.ts";
import { newTasks, retryPolicy } from "../support/task-factory.ts";
import { DispatchFixture } from "./fixture.ts";
import { completed, failed, released, TestWorker } from "./test-worker.ts";

const WORKERS = 3;
const MANY = retryPolicy({ maxAttempts: 100, maxCrashes: 100, initialBackoffMs: 300 });

const METHODS = ["submit", "lease", "settle", "report", "openSession", "renew", "sweep"] as const;

type Step =
  | { readonly kind: "submit"; readonly count: number }
  | {
      readonly kind: "credit" | "beat" | "complete" | "fail" | "release" | "break" | "resume";
      readonly worker: number;
    }
  | { readonly kind: "fault"; readonly how: "fail" | "lose" | "hold"; readonly method: StoreMethod }
  | { readonly kind: "unhold" | "turn" }
  | { readonly kind: "advance"; readonly ms: number };

const worker = fc.nat({ max: WORKERS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("submit" as const), count: fc.integer({ min: 1, max: 6 }) }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "credit" as const,
        "beat" as const,
        "complete" as const,
        "fail" as const,
        "release" as const,
        "break" as const,
        "resume" as const,
      ),
      worker,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      how: fc.constantFrom("fail" as const, "lose" as const, "hold" as const),
      method: fc.constantFrom(...METHODS),
    }),
  },
  fc.record({ kind: fc.constantFrom("unhold" as const, "turn" as const) }),
  fc.record({
    kind: fc.constant("advance" as const),
    ms: fc.constantFrom(50, 400, 1_100, 5_000, 13_000),
  }),
);

describe("Whatever workers and the store do", () => {
  it("no task is lost, run under two live leases, or completed twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const fixture = new DispatchFixture();
        try {
          await new Chaos(fixture).play(steps);
        } finally {
          await fixture.stop();
        }
        assert.deepEqual(fixture.log.errors, []);
        assert.equal(fixture.clock.pendingTimers, 0);
      }),
      { numRuns: 40 },
    );
  }).timeout(120_000);
});

/** A worker process: it outlives its streams, and holds what it was not told to drop. */
class ChaosWorker {
  readonly #dispatchers: readonly Dispatcher[];
  readonly #held = new Map<TaskId, LeaseRef>();
  /** What was settled and not answered. */
  readonly #settling = new Map<TaskId, LeaseRef>();
  #session: SessionKey | null = null;
  #stream: TestWorker | null = null;
  #streams = 0;
  #read = 0;
  readonly completions: LeaseRef[] = [];
  readonly grants: LeaseRef[] = [];

  constructor(dispatchers: readonly Dispatcher[]) {
    this.#dispatchers = dispatchers;
  }

  get isConnected(): boolean {
    return this.#stream !== null;
  }

  async connect(): Promise<void> {
    const held = [...this.#held.values(), ...this.#settling.values()];
    const stream =
      this.#session === null ? new TestWorker() : new TestWorker({ resume: this.#session, held });
    const at = this.#streams % this.#dispatchers.length;
    this.#streams += 1;
    try {
      await stream.connect(this.#dispatchers[at] as Dispatcher);
    } catch {
      return;
    }
    this.#stream = stream;
    this.#session = stream.key;
    this.#read = 0;
    // What was not answered on the stream before is settled again.
    stream.settle(...[...this.#settling.values()].map(completed));
  }

  break(): void {
    this.read();
    this.#stream?.cut();
    this.#stream = null;
  }

  credit(): void {
    this.#stream?.session.addCredit(2);
  }

  beat(): void {
    this.read();
    this.#stream?.beat([...this.#held.values()]);
  }

  complete(): void {
    this.read();
    for (const lease of this.#held.values()) {
      this.#settling.set(lease.taskId, lease);
    }
    this.#held.clear();
    this.#stream?.settle(...[...this.#settling.values()].map(completed));
  }

  give(settlement: typeof failed | typeof released): void {
    this.read();
    const [lease] = this.#held.values();
    if (lease !== undefined) {
      this.#held.delete(lease.taskId);
      this.#stream?.settle(settlement(lease));
    }
  }

  /** Takes in what arrived. */
  read(): void {
    const stream = this.#stream;
    if (stream === null) {
      return;
    }
    for (const message of stream.messages.slice(this.#read)) {
      if (message.kind === "grant") {
        for (const { id, token } of message.tasks) {
          this.grants.push({ taskId: id, token });
          this.#held.set(id, { taskId: id, token });
        }
      } else if (message.kind === "settle_ack") {
        for (const { lease, status } of message.results) {
          this.#answered(lease, status);
        }
      } else if (message.kind === "heartbeat_ack" || message.kind === "welcome") {
        for (const lease of message.lost) {
          this.#drop(lease);
        }
      } else if (message.kind === "cancel") {
        this.#drop(message.lease);
      }
    }
    this.#read = stream.messages.length;
    if (stream.isEnded) {
      this.#stream = null;
    }
  }

  #answered(lease: LeaseRef, status: string): void {
    const settling = this.#settling.get(lease.taskId);
    if (status === "RETRY" || settling?.token !== lease.token) {
      return;
    }
    this.#settling.delete(lease.taskId);
    if (status === "OK") {
      this.completions.push(lease);
    }
  }

  #drop(lease: LeaseRef): void {
    if (this.#held.get(lease.taskId)?.token === lease.token) {
      this.#held.delete(lease.taskId);
    }
  }
}

/** Plays steps on two dispatchers and three workers, then lets everything come right. */
class Chaos {
  readonly #fixture: DispatchFixture;
  readonly #workers: ChaosWorker[];
  readonly #held: HeldCall[] = [];
  readonly #submitted: TaskId[] = [];

  constructor(fixture: DispatchFixture) {
    this.#fixture = fixture;
    const dispatchers = [fixture.dispatcher, fixture.another()];
    this.#workers = Array.from({ length: WORKERS }, () => new ChaosWorker(dispatchers));
  }

  async play(steps: readonly Step[]): Promise<void> {
    await Promise.all(this.#workers.map((each) => each.connect()));
    for (const next of steps) {
      await this.#step(next);
    }
    await this.#comeRight();
    await this.#check();
  }

  async #step(next: Step): Promise<void> {
    switch (next.kind) {
      case "submit": {
        const tasks = newTasks(next.count, { retryPolicy: MANY });
        this.#fixture.dispatcher.submit(tasks, (answer) => {
          if (Array.isArray(answer)) {
            this.#submitted.push(...tasks.map(({ id }) => id));
          }
        });
        break;
      }
      case "fault":
        this.#fault(next.how, next.method);
        break;
      case "unhold":
        this.#held.shift()?.release();
        break;
      case "turn":
        await this.#fixture.turns(1);
        break;
      case "advance":
        await this.#fixture.advance(next.ms);
        break;
      default:
        this.#act(next.kind, this.#workers[next.worker] as ChaosWorker);
    }
  }

  #fault(how: "fail" | "lose" | "hold", method: StoreMethod): void {
    const { store } = this.#fixture;
    if (how === "fail") {
      store.failNext(method);
    } else if (how === "lose") {
      store.loseNextAnswer(method);
    } else {
      this.#held.push(store.holdNextAnswer(method));
    }
  }

  #act(
    kind: "credit" | "beat" | "complete" | "fail" | "release" | "break" | "resume",
    acting: ChaosWorker,
  ): void {
    switch (kind) {
      case "credit":
        acting.credit();
        break;
      case "beat":
        acting.beat();
        break;
      case "complete":
        acting.complete();
        break;
      case "fail":
        acting.give(failed);
        break;
      case "release":
        acting.give(released);
        break;
      case "break":
        acting.break();
        break;
      case "resume":
        // Also with the older stream still open: the newer takes the session over.
        void acting.connect();
        break;
    }
  }

  // Faults that no call has met yet are met now; after that nothing fails any more.
  async #comeRight(): Promise<void> {
    for (const held of this.#held) {
      held.release();
    }
    for (let round = 0; round < 60; round += 1) {
      for (const each of this.#workers) {
        each.read();
        if (!each.isConnected) {
          await each.connect();
        }
        each.credit();
        each.complete();
        each.beat();
      }
      await this.#fixture.advance(1_000);
      if (await this.#isAllDone()) {
        break;
      }
    }
    for (const each of this.#workers) {
      each.complete();
    }
    await this.#fixture.turns();
    for (const each of this.#workers) {
      each.read();
    }
  }

  async #isAllDone(): Promise<boolean> {
    const tasks = await this.#fixture.store.get(this.#submitted);
    return tasks.every((task) => task?.state === "SUCCEEDED");
  }

  async #check(): Promise<void> {
    const tasks = await this.#fixture.store.get(this.#submitted);
    assert.deepEqual(
      tasks.filter((task) => task?.state !== "SUCCEEDED").map((task) => task?.state),
      [],
    );
    const grants = this.#workers.flatMap((each) => each.grants);
    const leases = new Set(grants.map(({ taskId, token }) => `${taskId} ${token}`));
    assert.equal(leases.size, grants.length, "a lease was granted twice");
    const completions = this.#workers.flatMap((each) => each.completions);
    const ids = new Set(completions.map(({ taskId }) => taskId));
    assert.equal(ids.size, completions.length, "a task was completed twice");
  }
}
