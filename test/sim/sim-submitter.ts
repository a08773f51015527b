import type { TaskId } from "../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import type { SubmitOutcome } from "../../server/src/store/store.ts";
import type { Happening } from "../crash/support/history/events.ts";
import { hashOf } from "../crash/support/history/history.ts";
import { type PlannedTask, planTask } from "../crash/support/load/plan.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { SimDispatcher } from "./sim-dispatcher.ts";
import type { SimNetwork } from "./sim-network.ts";
import { toNewTask } from "./sim-tasks.ts";
import { SimProcess, type SimTime } from "./sim-time.ts";

/** The attempt timeout of tasks that are to run out of it. */
const HURRIED_TIMEOUT_MS = 4_000;
const SUBMITS = 60;

/** What a submitter needs of the simulation around it. */
export interface SubmitterWorld {
  readonly time: SimTime;
  readonly random: SeededRandom;
  readonly network: SimNetwork;
  readonly areFaultsOver: boolean;
  /** Whether attempts are to run out of time. */
  readonly isHurried: boolean;
  record(happening: Happening): void;
  /** A dispatcher that takes calls; null where none does. */
  pickDispatcher(): SimDispatcher | null;
  read(taskId: TaskId, isLast: boolean): Promise<void>;
}

/** Submits tasks, repeats what was not answered, cancels and reads some. */
export class SimSubmitter {
  readonly #world: SubmitterWorld;
  readonly #process: SimProcess;
  readonly #forMs: number;

  constructor(world: SubmitterWorld, forMs: number) {
    this.#world = world;
    this.#process = new SimProcess(world.time, "submitter");
    this.#forMs = forMs;
  }

  /** Has all tasks submitted at times that the seed decides. */
  start(): void {
    for (let n = 0; n < SUBMITS; n += 1) {
      const task = planTask(`op${n}`, this.#world.random);
      // Some attempts last longer than a ttl.
      const workMs = this.#world.random.chance(0.1)
        ? this.#world.random.between(5_000, 25_000)
        : task.plan.workMs;
      const planned = { ...task, plan: { ...task.plan, workMs, padding: "" } };
      const atMs = this.#world.random.between(0, this.#forMs);
      this.#process.after(atMs, () => this.#submit(planned, 0));
      if (task.requestId !== "" && this.#world.random.chance(0.3)) {
        const isConflict = this.#world.random.chance(0.3);
        this.#process.after(atMs + this.#world.random.between(0, 5_000), () =>
          this.#submit(planned, 0, isConflict),
        );
      }
    }
  }

  #submit(task: PlannedTask, tries: number, isConflict = false): void {
    const endpoint = this.#world.pickDispatcher();
    const again = (): void =>
      this.#process.after(this.#world.random.between(100, 2_000), () =>
        this.#submit(task, tries + 1, isConflict),
      );
    if (endpoint === null) {
      again();
      return;
    }
    const timeoutMs = this.#world.isHurried ? HURRIED_TIMEOUT_MS : DEFAULTS.attemptTimeoutMs;
    const newTask = toNewTask(task, isConflict, timeoutMs);
    const { op } = task.plan;
    const sinceMs = this.#world.time.stampMs();
    this.#world.record({
      kind: "submit",
      op,
      queue: task.queue,
      requestId: task.requestId,
      payloadHash: hashOf(newTask.spec.payload),
      delayMs: task.delayMs,
      concurrencyKey: task.concurrencyKey,
      orderingKey: task.orderingKey,
      wallMs: this.#world.time.wallMs(),
      isConflict,
    });
    let isAnswered = false;
    const answered = (outcome: SubmitOutcome["kind"] | "unknown"): void => {
      if (isAnswered) {
        return;
      }
      isAnswered = true;
      const isOk = outcome === "created" || outcome === "known";
      this.#world.record({
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
    const isReplyLost = !this.#world.areFaultsOver && this.#world.random.chance(0.05);
    endpoint.process.after(this.#world.network.latencyMs(), () =>
      endpoint.dispatcher.submit([newTask], (answer) => {
        const outcome = Array.isArray(answer) ? (answer[0]?.kind ?? "unknown") : "unknown";
        if (!isReplyLost) {
          this.#process.after(this.#world.network.latencyMs(), () => answered(outcome));
        }
      }),
    );
    this.#process.after(10_000, () => answered("unknown"));
  }

  #follow(taskId: TaskId): void {
    if (this.#world.random.chance(0.08)) {
      this.#process.after(this.#world.random.between(0, 3_000), () => this.#cancel(taskId));
    }
    if (this.#world.random.chance(0.5)) {
      this.#process.after(
        this.#world.random.between(0, 30_000),
        () => void this.#world.read(taskId, false),
      );
    }
  }

  #cancel(taskId: TaskId): void {
    const endpoint = this.#world.pickDispatcher();
    if (endpoint === null) {
      return;
    }
    const sinceMs = this.#world.time.stampMs();
    const record = (outcome: "ok" | "info", reason: string): void =>
      this.#world.record({ kind: "cancelled", taskId, sinceMs, outcome, reason });
    endpoint.dispatcher.cancel(taskId, "simulated").then(
      () => record("ok", ""),
      (error: unknown) => record("info", String(error)),
    );
  }
}
