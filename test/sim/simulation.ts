import { DatabaseSync } from "node:sqlite";
import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import { TASK_STATES } from "../../server/src/domain/task-state.ts";
import { Database } from "../../server/src/store/sqlite/client/database.ts";
import { migrate } from "../../server/src/store/sqlite/file/migrations.ts";
import { SqliteStore } from "../../server/src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../server/src/store/store.ts";
import { check, type Verdict } from "../crash/support/checker/check.ts";
import type { Happening, HistoryEvent } from "../crash/support/history/events.ts";
import { QUEUES } from "../crash/support/load/plan.ts";
import { orphansIn } from "../store/sqlite/sqlite-audit.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { SIM_TTL_MS, SimDispatcher } from "./sim-dispatcher.ts";
import { SimNetwork } from "./sim-network.ts";
import { SimOperator } from "./sim-operator.ts";
import { settleStale } from "./sim-rogue.ts";
import { NO_STORE_FAULTS, type StoreFaults } from "./sim-store.ts";
import { SimSubmitter, type SubmitterWorld } from "./sim-submitter.ts";
import { toTaskSeen } from "./sim-tasks.ts";
import { SimProcess, SimTime } from "./sim-time.ts";
import { SimWorker } from "./sim-worker.ts";
import { Turns } from "./turns.ts";

/** What a simulation showed. */
export interface SimReport extends Verdict {
  readonly seed: number;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly history: readonly HistoryEvent[];
  readonly complaints: readonly string[];
}

/** How long faults go on, and how long everything may then take to come to rest. */
const FAULTS_MS = 60_000;
const REST_MS = 15 * 60_000;
/** A simulation that needs more is stuck; the checker says with what. */
const MAX_STEPS = 60_000;

/** Every so many seeds nothing but workers is killed, so that recovery can be held to its bound. */
const CALM_EVERY = 5;
/** Every so many seeds attempts run out of time. */
const HURRIED_EVERY = 7;
/** The reconnect grace of 1 s, and what frames and sweeps take. */
const CALM_RECOVERY_MS = 4_000;

/**
 * Runs one simulation: faults for a minute of its time, then none until everything is worked off.
 * Seeds that {@link CALM_EVERY} divides have no fault but killed workers.
 */
export async function simulate(seed: number): Promise<SimReport> {
  const simulation = new Simulation(seed);
  const trueRandom = Math.random;
  Math.random = () => simulation.random.next();
  simulation.turns.install();
  try {
    return await simulation.run();
  } finally {
    Math.random = trueRandom;
    simulation.turns.uninstall();
  }
}

class Simulation implements SubmitterWorld {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly turns = new Turns();
  readonly time = new SimTime();
  readonly #history: HistoryEvent[] = [];
  readonly #complaints: string[] = [];
  readonly network: SimNetwork;
  readonly #db = new DatabaseSync(":memory:", {
    enableForeignKeyConstraints: false,
  });
  readonly #store: Store;
  readonly #faults: StoreFaults = { ...NO_STORE_FAULTS };
  readonly #operator: SimOperator;
  #dispatchers: SimDispatcher[] = [];
  #workers: SimWorker[] = [];
  #born = 0;
  areFaultsOver = false;
  #steps = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    migrate(this.#db, ":memory:");
    const clock = new SimProcess(this.time, "store").clock;
    const opened = {
      connection: this.#db,
      guard: null,
      reserve: null,
      shrinker: null,
      close: () => this.#db.close(),
    };
    this.#store = new SqliteStore(new Database(opened, clock, DEFAULTS.deadRetentionMs));
    const record = (happening: Happening): void => this.record(happening, "operator");
    const operating = {
      time: this.time,
      store: this.#store,
      random: new SeededRandom(seed),
      record,
    };
    this.#operator = new SimOperator(operating);
    this.network = new SimNetwork(this.time, this.random.fork(), () => this.pickDispatcher());
  }

  async run(): Promise<SimReport> {
    const { random } = this;
    if (!this.#isCalm) {
      this.#spoilStore();
    }
    for (let n = 0; n < random.between(1, 3); n += 1) {
      this.#bearDispatcher();
    }
    for (let n = 0; n < random.between(2, 4); n += 1) {
      this.#bearWorker();
    }
    // Where nothing is to hold a task back, it must come soon.
    if (!this.#isCalm) {
      await this.#operator.start();
    }
    new SimSubmitter(this, FAULTS_MS * 0.9).start();
    this.#planNextFault();
    await this.#runUntil(FAULTS_MS);
    await this.#operator.end();
    this.#endFaults();
    await this.#runUntil(FAULTS_MS + REST_MS, () => this.#isAtRest());
    await this.#readAll();
    this.record({ kind: "audit", problems: orphansIn(this.#db) });
    for (const complaint of new Set(this.#complaints)) {
      const how = complaint.slice(0, 400);
      this.record({ kind: "exit", target: "log", how, isExpected: false, complaint: "" });
    }
    for (const { process } of [...this.#dispatchers, ...this.#workers]) {
      process.die();
    }
    await this.#store.close();
    return {
      ...check(this.#history, {
        recoverWithinMs: this.#isCalm ? CALM_RECOVERY_MS : null,
        mayTimeOut: this.isHurried,
        // Its store refuses calls now and then.
        mayLeaveOutMs: this.#isCalm ? 0 : SIM_TTL_MS,
      }),
      seed: this.seed,
      steps: this.#steps,
      simulatedMs: this.time.nowMs,
      history: this.#history,
      complaints: this.#complaints,
    };
  }

  #spoilStore(): void {
    const { random } = this;
    this.#faults.refuse = random.chance(0.5) ? random.next() * 0.05 : 0;
    this.#faults.loseAnswer = random.chance(0.5) ? random.next() * 0.08 : 0;
    this.#faults.stall = random.chance(0.5) ? random.next() * 0.02 : 0;
    this.#faults.loseHint = random.chance(0.5) ? random.next() * 0.5 : 0;
  }

  async #runUntil(endMs: number, isDone: () => boolean = () => false): Promise<void> {
    await this.turns.settle();
    while (this.#steps < MAX_STEPS && this.time.step(endMs)) {
      this.#steps += 1;
      await this.turns.settle();
      if (this.#steps % 64 === 0 && isDone()) {
        return;
      }
    }
  }

  record(happening: Happening, by = "simulation"): void {
    this.#history.push({ ...happening, atMs: this.time.stampMs(), by });
  }

  get #isCalm(): boolean {
    return this.seed % CALM_EVERY === 0;
  }

  get isHurried(): boolean {
    return !this.#isCalm && this.seed % HURRIED_EVERY === 0;
  }

  // Processes

  #bearDispatcher(): void {
    this.#born += 1;
    const complain = (fields: object, message: string): void => {
      this.#complaints.push(`${message} ${JSON.stringify(fields, errorsAsText)}`);
    };
    const quiet = (): void => {};
    this.#dispatchers.push(
      new SimDispatcher({
        time: this.time,
        name: `dispatcher${this.#born}`,
        store: this.#store,
        random: this.random,
        faults: this.#faults,
        log: { debug: quiet, info: quiet, warn: quiet, error: complain },
      }),
    );
  }

  #bearWorker(): void {
    this.#born += 1;
    const name = `worker${this.#born}`;
    const worker = new SimWorker({
      time: this.time,
      name,
      network: this.network,
      record: (happening) => this.record(happening, name),
      concurrency: this.#isCalm ? 60 : this.random.between(1, 6),
    });
    this.#workers.push(worker);
    worker.start();
  }

  pickDispatcher(): SimDispatcher | null {
    const open = this.#dispatchers.filter(
      ({ process, isLeaving }) => !process.isDead && !isLeaving,
    );
    return open.length === 0 ? null : this.random.pick(open);
  }

  async read(taskId: TaskId, isLast: boolean): Promise<void> {
    const sinceMs = this.time.stampMs();
    const [task] = await this.#store.get([taskId]);
    const seen = task ? toTaskSeen(task) : null;
    this.record({ kind: "read", sinceMs, taskId, task: seen, isLast });
  }

  // Faults

  #planNextFault(): void {
    this.time.after(this.random.between(50, 4_000), () => {
      if (!this.areFaultsOver) {
        this.#fault();
        this.#planNextFault();
      }
    });
  }

  #fault(): void {
    const { random } = this;
    if (this.#isCalm) {
      this.#replaceWorker(true);
      return;
    }
    const faults: readonly (() => void)[] = [
      () => this.#replaceWorker(true),
      () => this.#replaceWorker(false),
      () => this.#replaceDispatcher(true),
      () => this.#replaceDispatcher(false),
      () => this.#freeze(random.pick(this.#workers)),
      () => this.#freeze(random.pick(this.#dispatchers)),
      () => this.network.anyStream()?.break(),
      () => this.network.anyStream()?.goSilent(),
      () => this.network.anyStream()?.breakForClient(),
      () => this.network.anyStream()?.breakForServer(),
      () => this.#settleStale(),
      () => this.#settleStale(),
    ];
    random.pick(faults)();
  }

  #replaceWorker(isKilled: boolean): void {
    const worker = this.random.pick(this.#workers);
    if (worker === undefined) {
      return;
    }
    const gone = (): void => {
      this.#workers = this.#workers.filter((other) => other !== worker);
      this.time.after(this.#isCalm ? 0 : this.random.between(0, 3_000), () => this.#bearWorker());
    };
    if (isKilled) {
      this.record({ kind: "killed", target: worker.process.name });
      worker.process.die();
      gone();
    } else {
      worker.stop(gone);
    }
  }

  #replaceDispatcher(isKilled: boolean): void {
    const dispatcher = this.random.pick(this.#dispatchers);
    if (dispatcher === undefined) {
      return;
    }
    const gone = (): void => {
      this.#dispatchers = this.#dispatchers.filter((other) => other !== dispatcher);
      this.#bearDispatcher();
    };
    if (isKilled) {
      this.record({ kind: "killed", target: dispatcher.process.name });
      dispatcher.process.die();
      gone();
    } else if (!dispatcher.isLeaving) {
      dispatcher.leave(this.random.between(0, 5_000), gone);
    }
  }

  #freeze(target: SimWorker | SimDispatcher | undefined): void {
    if (target !== undefined) {
      this.record({ kind: "frozen", target: target.process.name });
      target.process.freeze(this.random.between(100, 30_000));
    }
  }

  #settleStale(): void {
    void settleStale({
      random: this.random,
      history: this.#history,
      record: (happening) => this.record(happening),
      pickDispatcher: () => this.pickDispatcher(),
    });
  }

  #endFaults(): void {
    this.areFaultsOver = true;
    Object.assign(this.#faults, NO_STORE_FAULTS);
    this.network.heal();
    this.record({ kind: "quiet" });
  }

  // The end

  #isAtRest(): boolean {
    const unfinished = this.#db
      .prepare(
        `SELECT count(*) AS n FROM tasks LEFT JOIN states USING (seq)
         WHERE finished_at IS NULL`,
      )
      .get() as { n: number };
    const open = this.#history.filter(({ kind }) => kind === "submit").length;
    const answered = this.#history.filter(({ kind }) => kind === "submitted").length;
    return unfinished.n === 0 && open === answered;
  }

  async #readAll(): Promise<void> {
    const known = new Set<string>();
    for (const event of this.#history) {
      if (event.kind === "grant" || (event.kind === "submitted" && event.outcome === "ok")) {
        known.add(event.taskId);
      }
    }
    for (const id of await this.#listAll()) {
      known.add(id);
    }
    for (const id of known) {
      await this.read(id as TaskId, true);
    }
  }

  async #listAll(): Promise<string[]> {
    const query = { states: TASK_STATES, type: null, labels: {}, limit: 1_000, after: null };
    const pages = await Promise.all(
      QUEUES.map((queue) =>
        this.#store.list({
          ...query,
          queue: queue as string as QueueName,
          submittedFromMs: null,
          submittedBeforeMs: null,
        }),
      ),
    );
    return pages.flatMap(({ tasks }) => tasks.map(({ id }) => id));
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}
