import type { QueueName } from "../../../domain/ids.ts";
import { TASK_STATES, type TaskState } from "../../../domain/task-state.ts";
import {
  type BlockedTasks,
  type FailureCount,
  type ItemResult,
  type QueueStats,
  type Store,
  StoreError,
  type StoreHint,
  type SweepReport,
} from "../../store.ts";
import { outerId, outerQueue, withOuterLease } from "./partition-ids.ts";

/** When partitions that failed are swept again. */
const AGAIN_AFTER_MS = 1_000;

/**
 * Sweeps partitions at once, each with its share of the limit; as many as the limit is enough for.
 *
 * @returns what was done. Where partitions were left out more is due at once, where they failed soon.
 * @throws StoreError where all failed
 */
export async function sweepParts(
  store: Store,
  names: readonly QueueName[],
  limit: number,
): Promise<SweepReport> {
  const swept = names.slice(0, Math.max(1, limit));
  const settled = await Promise.allSettled(
    swept.map((name, at) => store.sweep(name, shareOf(limit, at, swept.length))),
  );
  const reports: SweepReport[] = [];
  let error: unknown = null;
  for (const one of settled) {
    if (one.status === "fulfilled") {
      reports.push(one.value);
    } else {
      error = one.reason;
    }
  }
  if (reports.length === 0) {
    throw error;
  }
  const merged = mergeSweeps(reports);
  if (swept.length < names.length) {
    return { ...merged, nextInMs: 0 };
  }
  const nextInMs = Math.min(merged.nextInMs ?? AGAIN_AFTER_MS, AGAIN_AFTER_MS);
  return error === null ? merged : { ...merged, nextInMs };
}

/** The share of one of so many parts of a whole number: what is left over goes to the first ones. */
export function shareOf(whole: number, at: number, parts: number): number {
  return Math.floor(whole / parts) + (at < whole % parts ? 1 : 0);
}

function mergeSweeps(reports: readonly SweepReport[]): SweepReport {
  const letGo = sum(reports.map(({ letGo = 0 }) => letGo));
  return {
    ...(letGo > 0 && { letGo }),
    promoted: sum(reports.map(({ promoted }) => promoted)),
    expired: sum(reports.map(({ expired }) => expired)),
    purged: sum(reports.map(({ purged }) => purged)),
    reclaimed: reports.flatMap(({ reclaimed }) => reclaimed.map(withOuterLease)),
    timedOut: reports.flatMap(({ timedOut }) => timedOut.map(withOuterLease)),
    nextInMs: pick(
      Math.min,
      reports.map(({ nextInMs }) => nextInMs),
    ),
  };
}

/** Adds up the figures of each queue's partitions; the queues come as their first parts do. */
export function mergeStats(parts: readonly QueueStats[]): QueueStats[] {
  const byQueue = new Map<QueueName, QueueStats>();
  for (const part of parts) {
    const queue = outerQueue(part.queue);
    const known = byQueue.get(queue);
    byQueue.set(queue, known === undefined ? { ...part, queue } : added(known, part));
  }
  return [...byQueue.values()];
}

/** The figures of one queue from those of its parts: not to be had where a part's are not. */
export function mergeResults(
  parts: readonly ItemResult<QueueStats | null>[],
): ItemResult<QueueStats | null> {
  const failure = parts.find((part) => part instanceof StoreError);
  const known = parts.filter((part) => part !== null && !(part instanceof StoreError));
  return failure ?? mergeStats(known as QueueStats[])[0] ?? null;
}

function added(known: QueueStats, part: QueueStats): QueueStats {
  const counts = TASK_STATES.map((state) => [state, known.counts[state] + part.counts[state]]);
  return {
    queue: known.queue,
    counts: Object.fromEntries(counts) as Record<TaskState, number>,
    oldestReadyAgeMs: pick(Math.max, [known.oldestReadyAgeMs, part.oldestReadyAgeMs]),
    ...addedBlocked(known, part),
  };
}

function addedBlocked(known: QueueStats, part: QueueStats): Partial<QueueStats> {
  const keys = (known.blockedKeys ?? 0) + (part.blockedKeys ?? 0);
  const blocked = [known.blockedBy, part.blockedBy].filter((each) => each !== undefined);
  const total = (cause: keyof BlockedTasks) => sum(blocked.map((each) => each[cause]));
  return {
    ...(keys > 0 && { blockedKeys: keys }),
    ...(blocked.length > 0 && {
      blockedBy: {
        paused: total("paused"),
        held: total("held"),
        concurrency: total("concurrency"),
        rate: total("rate"),
        key: total("key"),
        ordering: total("ordering"),
      },
    }),
  };
}

/** A hint as everybody else has it. */
export function outerHint(hint: StoreHint): StoreHint {
  switch (hint.kind) {
    case "ready":
      return { ...hint, queue: outerQueue(hint.queue) };
    case "tasks":
      return { kind: "tasks", taskIds: hint.taskIds.map(outerId) };
    case "session":
      return hint;
  }
}

function pick(
  best: (...values: number[]) => number,
  values: readonly (number | null)[],
): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : best(...known);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What all partitions of a queue count; a failure where one is not known. */
export function mergeDeaths(
  parts: readonly ItemResult<FailureCount[]>[],
): ItemResult<FailureCount[]> {
  const sums = new Map<string, number>();
  for (const part of parts) {
    if (part instanceof StoreError) {
      return part;
    }
    for (const { type, tasks } of part) {
      sums.set(type, (sums.get(type) ?? 0) + tasks);
    }
  }
  return [...sums].map(([type, tasks]) => ({ type, tasks }));
}
