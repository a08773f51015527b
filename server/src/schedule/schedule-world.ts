import { taskIdsOfFiring } from "../domain/firing-tasks.ts";
import type { SessionId, TaskId } from "../domain/ids.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { ScheduleFacts } from "../domain/schedule-step.ts";
import type { Task } from "../domain/task.ts";
import { isFinal } from "../domain/task-state.ts";
import type { Cancellation, LiveSession, Store } from "../store/store.ts";

type World = Pick<Store, "get" | "cancel" | "sessions">;

const TASKS_A_CALL = 500;

/** Looks up what decisions about schedules need to know. */
export class ScheduleWorld {
  readonly #store: World;

  constructor(store: World) {
    this.#store = store;
  }

  /**
   * Returns the facts about each schedule, in order. Cancels tasks of broadcasts whose worker is gone,
   * since nobody else may lease them.
   */
  async factsOf(schedules: readonly Schedule[], nowMs: number): Promise<ScheduleFacts[]> {
    const [tasks, sessions] = await Promise.all([
      this.#activeTasks(schedules),
      this.#sessionsOf(schedules),
    ]);
    await this.#cancelAbandoned(schedules, tasks, sessions);
    return schedules.map((schedule) => {
      const own = idsOf(schedule).map((id) => tasks.get(id) ?? null);
      const live = sessions.get(schedule.definition.task.queue) ?? [];
      return {
        nowMs,
        ...endOf(own),
        sessions: live.filter((session) => takes(session, schedule)).map(({ id }) => id),
      };
    });
  }

  async #activeTasks(schedules: readonly Schedule[]): Promise<Map<TaskId, Task | null>> {
    const ids = schedules.flatMap(idsOf);
    const found = new Map<TaskId, Task | null>();
    for (let at = 0; at < ids.length; at += TASKS_A_CALL) {
      const batch = ids.slice(at, at + TASKS_A_CALL);
      const tasks = await this.#store.get(batch);
      for (const [index, id] of batch.entries()) {
        found.set(id, tasks[index] ?? null);
      }
    }
    return found;
  }

  async #sessionsOf(schedules: readonly Schedule[]): Promise<Map<string, readonly LiveSession[]>> {
    const broadcasts = schedules.filter(({ definition }) => definition.shards.kind === "broadcast");
    const queues = new Set(broadcasts.map(({ definition }) => definition.task.queue));
    const found = new Map<string, readonly LiveSession[]>();
    for (const queue of queues) {
      found.set(queue, await this.#store.sessions(queue));
    }
    return found;
  }

  async #cancelAbandoned(
    schedules: readonly Schedule[],
    tasks: Map<TaskId, Task | null>,
    sessions: ReadonlyMap<string, readonly LiveSession[]>,
  ): Promise<void> {
    const live = new Set<SessionId>([...sessions.values()].flat().map(({ id }) => id));
    const batch: Cancellation[] = [];
    for (const id of schedules.filter(isBroadcast).flatMap(idsOf)) {
      const task = tasks.get(id) ?? null;
      const pinned = task?.spec.shard?.sessionId ?? null;
      const waits = task?.state === "READY" || task?.state === "SCHEDULED";
      if (waits && pinned !== null && !live.has(pinned)) {
        batch.push({ taskId: id, reason: "the worker that it was for is gone" });
        tasks.set(id, null);
      }
    }
    if (batch.length > 0) {
      await this.#store.cancel(batch);
    }
  }
}

function isBroadcast({ definition }: Schedule): boolean {
  return definition.shards.kind === "broadcast";
}

function idsOf({ definition, state }: Schedule): TaskId[] {
  return state.active.flatMap((firing) => taskIdsOfFiring(definition.name, firing));
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
