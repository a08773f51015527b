import { LIMITS } from "@baton/proto/shared";
import type { TaskError } from "../domain/errors.ts";
import type { QueueName, TaskId, TaskType } from "../domain/ids.ts";
import { DEFAULTS } from "../domain/limits.ts";
import {
  type OperationDefinition,
  type OperationKind,
  type OperationTarget,
  STATES_OF_KIND,
  type TaskFilter,
} from "../domain/operations/operation.ts";
import type { TaskState } from "../domain/task-state.ts";
import { checkCount, checkInteger, checkName, FieldChecks } from "./validate-fields.ts";
import { checkTaskId } from "./validate-lease.ts";
import { checkStates } from "./validate-list.ts";
import { LABELS } from "./validate-task-spec.ts";
import { checkKey, checkMap, checkNote, checkText } from "./validate-text.ts";
import { checkTimestamp, type TimestampInput } from "./validate-time.ts";

/** A filter as it comes from the wire but for the states. */
export interface TaskFilterInput {
  readonly queue: string;
  /** Null for what is no state. */
  readonly states: readonly (TaskState | null)[];
  readonly types: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly concurrencyKey: string;
  readonly failureType: string;
  readonly submittedFrom: TimestampInput | null;
  readonly submittedBefore: TimestampInput | null;
  readonly all: boolean;
}

/** An operation as it comes from the wire but for the enums. */
export interface OperationInput {
  readonly requestId: string;
  /** Null for what is no kind. */
  readonly kind: OperationKind | null;
  readonly filter: TaskFilterInput | null;
  readonly taskIds: readonly string[];
  readonly maxTasks: number;
  readonly tasksPerSecond: number;
  readonly reason: string;
}

/** Checks what a caller wants to have done to many tasks. */
export function validateOperation(input: OperationInput): OperationDefinition | TaskError {
  const checks = new FieldChecks("");
  const { requestId, kind, maxTasks, tasksPerSecond } = input;
  if (requestId !== "") {
    checkText(checks, "request_id", requestId, LIMITS.maxRequestIdBytes);
  }
  if (kind === null) {
    checks.refuse("kind", "is required: REDRIVE, CANCEL, DELETE or RUN_NOW");
  }
  const target = checkTarget(checks, input);
  const definition = {
    requestId,
    kind: kind ?? "REDRIVE",
    target,
    maxTasks:
      maxTasks === 0
        ? DEFAULTS.operationTasks
        : checkInteger(checks, "max_tasks", maxTasks, 1, LIMITS.maxOperationTasks),
    tasksPerSecond:
      tasksPerSecond === 0
        ? DEFAULTS.operationRate
        : checkInteger(checks, "tasks_per_second", tasksPerSecond, 1, LIMITS.maxOperationRate),
    reason: checkNote(checks, "reason", input.reason, LIMITS.maxReasonBytes),
  };
  return checks.error() ?? definition;
}

function checkTarget(
  checks: FieldChecks,
  { kind, filter, taskIds }: OperationInput,
): OperationTarget {
  if (filter === null) {
    if (taskIds.length === 0) {
      checks.refuse("filter", "is required, or task_ids");
    }
    const ids = checkIds(checks, taskIds);
    return { kind: "ids", ids, total: ids.length };
  }
  if (taskIds.length > 0) {
    checks.refuse("task_ids", "must be empty where there is a filter");
  }
  return { kind: "filter", filter: checkFilter(checks, filter, kind ?? "REDRIVE") };
}

function checkIds(checks: FieldChecks, taskIds: readonly string[]): readonly TaskId[] {
  if (!checkCount(checks, "task_ids", taskIds, 0, LIMITS.maxOperationIds)) {
    return [];
  }
  const seen = new Set<TaskId>();
  for (const [index, text] of taskIds.entries()) {
    const field = `task_ids[${index}]`;
    const id = checkTaskId(checks, field, text);
    if (seen.has(id) && id === text) {
      checks.refuse(field, "is given twice");
    }
    seen.add(id);
  }
  return [...seen];
}

function checkFilter(checks: FieldChecks, input: TaskFilterInput, kind: OperationKind): TaskFilter {
  const { queue, types, concurrencyKey, failureType, submittedFrom, submittedBefore } = input;
  checkName(checks, "filter.queue", queue);
  if (checkCount(checks, "filter.types", types, 0, LIMITS.maxSubscriptionTypes)) {
    for (const [index, type] of types.entries()) {
      checkName(checks, `filter.types[${index}]`, type);
    }
  }
  checkKey(checks, "filter.concurrency_key", concurrencyKey);
  if (failureType !== "") {
    checkText(checks, "filter.failure_type", failureType, LIMITS.maxFailureTypeBytes);
  }
  const labels = checkMap(checks, "filter.labels", input.labels, LABELS);
  const filter = {
    queue: queue as QueueName,
    states: statesOf(checks, input.states, kind),
    types: types as readonly TaskType[],
    // In an order of their own, so that a repeat is told whatever order its client writes them in.
    labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    concurrencyKey: concurrencyKey || null,
    failureType: failureType || null,
    submittedFromMs:
      submittedFrom && checkTimestamp(checks, "filter.submitted_from", submittedFrom),
    submittedBeforeMs:
      submittedBefore && checkTimestamp(checks, "filter.submitted_before", submittedBefore),
  };
  const { submittedFromMs, submittedBeforeMs } = filter;
  if (
    submittedFromMs !== null &&
    submittedBeforeMs !== null &&
    submittedFromMs >= submittedBeforeMs
  ) {
    checks.refuse("filter.submitted_before", "must be later than submitted_from");
  }
  if (!input.all && isEmpty(filter, kind)) {
    checks.refuse(
      "filter",
      `matches every task of the queue: say so with "all", or add a condition`,
    );
  }
  return filter;
}

/** Whether a filter chooses whatever the kind of operation may take of a queue. */
function isEmpty(filter: TaskFilter, kind: OperationKind): boolean {
  const { states, types, labels, concurrencyKey, failureType } = filter;
  const isAnyState = STATES_OF_KIND[kind].usual.every((state) => states.includes(state));
  return (
    isAnyState &&
    types.length === 0 &&
    Object.keys(labels).length === 0 &&
    concurrencyKey === null &&
    failureType === null &&
    filter.submittedFromMs === null &&
    filter.submittedBeforeMs === null
  );
}

function statesOf(
  checks: FieldChecks,
  states: readonly (TaskState | null)[],
  kind: OperationKind,
): readonly TaskState[] {
  const { possible, usual } = STATES_OF_KIND[kind];
  const chosen = checkStates(checks, "filter.states", states, LIMITS.maxFilterStates, (state) =>
    possible.includes(state)
      ? null
      : `cannot be ${state}: a ${kind} takes tasks that are ${possible.join(", ")}`,
  );
  return chosen.length === 0 ? usual : chosen;
}
