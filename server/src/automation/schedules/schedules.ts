import { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import { TaskError } from "../../domain/errors.ts";
import { newGeneration, type TaskId } from "../../domain/ids.ts";
import { addressesOfFiring } from "../../domain/schedules/firing-tasks.ts";
import type {
  Firing,
  Schedule,
  ScheduleDefinition,
  ScheduleState,
} from "../../domain/schedules/schedule.ts";
import {
  createdState,
  ended,
  paused,
  redefined,
  resumed,
  sameCadence,
  triggered,
} from "../../domain/schedules/schedule-changes.ts";
import { wakeAtMs } from "../../domain/schedules/schedule-step.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { neverFires } from "../../intake/validate-schedule.ts";
import { type Store, StoreError } from "../../store/store.ts";
import { type AutomationParts, asked, RETRY_AFTER_MS } from "../automation.ts";
import { SweepLoop } from "../sweep-loop.ts";
import type { Schedules } from "./contract.ts";
import { FiringCarrier } from "./firing-carrier.ts";
import { FiringRoom } from "./firing-room.ts";
import { ScheduleRecords, type VersionedSchedule } from "./schedule-records.ts";
import { ScheduleSweeper } from "./schedule-sweeper.ts";
import { ScheduleWorld } from "./schedule-world.ts";
import { cancelWaitingTasks } from "./waiting-tasks.ts";

/** What schedules are made of. */
export interface SchedulesParts extends AutomationParts {
  readonly store: Store;
}

const MAX_TRIES = 50;
const RETRY_WAIT_MS = 20;

/** Makes the schedules of a dispatcher. */
export function createSchedules(parts: SchedulesParts): Schedules {
  return new BatonSchedules(parts);
}

class BatonSchedules implements Schedules {
  readonly #parts: SchedulesParts;
  readonly #records: ScheduleRecords;
  readonly #sweeper: ScheduleSweeper;
  readonly #loop: SweepLoop;
  readonly #room = new FiringRoom();

  constructor(parts: SchedulesParts) {
    const { documents, store, log } = parts;
    this.#parts = parts;
    this.#records = new ScheduleRecords(documents);
    this.#sweeper = new ScheduleSweeper({
      records: this.#records,
      world: new ScheduleWorld(store),
      carrier: new FiringCarrier({ ...parts, records: this.#records }),
      undecodable: new UndecodableLog(parts),
      log,
    });
    this.#loop = new SweepLoop(parts, () => this.#sweeper.sweep());
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async put(definition: ScheduleDefinition): Promise<{ schedule: Schedule; created: boolean }> {
    const { name } = definition;
    return this.#untilDone(async () => {
      const nowMs = await this.#records.nowMs();
      const known = await this.#replaceable(name);
      const former = known instanceof Undecodable ? null : (known?.schedule ?? null);
      const state =
        former === null
          ? createdState(definition, nowMs, newGeneration())
          : redefined(former, definition, nowMs);
      const begins = former === null || !sameCadence(former.definition, definition);
      if (begins && state.nextTickMs === null) {
        throw neverFires("schedule", definition);
      }
      const schedule = { definition, state };
      const changed = { version: known?.version ?? 0, schedule };
      const written = await this.#write(changed, nowMs, always);
      if (written !== null && state.plan !== null) {
        await this.#sweeper.advance([written], nowMs);
      }
      return written && { schedule, created: known === null };
    });
  }

  get(name: string): Promise<Schedule> {
    return asked(async () => (await this.#find(name)).schedule);
  }

  list(after: string | null, limit: number): Promise<(Schedule | Undecodable)[]> {
    return asked(() => this.#records.list(after, limit));
  }

  setPaused(name: string, isPaused: boolean): Promise<Schedule> {
    const change = (schedule: Schedule, nowMs: number) =>
      isPaused ? paused(schedule.state, nowMs) : resumed(schedule, nowMs);
    return this.#change(name, change, never);
  }

  async trigger(name: string, triggerId: string): Promise<Firing> {
    return asked(async () => {
      const { schedule } = await this.#find(name);
      return this.#room.run(schedule.definition, () => this.#trigger(name, triggerId));
    });
  }

  #trigger(name: string, triggerId: string): Promise<Firing> {
    return this.#untilDone(async () => {
      const known = await this.#find(name);
      const { generation } = known.schedule.state;
      const firings = await this.#records.firings(name, generation);
      const firing = firings.find((each) => each.triggerId === triggerId);
      if (firing !== undefined) {
        return firing;
      }
      const nowMs = await this.#records.nowMs();
      if (!isTriggeredBy(known.schedule.state, triggerId)) {
        await this.#change(name, ({ state }) => addTrigger(state, triggerId, nowMs), always);
      }
      const latest = await this.#find(name);
      await this.#sweeper.advance([latest], nowMs);
      return null;
    });
  }

  async remove(name: string, cancelsWaiting: boolean): Promise<boolean> {
    return this.#untilDone(async () => {
      const known = await this.#replaceable(name);
      if (known === null) {
        return { removed: false };
      }
      const removable = cancelsWaiting ? await this.#withoutWaiting(name, known) : known;
      return (
        removable !== null &&
        (await this.#records.remove(name, removable.version)) && { removed: true }
      );
    }).then(({ removed }) => removed);
  }

  firings(name: string): Promise<Firing[]> {
    return asked(async () => {
      const { schedule } = await this.#find(name);
      return this.#records.firings(name, schedule.state.generation);
    });
  }

  taskIds(name: string, firing: Firing): Promise<TaskId[]> {
    return asked(() => this.#parts.store.idsOf(addressesOfFiring(name, firing)));
  }

  async #change(
    name: string,
    change: (schedule: Schedule, nowMs: number) => ScheduleState,
    needsRoom: (schedule: Schedule) => boolean,
  ): Promise<Schedule> {
    return this.#untilDone(async () => {
      const nowMs = await this.#records.nowMs();
      const { version, schedule } = await this.#find(name);
      const state = change(schedule, nowMs);
      const changed = { ...schedule, state };
      const isSame = state === schedule.state;
      return isSame || (await this.#write({ version, schedule: changed }, nowMs, needsRoom))
        ? changed
        : null;
    });
  }

  async #find(name: string): Promise<VersionedSchedule> {
    const found = await this.#records.find(name);
    if (found === null) {
      throw new TaskError("SCHEDULE_NOT_FOUND", "no schedule has this name");
    }
    return found;
  }

  /** As {@link #settled}; one that cannot be read may be replaced and removed all the same. */
  async #replaceable(name: string): Promise<VersionedSchedule | Undecodable | null> {
    try {
      return await this.#settled(name);
    } catch (error) {
      if (error instanceof Undecodable) {
        return error;
      }
      throw error;
    }
  }

  /** Finds a schedule once its plan is carried out, which its definition is needed for. */
  async #settled(name: string): Promise<VersionedSchedule | null> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const found = await this.#records.find(name);
      if (found === null || found.schedule.state.plan === null) {
        return found;
      }
      await this.#sweeper.advance([found], await this.#records.nowMs());
    }
    throw tooBusy();
  }

  async #write(
    changed: VersionedSchedule,
    nowMs: number,
    needsRoom: (schedule: Schedule) => boolean,
  ): Promise<VersionedSchedule | null> {
    const [written] = await this.#records.write([changed], nowMs, needsRoom);
    const atMs = wakeAtMs(changed.schedule, nowMs);
    if (atMs !== null) {
      this.#loop.wakeIn(Math.max(0, atMs - nowMs));
    }
    return written instanceof StoreError ? null : (written ?? null);
  }

  /**
   * Has a schedule fire nothing more, then cancels what waits: a removal that ends half way may be repeated,
   * and nothing fires in between.
   */
  async #withoutWaiting(
    name: string,
    known: VersionedSchedule | Undecodable,
  ): Promise<VersionedSchedule | Undecodable | null> {
    const { store } = this.#parts;
    const nowMs = await this.#records.nowMs();
    if (known instanceof Undecodable) {
      const firings = await this.#records.firings(name, "");
      const queues = new Set(firings.map(({ queue }) => queue));
      await cancelWaitingTasks(store, { schedule: name, generation: "", queues });
      return known;
    }
    const { schedule, version } = known;
    const state = ended(schedule.state, nowMs);
    const isSame = state === schedule.state;
    const quiet = isSame
      ? known
      : await this.#write({ version, schedule: { ...schedule, state } }, nowMs, never);
    if (quiet !== null) {
      const { generation, formerQueues } = state;
      const queues = new Set([...formerQueues, schedule.definition.task.queue]);
      await cancelWaitingTasks(store, { schedule: name, generation, queues });
    }
    return quiet;
  }

  /** Tries until another's change does not come between; null asks for another try. */
  #untilDone<Answer extends object>(
    attempt: () => Promise<Answer | null | false>,
  ): Promise<Answer> {
    return asked(async () => {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const answer = await attempt();
        if (answer !== null && answer !== false) {
          return answer;
        }
        if (tries > 1) {
          await this.#pause();
        }
      }
      throw tooBusy();
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.after(RETRY_WAIT_MS, resolve);
    });
  }
}

const always = (): boolean => true;
const never = (): boolean => false;

function isTriggeredBy(state: ScheduleState, triggerId: string): boolean {
  return (
    state.triggers.some(({ id }) => id === triggerId) || state.plan?.firing.triggerId === triggerId
  );
}

function addTrigger(state: ScheduleState, triggerId: string, nowMs: number): ScheduleState {
  if (isTriggeredBy(state, triggerId)) {
    return state;
  }
  const added = triggered(state, triggerId, nowMs);
  if (added === null) {
    throw new TaskError("TRIGGERS_FULL", "too many triggers of this schedule wait", {
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  return added;
}

function tooBusy(): TaskError {
  return new TaskError("OUTCOME_UNKNOWN", "the schedule changes too often; repeat the call", {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
