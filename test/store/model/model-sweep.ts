import { CRASH_MEMORY_MS } from "../../../server/src/domain/crashes.ts";
import { CRASHED_FAILURE } from "../../../server/src/domain/task.ts";
import type { SweepReport } from "../../../server/src/store/store.ts";
import type { Moves } from "./model-moves.ts";
import { type ModelTask, startByMs } from "./model-task.ts";

/** Expires and promotes what is due of some tasks. */
export function expireAndPromote(
  tasks: readonly ModelTask[],
  { nowMs, finish, promote }: Moves,
): { promoted: number; expired: number } {
  let [promoted, expired] = [0, 0];
  for (const task of tasks) {
    if (startByMs(task) <= nowMs) {
      finish(task, "EXPIRED");
      expired += 1;
    } else if (task.state === "SCHEDULED" && task.dueAtMs <= nowMs) {
      promote(task);
      promoted += 1;
    }
  }
  return { promoted, expired };
}

/** Takes back the leases of sessions whose ttl has passed. */
export function reclaim(
  tasks: readonly ModelTask[],
  { nowMs, noteEnd, finish, giveBack }: Moves,
): SweepReport["reclaimed"] {
  const reclaimed: SweepReport["reclaimed"][number][] = [];
  for (const task of tasks) {
    const { session } = task;
    if (session === null || session.expiresAtMs > nowMs) {
      continue;
    }
    noteEnd(task, "CRASHED");
    task.attempt -= 1;
    task.crashes = nowMs - task.dueAtMs < CRASH_MEMORY_MS ? task.crashes + 1 : 1;
    if (task.crashes >= task.spec.retryPolicy.maxCrashes) {
      task.lastFailure = CRASHED_FAILURE;
      finish(task, "DEAD");
    } else {
      giveBack(task, 0);
    }
    const { id, token, state } = task;
    const { sessionId, workerId } = session;
    task.ended = { kind: "reclaim", state };
    reclaimed.push({ lease: { taskId: id, token }, sessionId, workerId, state });
  }
  return reclaimed;
}

/** How long until something of the tasks is due, null for never. */
export function nextInMs(tasks: readonly ModelTask[], nowMs: number): number | null {
  const moments = tasks.flatMap((task) => [
    task.state === "SCHEDULED" ? task.dueAtMs : Infinity,
    startByMs(task),
    task.session?.expiresAtMs ?? Infinity,
    task.state === "LEASED" && task.timeoutAtMs > nowMs ? task.timeoutAtMs : Infinity,
    task.purgeAtMs ?? Infinity,
  ]);
  const next = Math.min(...moments);
  return next === Infinity ? null : next - nowMs;
}
