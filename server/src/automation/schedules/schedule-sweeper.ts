import type { DispatchLog } from "../../dispatch/log.ts";
import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import {
  decide,
  PLAN_RECOVERY_MS,
  type ScheduleFacts,
} from "../../domain/schedules/schedule-step.ts";
import { type ItemResult, StoreError } from "../../store/store.ts";
import { SOME, type Swept } from "../sweep-loop.ts";
import type { FiringCarrier } from "./firing-carrier.ts";
import type { ScheduleRecords, VersionedSchedule } from "./schedule-records.ts";
import type { ScheduleWorld } from "./schedule-world.ts";

/** What a {@link ScheduleSweeper} needs. */
export interface ScheduleSweeperOptions {
  readonly records: ScheduleRecords;
  readonly world: ScheduleWorld;
  readonly carrier: FiringCarrier;
  readonly undecodable: UndecodableLog;
  readonly log: DispatchLog;
}

/** Few rounds: each waits for the store several times, and many schedules are due at the full hour. */
const SCHEDULES_A_ROUND = 1_000;

/** A decision may look for many ticks of a cron expression: the event loop turns between so many. */
const DECIDED_A_TURN = 50;

/** Fires what is due. */
export class ScheduleSweeper {
  readonly #options: ScheduleSweeperOptions;

  constructor(options: ScheduleSweeperOptions) {
    this.#options = options;
  }

  /** Fires some of what is due. */
  async sweep(): Promise<Swept> {
    const { records, undecodable, log } = this.#options;
    const found = await records.takeDue(SCHEDULES_A_ROUND, PLAN_RECOVERY_MS);
    const due = undecodable.readable(found.due);
    if (due.length === 0) {
      return found.nextInMs;
    }
    // What the store failed for comes back when it is not hidden any more.
    await this.advance(due, found.nowMs).catch((error: unknown) => {
      log.debug({ err: error }, "some schedules were not advanced");
    });
    return SOME;
  }

  /**
   * Moves schedules on by a step: what was planned is carried out, for the others it is decided what to
   * do. The decision is written down before it is carried out, so that a crash leaves no room for another.
   *
   * @throws the first failure of the store, once the schedules that it did not fail for are moved on
   */
  async advance(schedules: readonly VersionedSchedule[], nowMs: number): Promise<void> {
    const { records, world, carrier } = this.#options;
    const planned = schedules.filter(hasPlan);
    const undecided = schedules.filter((each) => !hasPlan(each));
    const facts = await world.factsOf(
      undecided.map(({ schedule }) => schedule),
      nowMs,
    );
    const failures: unknown[] = facts.filter(isFailure);
    const decided = await this.#decideEach(undecided, facts);
    const written = await resultsOf(decided.length, () => records.write(decided, nowMs));
    failures.push(...written.filter(isFailure));
    const stored = written.filter((each) => each !== null && !isFailure(each));
    const claimed = (stored as VersionedSchedule[]).filter(hasPlan);
    await carrier.carryOut([...planned, ...claimed], nowMs);
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  async #decideEach(
    schedules: readonly VersionedSchedule[],
    facts: readonly ItemResult<ScheduleFacts>[],
  ): Promise<VersionedSchedule[]> {
    const decided: VersionedSchedule[] = [];
    for (const [at, each] of schedules.entries()) {
      if (at > 0 && at % DECIDED_A_TURN === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      decided.push(...this.#decide(each, facts[at]));
    }
    return decided;
  }

  // One schedule that cannot be decided about, such as in a zone that is no more, must not keep the others
  // from firing.
  #decide(
    { version, schedule }: VersionedSchedule,
    facts: ItemResult<ScheduleFacts> | undefined,
  ): VersionedSchedule[] {
    try {
      return facts === undefined || isFailure(facts)
        ? []
        : [{ version, schedule: { ...schedule, state: decide(schedule, facts) } }];
    } catch (error) {
      const { name } = schedule.definition;
      this.#options.log.error({ err: error, schedule: name }, "a schedule could not be decided");
      return [];
    }
  }
}

function isFailure(result: unknown): result is StoreError {
  return result instanceof StoreError;
}

function hasPlan({ schedule }: VersionedSchedule): boolean {
  return schedule.state.plan !== null;
}
