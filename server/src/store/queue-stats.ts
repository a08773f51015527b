import type { QueueName } from "../domain/ids.ts";
import type { TaskState } from "../domain/task-state.ts";
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
