import type { DispatchLog } from "../../dispatch/log.ts";
import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import type { Clock } from "../../domain/clock.ts";
import {
  decide,
  PLAN_RECOVERY_MS,
  type ScheduleFacts,
} from "../../domain/schedules/schedule-step.ts";
import { type ItemResult, StoreError } from "../../store/store.ts";
import { SweepLoop } from "../sweep-loop.ts";
import type { FiringCarrier } from "./firing-carrier.ts";
import type { ScheduleRecords, VersionedSchedule } from "./schedule-records.ts";
import type { ScheduleWorld } from "./schedule-world.ts";

/** What a {@link ScheduleSweeper} needs. */
export interface ScheduleSweeperOptions {
  readonly records: ScheduleRecords;
  readonly world: ScheduleWorld;
  readonly carrier: FiringCarrier;
  readonly undecodable: UndecodableLog;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Schedules of other dispatchers are looked for at least this often. */
  readonly intervalMs: number;
}

/** Few rounds: each waits for the store several times, and many schedules are due at the full hour. */
const SCHEDULES_A_ROUND = 1_000;

/** Fires what is due. Any number of them may run on one store. */
export class ScheduleSweeper {
  readonly #options: ScheduleSweeperOptions;
  readonly #loop: SweepLoop;
  #isStopped = false;

  constructor(options: ScheduleSweeperOptions) {
    const { clock, log, intervalMs } = options;
    this.#options = options;
    this.#loop = new SweepLoop({ clock, log, intervalMs, pass: () => this.sweep() });
  }

  /** Begins to sweep. */
  start(): void {
    this.#loop.start();
  }

  /** Ends the sweeping; resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop.stop();
  }

  /** Has a sweep begin after the delay at the latest. */
  wakeIn(delayMs: number): void {
    this.#loop.wakeIn(delayMs);
  }

  /** Fires until nothing is due. Returns how long until something is; null where nothing will be. */
  async sweep(): Promise<number | null> {
    while (!this.#isStopped) {
      const { records, undecodable } = this.#options;
      const { due: found, ...rest } = await records.takeDue(SCHEDULES_A_ROUND, PLAN_RECOVERY_MS);
      const { nowMs, nextInMs } = rest;
      const due = undecodable.readable(found);
      if (due.length === 0) {
        return nextInMs;
      }
      // What the store failed for comes back when it is not hidden any more.
      await this.advance(due, nowMs).catch((error: unknown) => {
        this.#options.log.debug({ err: error }, "some schedules were not moved on");
      });
    }
    return null;
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
    const decided = undecided.flatMap((each, index) => this.#decide(each, facts[index]));
    const written = await resultsOf(decided.length, () => records.write(decided, nowMs));
    failures.push(...written.filter(isFailure));
    const stored = written.filter((each) => each !== null && !isFailure(each));
    const claimed = (stored as VersionedSchedule[]).filter(hasPlan);
    await carrier.carryOut([...planned, ...claimed], nowMs);
    if (failures.length > 0) {
      throw failures[0];
    }
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
      this.#options.log.error({ err: error, schedule: name }, "a schedule cannot be decided about");
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
