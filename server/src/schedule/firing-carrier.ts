import type { Dispatcher } from "../dispatch/contract.ts";
import { submitSpecs } from "../dispatch/submit-specs.ts";
import { taskIdsOfFiring, tasksOfFiring } from "../domain/firing-tasks.ts";
import type { Schedule } from "../domain/schedule.ts";
import { finishPlan } from "../domain/schedule-step.ts";
import type { Cancellation, Store } from "../store/store.ts";
import type { ScheduleRecords, VersionedSchedule } from "./schedule-records.ts";

/** What a {@link FiringCarrier} needs. */
export interface FiringCarrierOptions {
  readonly records: ScheduleRecords;
  readonly dispatcher: Pick<Dispatcher, "submit">;
  readonly store: Pick<Store, "cancel">;
}

const CANCELS_A_CALL = 100;

/**
 * Carries out the plans of schedules. Each step may be repeated and changes nothing then: the tasks have
 * request ids, cancelling is final, a firing has its own place in the history, and the end of a plan is
 * written at the version that has it.
 */
export class FiringCarrier {
  readonly #options: FiringCarrierOptions;

  constructor(options: FiringCarrierOptions) {
    this.#options = options;
  }

  /** Carries out the plan of each; those that another ended meanwhile are as that other left them. */
  async carryOut(planned: readonly VersionedSchedule[], nowMs: number): Promise<void> {
    if (planned.length === 0) {
      return;
    }
    const { dispatcher, records } = this.#options;
    await this.#cancel(planned.flatMap(({ schedule }) => cancellationsOf(schedule)));
    await submitSpecs(
      dispatcher,
      planned.flatMap(({ schedule }) => tasksOfPlan(schedule)),
    );
    await records.remember(planned.flatMap(({ schedule }) => firingOf(schedule)));
    await records.write(
      planned.map(({ version, schedule }) => ({
        version,
        schedule: { ...schedule, state: finishPlan(schedule, nowMs) },
      })),
      nowMs,
    );
  }

  async #cancel(batch: readonly Cancellation[]): Promise<void> {
    for (let at = 0; at < batch.length; at += CANCELS_A_CALL) {
      await this.#options.store.cancel(batch.slice(at, at + CANCELS_A_CALL));
    }
  }
}

function firingOf({ definition, state }: Schedule) {
  return state.plan === null ? [] : [{ name: definition.name, firing: state.plan.firing }];
}

function tasksOfPlan({ definition, state }: Schedule) {
  return state.plan === null ? [] : tasksOfFiring(definition, state.plan.firing);
}

function cancellationsOf({ definition, state }: Schedule): Cancellation[] {
  const reason = "replaced by the schedule's next firing";
  return (state.plan?.replaces ?? []).flatMap((firing) =>
    taskIdsOfFiring(definition.name, firing).map((taskId) => ({ taskId, reason })),
  );
}
