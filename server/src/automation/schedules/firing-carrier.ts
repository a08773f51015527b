import { Turns } from "../../dispatch/store-calls/turns.ts";
import type { TaskAddress } from "../../domain/flow/task-address.ts";
import { addressesOfFiring, tasksOfFiring } from "../../domain/schedules/firing-tasks.ts";
import { finishPlan } from "../../domain/schedules/schedule-step.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { CancelOutcome, Store } from "../../store/store.ts";
import { type SubmitParts, submitSpecs } from "../submit-specs.ts";
import { type Done, doAll } from "../whole-items.ts";
import { doInPieces } from "./pieces.ts";
import type { ScheduleRecords, VersionedSchedule } from "./schedule-records.ts";

/** What a {@link FiringCarrier} needs. */
export interface FiringCarrierOptions extends SubmitParts {
  readonly records: ScheduleRecords;
  readonly store: Pick<Store, "idsOf" | "cancel">;
}

// Others' submits wait behind no more than this, however many tasks the firings under way make.
const PIECES_AT_ONCE = 2;
const TASKS_A_PIECE = 250;
const CANCELS_A_PIECE = 100;
const CANCELLATION_BYTES = 256;

/**
 * Carries out the plans of schedules. Each step may be repeated and changes nothing then: the tasks have
 * request ids, cancelling is final, a firing has its own place in the history, and the end of a plan is
 * written at the version that has it.
 */
export class FiringCarrier {
  readonly #options: FiringCarrierOptions;
  readonly #turns = new Turns(PIECES_AT_ONCE);
  /** The plans that are being carried out, by {@link nameOfPlan}. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: FiringCarrierOptions) {
    this.#options = options;
  }

  /**
   * Carries out the plan of each; those that another ended meanwhile are as that other left them. Where
   * the store fails for some, their plans are left as they are, to be carried out later. A plan that this
   * carrier is at already is waited for, not carried out beside.
   *
   * @throws the first failure, once everything else is done
   */
  async carryOut(planned: readonly VersionedSchedule[], nowMs: number): Promise<void> {
    const own = planned.filter((each) => !this.#underWay.has(nameOfPlan(each)));
    const others = planned.flatMap((each) => this.#underWay.get(nameOfPlan(each)) ?? []);
    const work = this.#carryOut(own, nowMs).finally(() => {
      for (const each of own) {
        this.#underWay.delete(nameOfPlan(each));
      }
    });
    for (const each of own) {
      this.#underWay.set(nameOfPlan(each), work);
    }
    const outcomes = await Promise.allSettled([work, ...others]);
    const failed = outcomes.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") {
      throw failed.reason;
    }
  }

  async #carryOut(planned: Planned, nowMs: number): Promise<void> {
    const { records } = this.#options;
    const steps = [
      (going: Planned) =>
        doInPieces(going, {
          itemsOf: addressesToCancel,
          bytesOf: () => CANCELLATION_BYTES,
          itemsAPiece: CANCELS_A_PIECE,
          run: (piece) => this.#cancel(piece),
        }),
      (going: Planned) =>
        doInPieces(going, {
          itemsOf: tasksOfPlan,
          bytesOf: bytesOfTask,
          itemsAPiece: TASKS_A_PIECE,
          run: (piece) => this.#turns.run(() => submitSpecs(this.#options, piece)),
        }),
      (going: Planned) => doAll(going, firingOf, (batch) => records.remember(batch)),
      (going: Planned) =>
        doAll(
          going,
          (each) => [each],
          (batch) => this.#finish(batch, nowMs),
        ),
    ] satisfies ((going: Planned) => Promise<Done<VersionedSchedule>>)[];
    let going = planned;
    let failure: Error | null = null;
    for (const step of steps) {
      const { done, error } = await step(going);
      going = done;
      failure ??= error;
    }
    if (failure !== null) {
      throw failure;
    }
  }

  async #cancel(piece: readonly TaskAddress[]): Promise<CancelOutcome[]> {
    const { store } = this.#options;
    const ids = await store.idsOf(piece);
    const reason = "replaced by the schedule's next firing";
    return store.cancel(ids.map((taskId) => ({ taskId, reason })));
  }

  #finish(planned: Planned, nowMs: number): Promise<readonly unknown[]> {
    return this.#options.records.write(
      planned.map(({ version, schedule }) => ({
        version,
        schedule: { ...schedule, state: finishPlan(schedule, nowMs) },
      })),
      nowMs,
    );
  }
}

type Planned = readonly VersionedSchedule[];

function firingOf({ schedule: { definition, state } }: VersionedSchedule) {
  return state.plan === null ? [] : [{ name: definition.name, firing: state.plan.firing }];
}

function nameOfPlan({ version, schedule: { definition } }: VersionedSchedule): string {
  return `${version} ${definition.name}`;
}

function bytesOfTask({ payload }: TaskSpec): number {
  return payload.length;
}

function tasksOfPlan({ schedule: { definition, state } }: VersionedSchedule): Iterable<TaskSpec> {
  return state.plan === null ? [] : tasksOfFiring(definition, state.plan.firing);
}

function* addressesToCancel({ schedule }: VersionedSchedule): Generator<TaskAddress> {
  const { definition, state } = schedule;
  for (const firing of state.plan?.replaces ?? []) {
    yield* addressesOfFiring(definition.name, firing);
  }
}
