import { timestampMs } from "../values/time-fields.ts";
import type { Received } from "../values/wire.ts";
import type { TaskState } from "./task-info.ts";

/** Every {@link OperationKind}. */
export const OPERATION_KINDS = ["REDRIVE", "CANCEL", "DELETE", "RUN_NOW"] as const;

/**
 * What an operation does to every task. REDRIVE takes DEAD tasks. CANCEL takes SCHEDULED and READY ones, and LEASED ones
 * if its filter names that state or they are named themselves. DELETE takes tasks that have ended. RUN_NOW has SCHEDULED
 * ones run before their time.
 */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * Which tasks of a queue an operation is about: those that match every field given, when the operation comes to them.
 * What is submitted after its start is no part of it, nor what dies or ends later. Times are epoch milliseconds.
 */
export interface TaskFilter {
  readonly queue: string;
  /** Default: every state that the kind takes, but for LEASED. */
  readonly states?: readonly TaskState[];
  /** Only tasks of these types. Default: any. */
  readonly types?: readonly string[];
  /** Only tasks that have all of these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Only tasks of this concurrency key. */
  readonly concurrencyKey?: string;
  /** Only tasks whose last failure is of this type, such as `TimeoutError`. */
  readonly failureType?: string;
  /** Only tasks that were submitted at this time or later. */
  readonly submittedFromMs?: number;
  /** Only tasks that were submitted before this time. */
  readonly submittedBeforeMs?: number;
  /** Says that every task is meant. Required if the filter has no condition. */
  readonly all?: boolean;
}

/** What to do to many tasks. Give either `filter` or `taskIds`. */
export interface OperationOptions {
  readonly kind: OperationKind;
  readonly filter?: TaskFilter;
  /** Up to 1,000 ids, of any queue. */
  readonly taskIds?: readonly string[];
  /** It ends when it has come to so many tasks. 1 to 1,000,000. Default: 10,000. */
  readonly maxTasks?: number;
  /** How many tasks it moves in a second, about. 1 to 2,000. Default: 500. */
  readonly tasksPerSecond?: number;
  /** Why, for people; handlers of tasks that are cancelled get it. At most 1,024 bytes. */
  readonly reason?: string;
  /** Makes it safe to start the same operation again, also from another process. Default: one for this call. */
  readonly requestId?: string;
}

/** What an operation would do. */
export interface OperationPreview {
  /** How many tasks it would come to now; at most `maxTasks`. */
  readonly tasks: number;
  /** The ids of up to 20 of them. */
  readonly sample: readonly string[];
  /** Whether every task was looked at; else there may be more. */
  readonly complete: boolean;
}

/** An operation as it was when it was read. Times are epoch milliseconds. */
export interface OperationInfo {
  readonly id: string;
  readonly requestId: string;
  readonly kind: OperationKind;
  /** The queue of its filter; empty if its tasks were named. */
  readonly queue: string;
  readonly maxTasks: number;
  readonly tasksPerSecond: number;
  readonly reason: string;
  /** The address of who started it. */
  readonly startedBy: string;
  readonly startTimeMs: number;
  /** Undefined while it goes on. */
  readonly endTimeMs: number | undefined;
  readonly state: "RUNNING" | "STOPPING" | "DONE" | "STOPPED";
  /** Whether it ended with `maxTasks`, so that there may be more. */
  readonly cut: boolean;
  /** How many tasks were moved. */
  readonly done: number;
  /** How many were left as they are, by the reason: NOT_FOUND, OTHER_STATE, CHANGED_LATER, DONE_BEFORE. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Of how many it is not known what became of them, by the reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Empty, unless a list could not read the operation: then it says why, and only `id` has a meaning. */
  readonly error: string;
}

/** Reads an operation. */
export function toOperationInfo(operation: Received<"Operation">): OperationInfo {
  const { id, requestId, filter, maxTasks, tasksPerSecond, reason, startedBy, error } = operation;
  return {
    id,
    requestId,
    kind: operation.kind.slice("OPERATION_KIND_".length) as OperationKind,
    queue: filter?.queue ?? "",
    maxTasks,
    tasksPerSecond,
    reason,
    startedBy,
    startTimeMs: timestampMs(operation.startTime) ?? 0,
    endTimeMs: timestampMs(operation.endTime),
    state: operation.state.slice("OPERATION_STATE_".length) as OperationInfo["state"],
    cut: operation.cut,
    done: operation.done,
    skipped: operation.skipped,
    failed: operation.failed,
    error,
  };
}

/** Reads what an operation would do. */
export function toPreview(
  preview: Received<"StartOperationResponse">["preview"],
): OperationPreview {
  return {
    tasks: preview?.tasks ?? 0,
    sample: preview?.sampleTaskIds ?? [],
    complete: preview?.complete ?? false,
  };
}
