import { DatabaseSync } from "node:sqlite";
import {
  fingerprintOf,
  type LeaseToken,
  type QueueName,
  type TaskId,
  type TaskType,
  taskIdOfRequest,
} from "../../server/src/domain/ids.ts";
import type { Task } from "../../server/src/domain/task.ts";
import { TASK_STATES } from "../../server/src/domain/task-state.ts";
import { Database } from "../../server/src/store/sqlite/database.ts";
import { migrate } from "../../server/src/store/sqlite/migrations.ts";
import { SqliteStore } from "../../server/src/store/sqlite/sqlite-store.ts";
import type { NewTask, Store, SubmitOutcome } from "../../server/src/store/store.ts";
import { check, type Verdict } from "../crash/support/checker/check.ts";
import { isFinalState } from "../crash/support/checker/ledger.ts";
import type { Happening, HistoryEvent, LeaseSeen, TaskSeen } from "../crash/support/events.ts";
import { hashOf } from "../crash/support/history.ts";
import { type PlannedTask, planTask, QUEUES } from "../crash/support/plan.ts";
import { orphansIn } from "../store/sqlite-audit.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { newSpec } from "../support/task-factory.ts";
import { SimDispatcher } from "./sim-dispatcher.ts";
import { SimNetwork } from "./sim-network.ts";
import { NO_STORE_FAULTS, type StoreFaults } from "./sim-store.ts";
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
const SUBMITS = 60;
/** A simulation that needs more is stuck; the checker says with what. */
const MAX_STEPS = 60_000;

/** Every so many seeds nothing but workers is killed, so that recovery can be held to its bound. */
const CALM_EVERY = 5;
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

class Simulation {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly turns = new Turns();
  readonly #time = new SimTime();
  readonly #history: HistoryEvent[] = [];
  readonly #complaints: string[] = [];
  readonly #network: SimNetwork;
  readonly #db = new DatabaseSync(":memory:", {
    enableForeignKeyConstraints: false,
  });
  readonly #store: Store;
  readonly #faults: StoreFaults = { ...NO_STORE_FAULTS };
  readonly #submitter: SimProcess;
  #dispatchers: SimDispatcher[] = [];
  #workers: SimWorker[] = [];
  #born = 0;
  #areFaultsOver = false;
  #steps = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    migrate(this.#db, ":memory:");
    const clock = new SimProcess(this.#time, "store").clock;
    this.#store = new SqliteStore(new Database(this.#db, clock));
    this.#submitter = new SimProcess(this.#time, "submitter");
    this.#network = new SimNetwork(this.#time, this.random.fork(), () => this.#pickDispatcher());
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
    this.#planSubmits();
    this.#planNextFault();
    await this.#runUntil(FAULTS_MS);
    this.#endFaults();
    await this.#runUntil(FAULTS_MS + REST_MS, () => this.#isAtRest());
    await this.#readAll();
    this.#record({ kind: "audit", problems: orphansIn(this.#db) });
    for (const complaint of new Set(this.#complaints)) {
      const how = complaint.slice(0, 400);
      this.#record({ kind: "exit", target: "log", how, isExpected: false, complaint: "" });
    }
    for (const { process } of [...this.#dispatchers, ...this.#workers]) {
      process.die();
    }
    await this.#store.close();
    return {
      ...check(this.#history, { recoverWithinMs: this.#isCalm ? CALM_RECOVERY_MS : null }),
      seed: this.seed,
      steps: this.#steps,
      simulatedMs: this.#time.nowMs,
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
    while (this.#steps < MAX_STEPS && this.#time.step(endMs)) {
      this.#steps += 1;
      await this.turns.settle();
      if (this.#steps % 64 === 0 && isDone()) {
        return;
      }
    }
  }

  #record(happening: Happening, by = "simulation"): void {
    this.#history.push({ ...happening, atMs: this.#time.stampMs(), by });
  }

  get #isCalm(): boolean {
    return this.seed % CALM_EVERY === 0;
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
        time: this.#time,
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
      time: this.#time,
      name,
      network: this.#network,
      record: (happening) => this.#record(happening, name),
      concurrency: this.#isCalm ? 60 : this.random.between(1, 6),
    });
    this.#workers.push(worker);
    worker.start();
  }

  #pickDispatcher(): SimDispatcher | null {
    const open = this.#dispatchers.filter(
      ({ process, isLeaving }) => !process.isDead && !isLeaving,
    );
    return open.length === 0 ? null : this.random.pick(open);
  }

  // Submits

  #planSubmits(): void {
    for (let n = 0; n < SUBMITS; n += 1) {
      const task = planTask(`op${n}`, this.random);
      // Some attempts last longer than a ttl.
      const workMs = this.random.chance(0.1)
        ? this.random.between(5_000, 25_000)
        : task.plan.workMs;
      const planned = { ...task, plan: { ...task.plan, workMs, padding: "" } };
      const atMs = this.random.between(0, FAULTS_MS * 0.9);
      this.#submitter.after(atMs, () => this.#submit(planned, 0));
      if (task.requestId !== "" && this.random.chance(0.3)) {
        const isConflict = this.random.chance(0.3);
        this.#submitter.after(atMs + this.random.between(0, 5_000), () =>
          this.#submit(planned, 0, isConflict),
        );
      }
    }
  }

  #submit(task: PlannedTask, tries: number, isConflict = false): void {
    const endpoint = this.#pickDispatcher();
    const again = (): void =>
      this.#submitter.after(this.random.between(100, 2_000), () =>
        this.#submit(task, tries + 1, isConflict),
      );
    if (endpoint === null) {
      again();
      return;
    }
    const newTask = toNewTask(task, isConflict);
    const { op } = task.plan;
    const sinceMs = this.#time.stampMs();
    this.#record({
      kind: "submit",
      op,
      queue: task.queue,
      requestId: task.requestId,
      payloadHash: hashOf(newTask.spec.payload),
      delayMs: task.delayMs,
      wallMs: this.#time.wallMs(),
      isConflict,
    });
    let isAnswered = false;
    const answered = (outcome: SubmitOutcome["kind"] | "unknown"): void => {
      if (isAnswered) {
        return;
      }
      isAnswered = true;
      const isOk = outcome === "created" || outcome === "known";
      this.#record({
        kind: "submitted",
        op,
        sinceMs,
        outcome: isOk ? "ok" : outcome === "reused" ? "fail" : "info",
        taskId: isOk ? newTask.id : "",
        isDeduplicated: outcome === "known",
        isConflict,
        reason: outcome === "reused" ? "REQUEST_ID_REUSED" : "",
      });
      if (isOk) {
        this.#follow(newTask.id);
      } else if (outcome === "unknown" && task.requestId !== "") {
        again();
      }
    };
    const isReplyLost = !this.#areFaultsOver && this.random.chance(0.05);
    endpoint.process.after(this.#network.latencyMs(), () =>
      endpoint.dispatcher.submit([newTask], (answer) => {
        const outcome = Array.isArray(answer) ? (answer[0]?.kind ?? "unknown") : "unknown";
        if (!isReplyLost) {
          this.#submitter.after(this.#network.latencyMs(), () => answered(outcome));
        }
      }),
    );
    this.#submitter.after(10_000, () => answered("unknown"));
  }

  #follow(taskId: TaskId): void {
    if (this.random.chance(0.08)) {
      this.#submitter.after(this.random.between(0, 3_000), () => this.#cancel(taskId));
    }
    if (this.random.chance(0.5)) {
      this.#submitter.after(this.random.between(0, 30_000), () => void this.#read(taskId, false));
    }
  }

  #cancel(taskId: TaskId): void {
    const endpoint = this.#pickDispatcher();
    if (endpoint === null) {
      return;
    }
    const sinceMs = this.#time.stampMs();
    const record = (outcome: "ok" | "info", reason: string): void =>
      this.#record({ kind: "cancelled", taskId, sinceMs, outcome, reason });
    endpoint.dispatcher.cancel(taskId, "simulated").then(
      () => record("ok", ""),
      (error: unknown) => record("info", String(error)),
    );
  }

  async #read(taskId: TaskId, isLast: boolean): Promise<void> {
    const sinceMs = this.#time.stampMs();
    const [task] = await this.#store.get([taskId]);
    const seen = task ? toTaskSeen(task) : null;
    this.#record({ kind: "read", sinceMs, taskId, task: seen, isLast });
  }

  // Faults

  #planNextFault(): void {
    this.#time.after(this.random.between(50, 4_000), () => {
      if (!this.#areFaultsOver) {
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
      () => this.#freeze(random.pick(this.#workers).process),
      () => this.#freeze(random.pick(this.#dispatchers).process),
      () => this.#network.anyStream()?.break(),
      () => this.#network.anyStream()?.goSilent(),
      () => this.#network.anyStream()?.breakForClient(),
      () => this.#network.anyStream()?.breakForServer(),
      () => void this.#settleStale(),
      () => void this.#settleStale(),
    ];
    random.pick(faults)();
  }

  #replaceWorker(isKilled: boolean): void {
    const worker = this.random.pick(this.#workers);
    const gone = (): void => {
      this.#workers = this.#workers.filter((other) => other !== worker);
      this.#time.after(this.#isCalm ? 0 : this.random.between(0, 3_000), () => this.#bearWorker());
    };
    if (isKilled) {
      this.#record({ kind: "killed", target: worker.process.name });
      worker.process.die();
      gone();
    } else {
      worker.stop(gone);
    }
  }

  #replaceDispatcher(isKilled: boolean): void {
    const dispatcher = this.random.pick(this.#dispatchers);
    const gone = (): void => {
      this.#dispatchers = this.#dispatchers.filter((other) => other !== dispatcher);
      this.#bearDispatcher();
    };
    if (isKilled) {
      this.#record({ kind: "killed", target: dispatcher.process.name });
      dispatcher.process.die();
      gone();
    } else if (!dispatcher.isLeaving) {
      dispatcher.leave(this.random.between(0, 5_000), gone);
    }
  }

  #freeze(process: SimProcess): void {
    this.#record({ kind: "frozen", target: process.name });
    process.freeze(this.random.between(100, 30_000));
  }

  /** Settles a lease that somebody was granted some time ago, without a stream. */
  async #settleStale(): Promise<void> {
    const grants = this.#history.filter((event) => event.kind === "grant");
    const endpoint = this.#pickDispatcher();
    if (grants.length === 0 || endpoint === null) {
      return;
    }
    const { taskId, token } = this.random.pick(grants.slice(-30));
    const isForged = this.random.chance(0.3);
    await this.#settle(endpoint, { taskId, token: isForged ? token - 1 : token });
  }

  async #settle(endpoint: SimDispatcher, { taskId, token }: LeaseSeen): Promise<void> {
    const outcome = this.random.pick(["complete", "fail", "release"] as const);
    const value = Buffer.from(`rogue ${token}`);
    const resultHash = outcome === "complete" ? hashOf(value) : "";
    this.#record({ kind: "settle", taskId, token, outcome, resultHash });
    const lease = { taskId: taskId as TaskId, token: token as LeaseToken };
    const failure = { type: "Rogue", message: "rogue", stack: "" };
    const outcomes = {
      complete: { kind: "complete", result: { value, contentType: "" } },
      fail: { kind: "fail", failure, nonRetryable: false, retryAfterMs: null },
      release: { kind: "release", delayMs: 0 },
    } as const;
    const asked = endpoint.dispatcher.settle([{ lease, outcome: outcomes[outcome] }]);
    // Where the store gave no answer, there is none to write down.
    const answers = await asked.catch(() => []);
    const status = answers[0]?.status ?? "RETRY";
    this.#record({ kind: "settle_ack", taskId, token, outcome, status });
  }

  #endFaults(): void {
    this.#areFaultsOver = true;
    Object.assign(this.#faults, NO_STORE_FAULTS);
    this.#network.heal();
    this.#record({ kind: "quiet" });
  }

  // The end

  #isAtRest(): boolean {
    const unfinished = this.#db
      .prepare(
        "SELECT count(*) AS n FROM tasks WHERE state NOT IN ('SUCCEEDED','DEAD','CANCELLED','EXPIRED')",
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
      await this.#read(id as TaskId, true);
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

function toNewTask(task: PlannedTask, isConflict: boolean): NewTask {
  const plan = isConflict ? { ...task.plan, padding: "another" } : task.plan;
  const spec = newSpec({
    queue: task.queue as string as QueueName,
    type: "simulated" as TaskType,
    payload: Buffer.from(JSON.stringify(plan)),
    contentType: "application/json",
    headers: { op: task.plan.op },
    requestId: task.requestId,
    due: task.delayMs === 0 ? { kind: "now" } : { kind: "after", delayMs: task.delayMs },
    retryPolicy: {
      maxAttempts: task.maxAttempts,
      maxCrashes: task.maxCrashes,
      initialBackoffMs: 50,
      maxBackoffMs: 5_000,
      multiplier: 2,
      nonRetryableTypes: [],
    },
  });
  const hasRequestId = task.requestId !== "";
  return {
    // Without a request id any id will do; one that the seed decides can be found again.
    id: taskIdOfRequest(spec.queue, hasRequestId ? spec.requestId : `without ${task.plan.op}`),
    spec,
    fingerprint: hasRequestId ? fingerprintOf(spec.type, spec.payload) : "",
  };
}

function toTaskSeen(task: Task): TaskSeen {
  return {
    taskId: task.id,
    state: task.state,
    attempt: task.attempt,
    maxAttempts: task.spec.retryPolicy.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    resultHash: task.result === null ? "" : hashOf(task.result.value),
    op: task.spec.headers.op ?? "",
    finishedAtMs: isFinalState(task.state) ? task.finishedAtMs : null,
    failureType: task.lastFailure?.type ?? "",
  };
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}
