import type { Dispatcher } from "../dispatch/contract.ts";
import { resultsOf } from "../dispatch/store-failure.ts";
import { submitSpecs } from "../dispatch/submit-specs.ts";
import { type Done, doAll } from "../dispatch/whole-items.ts";
import { taskIdsOfFiring, tasksOfFiring } from "../domain/firing-tasks.ts";
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

  /**
   * Carries out the plan of each; those that another ended meanwhile are as that other left them. Where
   * the store fails for some, their plans are left as they are, to be carried out later.
   *
   * @throws the first failure, once everything else is done
   */
  async carryOut(planned: readonly VersionedSchedule[], nowMs: number): Promise<void> {
    const { dispatcher, records } = this.#options;
    const steps = [
      (going: Planned) => doAll(going, cancellationsOf, (batch) => this.#cancel(batch)),
      (going: Planned) => doAll(going, tasksOfPlan, (batch) => submitSpecs(dispatcher, batch)),
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

  #finish(planned: Planned, nowMs: number): Promise<readonly unknown[]> {
    return this.#options.records.write(
      planned.map(({ version, schedule }) => ({
        version,
        schedule: { ...schedule, state: finishPlan(schedule, nowMs) },
      })),
      nowMs,
    );
  }

  async #cancel(batch: readonly Cancellation[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (let at = 0; at < batch.length; at += CANCELS_A_CALL) {
      const part = batch.slice(at, at + CANCELS_A_CALL);
      results.push(...(await resultsOf(part.length, () => this.#options.store.cancel(part))));
    }
    return results;
  }
}

type Planned = readonly VersionedSchedule[];

function firingOf({ schedule: { definition, state } }: VersionedSchedule) {
  return state.plan === null ? [] : [{ name: definition.name, firing: state.plan.firing }];
}

function tasksOfPlan({ schedule: { definition, state } }: VersionedSchedule) {
  return state.plan === null ? [] : tasksOfFiring(definition, state.plan.firing);
}

function cancellationsOf({ schedule }: VersionedSchedule): Cancellation[] {
  const { definition, state } = schedule;
  const reason = "replaced by the schedule's next firing";
  return (state.plan?.replaces ?? []).flatMap((firing) =>
    taskIdsOfFiring(definition.name, firing).map((taskId) => ({ taskId, reason })),
  );
}
