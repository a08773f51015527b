import type { AttemptHistory, EndedAttempt, Task } from "../task.ts";
import { traceIdOf } from "../trace-context.ts";
import { decodeAttempts, firstAndNewest } from "./attempt-codec.ts";

/** What a store knows of a task's attempts beside the task itself. */
export interface KeptAttempts {
  /** As {@link decodeAttempts} reads them. */
  readonly entries: Uint8Array;
  /** How many of the newest its queue keeps beside the first. */
  readonly kept: number;
  /** Whether the task was cancelled while it was LEASED, if it ever was. */
  readonly wasCancelled: boolean;
}

/**
 * Tells what became of a task's attempts. Kept are those that the task goes on from; the one that ended it for good is
 * what the task itself says.
 */
export function historyOf(
  task: Task,
  { entries, kept, wasCancelled }: KeptAttempts,
): AttemptHistory {
  const ended = decodeAttempts(entries);
  const last = lastAttempt(task, wasCancelled);
  if (last !== null) {
    // A late completion: what was taken for a crash was done after all.
    const isSame =
      ended.at(-1)?.startedAtMs === last.startedAtMs && ended.at(-1)?.delivery === last.delivery;
    const number = isSame ? ended.pop()?.number : undefined;
    ended.push({ ...last, number: number ?? last.number });
  }
  const shown = firstAndNewest(ended, kept);
  const past = task.deliveries - (task.state === "LEASED" ? 1 : 0);
  return {
    attempts: shown.map((attempt) => ({ ...attempt, traceId: traceOf(task, attempt) })),
    leftOut: Math.max(past - shown.length, 0),
  };
}

function lastAttempt(task: Task, wasCancelled: boolean): EndedAttempt | null {
  if (task.deliveries === 0 || (task.state !== "SUCCEEDED" && !wasCancelled)) {
    return null;
  }
  return {
    delivery: task.deliveries,
    number: task.attempt,
    outcome: wasCancelled ? "CANCELLED" : "SUCCEEDED",
    workerId: task.workerId,
    startedAtMs: task.startedAtMs ?? 0,
    endedAtMs: task.finishedAtMs ?? 0,
    failure: null,
  };
}

function traceOf({ spec }: Task, { failure }: EndedAttempt): string {
  return traceIdOf(failure?.traceparent ?? spec.headers.traceparent ?? "");
}
