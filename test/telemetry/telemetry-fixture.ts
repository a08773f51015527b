import type { Dispatcher, SubmitAnswer } from "../../server/src/dispatch/contract.ts";
import { createDispatcher } from "../../server/src/dispatch/dispatcher.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { TaskId } from "../../server/src/domain/ids.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import type { NewTask, Store } from "../../server/src/store/store.ts";
import { startTelemetry, type Telemetry } from "../../server/src/telemetry/telemetry.ts";
import { TestWorker, type TestWorkerOptions } from "../dispatch/test-worker.ts";
import { FaultyStore } from "../support/faulty-store.ts";
import { type LogLine, logInto } from "../support/grpc/grpc-server.ts";
import { ManualClock } from "../support/time/manual-clock.ts";
import { type Sample, samplesOf } from "./metrics-text.ts";

// Every step from a frame to its answer takes a turn or two of the event loop; the store takes none.
const TURNS_TO_SETTLE = 12;
const STEP_MS = 50;

/** A dispatcher with its telemetry on a SQLite store in memory, in a time that stands still. */
export class TelemetryFixture {
  readonly clock: ManualClock;
  readonly log: LogLine[];
  readonly telemetry: Telemetry;
  /** Beneath the instruments; can be made to fail. */
  readonly plain: FaultyStore;
  readonly store: Store;
  readonly dispatcher: Dispatcher;

  constructor(clock: ManualClock, log: LogLine[], telemetry: Telemetry) {
    this.clock = clock;
    this.log = log;
    this.telemetry = telemetry;
    this.plain = new FaultyStore(
      openSqliteStore({ path: ":memory:", clock, synchronous: "NORMAL" }),
    );
    this.store = telemetry.instrument(this.plain);
    this.dispatcher = createDispatcher({
      store: this.store,
      clock,
      random: () => 0,
      log: logInto(log),
    });
    telemetry.observe({
      stats: () => this.plain.stats(),
      load: () => this.dispatcher.load(),
      connections: { open: (port) => (port === "grpc" ? 3 : 1), heldBytes: () => 4_096 },
    });
    void this.dispatcher.start();
  }

  /** Starts one that sends no traces. */
  static async start(): Promise<TelemetryFixture> {
    const clock = new ManualClock();
    const log: LogLine[] = [];
    return new TelemetryFixture(clock, log, await startTelemetry({}, clock, logInto(log)));
  }

  /** Connects a worker. */
  async worker(options: TestWorkerOptions = {}): Promise<TestWorker> {
    const worker = new TestWorker(options);
    await worker.connect(this.dispatcher);
    await this.turns();
    return worker;
  }

  /** Stores tasks; throws where that failed. */
  async submit(...tasks: readonly NewTask[]): Promise<TaskId[]> {
    const answer = await new Promise<SubmitAnswer>((resolve) =>
      this.dispatcher.submit(tasks, resolve),
    );
    if (answer instanceof TaskError) {
      throw answer;
    }
    await this.turns();
    return tasks.map(({ id }) => id);
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

  /** What a scrape shows. */
  async samples(): Promise<Sample[]> {
    return samplesOf(await this.telemetry.metricsText());
  }

  async stop(): Promise<void> {
    this.plain.down = null;
    await this.dispatcher.stop();
    await this.store.close();
    await this.telemetry.stop();
  }
}
