import type { QueueName } from "../domain/ids.ts";
import { TASK_STATES, type TaskState } from "../domain/task-state.ts";
import { BatchError, type ItemResult, StoreError } from "./store-errors.ts";

/** Figures of a queue. */
export interface QueueStats {
  readonly queue: QueueName;
  readonly counts: Readonly<Record<TaskState, number>>;
  /**
   * How long the task next in line has been READY; where there is one of each priority, the longest.
   * Null where none is READY.
   */
  readonly oldestReadyAgeMs: number | null;
  /** What holds READY tasks back, which may be estimated where very many keys do; absent where nothing does. */
  readonly blockedBy?: BlockedTasks;
  /** How many concurrency keys hold back all their READY tasks; absent where none does. */
  readonly blockedKeys?: number;
}

/** READY tasks that cannot be leased now, each counted under the first cause that holds it. */
export interface BlockedTasks {
  /** Their queue is paused. */
  readonly paused: number;
  /** A worker holds their queue. */
  readonly held: number;
  /** Their queue is at its concurrency limit. */
  readonly concurrency: number;
  /** Their queue is at its rate limit. */
  readonly rate: number;
  /** Their concurrency key is paused, held or at a limit. */
  readonly key: number;
  /** They are behind another task of their ordering key. */
  readonly ordering: number;
}

/** How many READY tasks are held back. */
export function blockedTasksOf({ blockedBy }: QueueStats): number {
  return blockedBy === undefined
    ? 0
    : Object.values(blockedBy).reduce((sum, tasks) => sum + tasks, 0);
}

/** The figures of a queue that has no tasks. */
export function noTasksOf(queue: QueueName): QueueStats {
  const counts = Object.fromEntries(TASK_STATES.map((state) => [state, 0]));
  return { queue, counts: counts as QueueStats["counts"], oldestReadyAgeMs: null };
}

/** Returns the figures of each of some queues, null of those that were left out. */
export function statsOfEach(
  queues: readonly QueueName[],
  stats: readonly QueueStats[],
): (QueueStats | null)[] {
  const found = new Map(stats.map((each) => [each.queue, each]));
  return queues.map((queue) => found.get(queue) ?? null);
}

/**
 * Returns those figures that there are.
 *
 * @param results one a queue that was asked for, null where the queue is not known
 * @throws BatchError where some are not to be had
 */
export function knownStats(results: readonly ItemResult<QueueStats | null>[]): QueueStats[] {
  const known = results.filter((result) => result !== null);
  if (known.some((result) => result instanceof StoreError)) {
    throw new BatchError(results);
  }
  return known as QueueStats[];
}
