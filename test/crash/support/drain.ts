import { eventually } from "../../support/time/eventually.ts";
import { pause } from "../../support/time/pause.ts";
import type { Cluster } from "./cluster.ts";
import { storeNowMs } from "./history/audit.ts";
import { monotonicMs, readHistories } from "./history/history.ts";
import { endAutomation } from "./load/automation.ts";
import { QUEUES } from "./load/plan.ts";
import { TaskCalls, taskSeen } from "./load/task-calls.ts";

/** How long the tasks of an event may take that its dispatcher left to a sweep, in milliseconds. */
const SWEPT_WITHIN_MS = 12_000;
const CALLS_AT_ONCE = 50;

/**
 * Waits until schedules have caught up, every event has its tasks and every task is final, then writes
 * down how each one ended, and what the queues hold. Gives up where nothing moves for so long; the
 * checker then says what is left.
 *
 * @param redisPort where the store is; null for SQLite
 * @returns how many milliseconds it took
 */
export async function drainAndRead(
  cluster: Cluster,
  withinMs: number,
  redisPort: number | null = null,
): Promise<number> {
  const calls = new TaskCalls(cluster.directAddresses[0] ?? "");
  const startedAtMs = monotonicMs();
  const quietAtMs = await storeNowMs(redisPort);
  await endAutomation(cluster, quietAtMs, withinMs);
  const promised = new Set(promisedTasks(cluster));
  let fewest = Number.POSITIVE_INFINITY;
  let progressAtMs = monotonicMs();
  for (;;) {
    const tookMs = monotonicMs() - startedAtMs;
    await forEachOf([...promised], async (taskId) => {
      const answer = await calls.get(taskId);
      if (answer.outcome === "ok" || tookMs > SWEPT_WITHIN_MS) {
        promised.delete(taskId);
      }
    });
    const open = await listQueues(calls, true);
    const left = open.length + promised.size;
    // What has piled up takes its time; what stands still is stuck.
    if (left < fewest) {
      fewest = left;
      progressAtMs = monotonicMs();
    }
    if (left === 0 || monotonicMs() - progressAtMs > withinMs) {
      break;
    }
    await pause(left > 100 ? 500 : 50);
  }
  const tookMs = monotonicMs() - startedAtMs;
  const ids = new Set([...knownTasks(cluster), ...(await listQueues(calls, false))]);
  await forEachOf([...ids], (taskId) => readLast(cluster, calls, taskId));
  calls.close();
  return tookMs;
}

/** Every task that a call was answered with or that a worker was granted. */
function knownTasks(cluster: Cluster): string[] {
  const ids = readHistories(cluster.folder).flatMap((event) =>
    event.kind === "grant" || (event.kind === "submitted" && event.outcome === "ok")
      ? [event.taskId]
      : [],
  );
  return [...new Set([...ids, ...promisedTasks(cluster)])];
}

/** The tasks of events that were answered as published, which may come later. */
function promisedTasks(cluster: Cluster): readonly string[] {
  return readHistories(cluster.folder).flatMap((event) =>
    event.kind === "published" ? event.taskIds : [],
  );
}

async function listQueues(calls: TaskCalls, isOpenOnly: boolean): Promise<string[]> {
  const ids: string[] = [];
  for (const queue of QUEUES) {
    let pageToken = "";
    do {
      const page = await eventually(
        async () => {
          const answer = await calls.list(queue, pageToken, isOpenOnly);
          if (answer.outcome !== "ok") {
            throw new Error(`${queue} cannot be listed: ${answer.reason}`);
          }
          return answer.response;
        },
        { withinMs: 10_000 },
      );
      ids.push(...page.tasks.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }
  return ids;
}

async function readLast(cluster: Cluster, calls: TaskCalls, taskId: string): Promise<void> {
  const sinceMs = monotonicMs();
  const answer = await calls.get(taskId, 5_000);
  const isGone = ["TASK_NOT_FOUND", "TASK_PURGED"].includes(answer.reason);
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
  for (let at = 0; at < items.length; at += CALLS_AT_ONCE) {
    await Promise.all(items.slice(at, at + CALLS_AT_ONCE).map(action));
  }
}
