import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dispatcher, SubmitAnswer } from "../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../server/src/dispatch/dispatcher.ts";
import type { DispatchSettings } from "../../server/src/dispatch/settings.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import type { Task } from "../../server/src/domain/task.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import type { NewTask, SweepReport } from "../../server/src/store/store.ts";
import { FaultyStore } from "../support/faulty-store.ts";
import { ManualClock } from "../support/time/manual-clock.ts";
import { RecordingLog } from "./recording-log.ts";
import { TestWorker, type TestWorkerOptions } from "./test-worker.ts";

// Every step from a frame to its answer takes a turn or two of the event loop, and the store takes two.
const TURNS_TO_SETTLE = 48;
const STEP_MS = 50;

/** A dispatcher on a SQLite store of its own, in a time that stands still. */
export class DispatchFixture {
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  readonly store: FaultyStore;
  readonly dispatcher: Dispatcher;
  readonly sweeps: { readonly queue: QueueName; readonly report: SweepReport }[] = [];
  readonly #settings: Partial<DispatchSettings>;
  readonly #directory: string;
  readonly #dispatchers: Dispatcher[] = [];

  constructor(settings: Partial<DispatchSettings> = {}) {
    this.#settings = settings;
    this.#directory = mkdtempSync(join(tmpdir(), "baton-dispatch-"));
    const path = join(this.#directory, "baton.db");
    this.store = new FaultyStore(
      openSqliteStore({ path, clock: this.clock, synchronous: "NORMAL" }),
    );
    this.dispatcher = this.another();
  }

  /** Starts another dispatcher over the same store. */
  another(): Dispatcher {
    const dispatcher = createDispatcher({
      store: this.store,
      clock: this.clock,
      random: () => 0,
      log: this.log,
      settings: this.#settings,
      onSwept: (queue, report) => this.sweeps.push({ queue, report }),
    });
    void dispatcher.start();
    this.#dispatchers.push(dispatcher);
    return dispatcher;
  }

  /** Connects a worker. */
  async worker(options: TestWorkerOptions = {}): Promise<TestWorker> {
    const worker = new TestWorker(options);
    await worker.connect(options.dispatcher ?? this.dispatcher);
    return worker;
  }

  /** Stores tasks; throws where that failed. */
  async submit(...tasks: readonly NewTask[]): Promise<TaskId[]> {
    const answer = await this.trySubmit(tasks);
    if (answer instanceof TaskError) {
      throw answer;
    }
    await this.turns();
    return tasks.map(({ id }) => id);
  }

  /** Stores tasks, or says why not. */
  trySubmit(tasks: readonly NewTask[], dispatcher = this.dispatcher): Promise<SubmitAnswer> {
    return new Promise((resolve) => dispatcher.submit(tasks, resolve));
  }

  /** Returns a task. */
  task(id: TaskId): Promise<Task> {
    return this.dispatcher.get(id);
  }

  /** Lets everything that can happen now happen. */
  async turns(count = TURNS_TO_SETTLE): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Moves time on in steps, with everything happening that each step sets off. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(Math.min(left, STEP_MS));
      await this.turns(3);
    }
    await this.turns();
  }

  /** Moves time on with a worker sending heartbeats all along. */
  async advanceBeating(ms: number, ...workers: readonly TestWorker[]): Promise<void> {
    const stepMs = 1_000;
    for (let left = ms; left > 0; left -= stepMs) {
      await this.advance(Math.min(left, stepMs));
      for (const worker of workers) {
        worker.beat();
      }
      await this.turns();
    }
  }

  async stop(): Promise<void> {
    this.store.down = null;
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.stop()));
    await this.store.close();
    rmSync(this.#directory, { recursive: true });
  }
}
