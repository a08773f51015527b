import { pause } from "../../support/pause.ts";
import { isFinalState } from "./checker/ledger.ts";
import type { Cluster } from "./cluster.ts";
import { monotonicMs, readHistories } from "./history.ts";
import { QUEUES } from "./plan.ts";
import { TaskCalls, taskSeen } from "./task-calls.ts";

/**
 * Waits until every task that is known is final, then writes down how each one ended, and what the
 * queues hold. Gives up after the deadline; the checker then says what is left.
 *
 * @returns how many milliseconds it took
 */
export async function drainAndRead(cluster: Cluster, withinMs: number): Promise<number> {
  const calls = new TaskCalls(cluster.directAddresses[0] ?? "");
  const startedAtMs = monotonicMs();
  const open = new Set(knownTasks(cluster));
  while (open.size > 0 && monotonicMs() - startedAtMs < withinMs) {
    await forEachOf([...open], async (taskId) => {
      const answer = await calls.get(taskId);
      const state = answer.outcome === "ok" ? taskSeen(answer.response.task as never).state : "";
      if (isFinalState(state) || answer.reason === "TASK_NOT_FOUND") {
        open.delete(taskId);
      }
    });
    await pause(50);
  }
  const tookMs = monotonicMs() - startedAtMs;
  const listed = await listQueues(calls);
  for (const taskId of new Set([...knownTasks(cluster), ...listed])) {
    await readLast(cluster, calls, taskId);
  }
  calls.close();
  return tookMs;
}

/** Every task that a submit was answered with or that a worker was granted. */
function knownTasks(cluster: Cluster): string[] {
  const ids = readHistories(cluster.folder).flatMap((event) =>
    event.kind === "grant" || (event.kind === "submitted" && event.outcome === "ok")
      ? [event.taskId]
      : [],
  );
  return [...new Set(ids)];
}

async function listQueues(calls: TaskCalls): Promise<string[]> {
  const ids: string[] = [];
  for (const queue of QUEUES) {
    let pageToken = "";
    do {
      const answer = await calls.list(queue, pageToken);
      if (answer.outcome !== "ok") {
        break;
      }
      ids.push(...answer.response.tasks.map(({ id }) => id));
      pageToken = answer.response.nextPageToken;
    } while (pageToken !== "");
  }
  return ids;
}

async function readLast(cluster: Cluster, calls: TaskCalls, taskId: string): Promise<void> {
  const sinceMs = monotonicMs();
  const answer = await calls.get(taskId, 5_000);
  const isGone = answer.reason === "TASK_NOT_FOUND";
  if (answer.outcome === "ok" || isGone) {
    const task = answer.outcome === "ok" ? answer.response.task : null;
    cluster.history.add({
      kind: "read",
      sinceMs,
      taskId,
      task: task === null ? null : taskSeen(task),
      isLast: true,
    });
  }
}

async function forEachOf<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += 50) {
    await Promise.all(items.slice(at, at + 50).map(action));
  }
}
