import { resultsOf, storeErrorOf } from "../../dispatch/store-calls/store-failure.ts";
import type { TaskAddress } from "../../domain/flow/task-address.ts";
import type { SessionId, TaskId } from "../../domain/ids.ts";
import { addressesOfFiring } from "../../domain/schedules/firing-tasks.ts";
import type { Schedule } from "../../domain/schedules/schedule.ts";
import type { ScheduleFacts } from "../../domain/schedules/schedule-step.ts";
import type { Task } from "../../domain/task.ts";
import { isFinal } from "../../domain/task-state.ts";
import {
  type Cancellation,
  type ItemResult,
  type LiveSession,
  type Store,
  StoreError,
} from "../../store/store.ts";

type Tasks = Map<TaskId, ItemResult<Task> | null>;
type Sessions = Map<string, ItemResult<readonly LiveSession[]>>;
type World = Pick<Store, "idsOf" | "get" | "cancel" | "sessions">;
/** The tasks of each schedule's active firings. */
type Active = ReadonlyMap<Schedule, ItemResult<readonly TaskId[]>>;

const TASKS_A_CALL = 500;

/** Looks up what decisions about schedules need to know. */
export class ScheduleWorld {
  readonly #store: World;

  constructor(store: World) {
    this.#store = store;
  }

  /**
   * Returns the facts about each schedule, in order, or why the store does not know them. Cancels tasks of
   * broadcasts whose worker is gone, since nobody else may lease them.
   */
  async factsOf(
    schedules: readonly Schedule[],
    nowMs: number,
  ): Promise<ItemResult<ScheduleFacts>[]> {
    const active = await this.#activeOf(schedules);
    const [tasks, sessions] = await Promise.all([
      this.#activeTasks(schedules.flatMap((schedule) => idsOf(schedule, active))),
      this.#sessionsOf(schedules),
    ]);
    await this.#cancelAbandoned(schedules, active, tasks, sessions);
    return schedules.map((schedule) => {
      const found = idsOf(schedule, active).map((id) => tasks.get(id) ?? null);
      const live = sessions.get(schedule.definition.task.queue) ?? [];
      const failure = [active.get(schedule), ...found, live].find(
        (each) => each instanceof StoreError,
      );
      if (failure !== undefined || live instanceof StoreError) {
        return failure as StoreError;
      }
      const own = found as (Task | null)[];
      return {
        nowMs,
        ...endOf(own),
        sessions: live.filter((session) => takes(session, schedule)).map(({ id }) => id),
      };
    });
  }

  async #activeOf(schedules: readonly Schedule[]): Promise<Active> {
    const asked = schedules.map(async (schedule) => {
      const ids = await this.#store
        .idsOf(addressesOf(schedule))
        .catch((error: unknown) => storeErrorOf(error));
      return [schedule, ids] as const;
    });
    return new Map(await Promise.all(asked));
  }

  async #activeTasks(ids: readonly TaskId[]): Promise<Tasks> {
    const found: Tasks = new Map();
    for (let at = 0; at < ids.length; at += TASKS_A_CALL) {
      const batch = ids.slice(at, at + TASKS_A_CALL);
      const tasks = await resultsOf(batch.length, () => this.#store.get(batch));
      for (const [index, id] of batch.entries()) {
        found.set(id, tasks[index] ?? null);
      }
    }
    return found;
  }

  async #sessionsOf(schedules: readonly Schedule[]): Promise<Sessions> {
    const broadcasts = schedules.filter(({ definition }) => definition.shards.kind === "broadcast");
    const queues = new Set(broadcasts.map(({ definition }) => definition.task.queue));
    const found: Sessions = new Map();
    const asked = Array.from(queues, async (queue) => {
      const sessions = await this.#store.sessions(queue).catch((error) => storeErrorOf(error));
      found.set(queue, sessions);
    });
    await Promise.all(asked);
    return found;
  }

  async #cancelAbandoned(
    schedules: readonly Schedule[],
    active: Active,
    tasks: Tasks,
    sessions: Sessions,
  ): Promise<void> {
    const known = [...sessions.values()].flatMap((each) =>
      each instanceof StoreError ? [] : each,
    );
    const live = new Set<SessionId>(known.map(({ id }) => id));
    const batch: Cancellation[] = [];
    const isKnown = ({ definition: { task } }: Schedule): boolean =>
      !(sessions.get(task.queue) instanceof StoreError);
    const broadcasts = schedules.filter(isBroadcast).filter(isKnown);
    for (const id of broadcasts.flatMap((schedule) => idsOf(schedule, active))) {
      const found = tasks.get(id) ?? null;
      const task = found instanceof StoreError ? null : found;
      const pinned = task?.spec.shard?.sessionId ?? null;
      const waits = task?.state === "READY" || task?.state === "SCHEDULED";
      if (waits && pinned !== null && !live.has(pinned)) {
        batch.push({ taskId: id, reason: "the worker that it was for is gone" });
      }
    }
    if (batch.length === 0) {
      return;
    }
    const outcomes = await resultsOf(batch.length, () => this.#store.cancel(batch));
    for (const [at, { taskId }] of batch.entries()) {
      const outcome = outcomes[at];
      tasks.set(taskId, outcome instanceof StoreError ? outcome : null);
    }
  }
}

function isBroadcast({ definition }: Schedule): boolean {
  return definition.shards.kind === "broadcast";
}

function addressesOf({ definition, state }: Schedule): TaskAddress[] {
  return state.active.flatMap((firing) => addressesOfFiring(definition.name, firing));
}

function idsOf(schedule: Schedule, active: Active): readonly TaskId[] {
  const ids = active.get(schedule) ?? [];
  return ids instanceof StoreError ? [] : ids;
}

function takes({ types }: LiveSession, { definition }: Schedule): boolean {
  return types === null || types.includes(definition.task.type);
}

// A task that is not there any more was final, and its retention is over.
function endOf(tasks: readonly (Task | null)[]): Pick<ScheduleFacts, "isRunning" | "finishedAtMs"> {
  let finishedAtMs: number | null = null;
  for (const task of tasks) {
    if (task !== null && !isFinal(task.state)) {
      return { isRunning: true, finishedAtMs: null };
    }
    finishedAtMs = Math.max(finishedAtMs ?? 0, task?.finishedAtMs ?? 0) || null;
  }
  return { isRunning: false, finishedAtMs };
}
