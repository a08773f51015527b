import type { TaskId } from "../ids.ts";
import type {
  FailReason,
  Operation,
  OperationCursor,
  OperationDefinition,
  SkipReason,
} from "./operation.ts";

/** How long a dispatcher has to carry out a plan before another one takes it up, in milliseconds. */
export const OPERATION_RECOVERY_MS = 5_000;

/** How long an operation is kept after its end, in milliseconds. */
export const OPERATION_RETENTION_MS = 30 * 86_400_000;

/** Tasks are moved about so often, where the rate allows for one and more. */
const BATCH_MS = 200;
const MAX_BATCH = 500;
/** What the rate lets go is made up for where a dispatcher was late by no more than this. */
const MAX_LATE_MS = 1_000;
const RETRY_MS = 1_000;
const MAX_TRIES = 30;

/** Tasks that were found, and where the search goes on. */
export interface FoundTasks {
  readonly ids: readonly TaskId[];
  readonly cursor: OperationCursor | null;
  /** How many ids were looked at, where the operation is about ids. */
  readonly at: number;
  /** Whether there are no more. */
  readonly isRead: boolean;
}

/** What became of one task: moved, left as it is, or not known, to be tried again. */
export type Moved = "done" | SkipReason | "again";

/** Where an operation stands before its first step. */
export function begunOperation(
  definition: OperationDefinition,
  facts: Pick<Operation, "id" | "fingerprint" | "startedBy" | "startedAtMs">,
): Operation {
  return {
    ...facts,
    definition,
    status: "RUNNING",
    endedAtMs: null,
    cursor: null,
    at: 0,
    isRead: false,
    plan: null,
    planned: 0,
    done: 0,
    skipped: {},
    failed: {},
    nextAtMs: facts.startedAtMs,
  };
}

/** How many tasks the next step may plan. */
export function batchOf({ definition, planned }: Operation): number {
  const perBatch = Math.ceil((definition.tasksPerSecond * BATCH_MS) / 1_000);
  return Math.min(perBatch, MAX_BATCH, definition.maxTasks - planned);
}

/** Notes which tasks are moved next; ends the operation where there are none and will be none. */
export function planned(operation: Operation, found: FoundTasks, nowMs: number): Operation {
  const { ids, cursor, at, isRead } = found;
  const next = {
    ...operation,
    cursor,
    at,
    isRead,
    planned: operation.planned + ids.length,
    plan: ids.length === 0 ? null : { ids, tries: 0 },
  };
  return endedWhereOver(next, nowMs);
}

/** Notes what became of the tasks that were planned. */
export function carriedOut(
  operation: Operation,
  results: readonly Moved[],
  nowMs: number,
): Operation {
  const { plan, definition } = operation;
  if (plan === null) {
    return operation;
  }
  const left = plan.ids.filter((_, index) => results[index] === "again");
  const tries = plan.tries + 1;
  const isGivenUp = left.length > 0 && tries >= MAX_TRIES;
  const skipped: Partial<Record<SkipReason, number>> = { ...operation.skipped };
  const failed: Partial<Record<FailReason, number>> = { ...operation.failed };
  let { done } = operation;
  for (const result of results) {
    if (result === "done") {
      done += 1;
    } else if (result !== "again") {
      skipped[result] = (skipped[result] ?? 0) + 1;
    }
  }
  if (isGivenUp) {
    failed.STORE_UNAVAILABLE = (failed.STORE_UNAVAILABLE ?? 0) + left.length;
  }
  const spentMs = ((results.length - left.length) * 1_000) / definition.tasksPerSecond;
  const pacedAtMs = Math.max(operation.nextAtMs, nowMs - MAX_LATE_MS) + spentMs;
  const next: Operation = {
    ...operation,
    plan: left.length === 0 || isGivenUp ? null : { ids: left, tries },
    done,
    skipped,
    failed,
    nextAtMs: left.length === 0 ? pacedAtMs : Math.max(pacedAtMs, nowMs + RETRY_MS),
  };
  return endedWhereOver(next, nowMs);
}

/** Has an operation end, once the tasks under way are done; one that is over stays as it is. */
export function stopped(operation: Operation, nowMs: number): Operation {
  return operation.status === "RUNNING"
    ? endedWhereOver({ ...operation, status: "STOPPING", nextAtMs: nowMs }, nowMs)
    : operation;
}

/** Whether there is more to do. */
export function isUnderWay({ status }: Operation): boolean {
  return status === "RUNNING" || status === "STOPPING";
}

/** Whether it ended before every task was looked at, since it had as many as it may. */
export function isCut({ status, isRead }: Operation): boolean {
  return status === "DONE" && !isRead;
}

function endedWhereOver(operation: Operation, nowMs: number): Operation {
  const { plan, isRead, definition, status } = operation;
  const isSpent = isRead || operation.planned >= definition.maxTasks;
  if (plan !== null || !(isSpent || status === "STOPPING")) {
    return operation;
  }
  const { target } = definition;
  return {
    ...operation,
    definition: { ...definition, target: target.kind === "ids" ? { ...target, ids: [] } : target },
    status: isSpent ? "DONE" : "STOPPED",
    endedAtMs: nowMs,
    cursor: null,
  };
}
