import { LIMITS } from "@baton/proto/shared";
import type { ListFilter } from "../dispatch/contract.ts";
import type { TaskError } from "../domain/errors.ts";
import type { QueueName, TaskType, WorkerId } from "../domain/ids.ts";
import { DEFAULTS } from "../domain/limits.ts";
import { TASK_STATES, type TaskState } from "../domain/task-state.ts";
import { checkCount, checkInteger, checkName, FieldChecks } from "./validate-fields.ts";
import { LABELS } from "./validate-task-spec.ts";
import { checkMap, checkText } from "./validate-text.ts";
import { checkTimestamp, type TimestampInput } from "./validate-time.ts";

/** What to list, as it comes from the wire but for the states. */
export interface ListInput {
  readonly queue: string;
  /** Null for what is no state. */
  readonly states: readonly (TaskState | null)[];
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly submittedFrom: TimestampInput | null;
  readonly submittedBefore: TimestampInput | null;
  readonly newestFirst: boolean;
  readonly workerId: string;
  readonly failureType: string;
  readonly pageSize: number;
}

/** Checks what a caller wants to have listed. */
export function validateList(input: ListInput): ListFilter | TaskError {
  const checks = new FieldChecks("");
  checkName(checks, "queue", input.queue);
  if (input.type !== "") {
    checkName(checks, "type", input.type);
  }
  const list = {
    queue: input.queue as QueueName,
    states:
      input.states.length === 0
        ? TASK_STATES
        : checkStates(checks, "states", input.states, TASK_STATES.length),
    type: input.type === "" ? null : (input.type as TaskType),
    labels: checkMap(checks, "labels", input.labels, LABELS),
    submittedFromMs:
      input.submittedFrom && checkTimestamp(checks, "submitted_from", input.submittedFrom),
    submittedBeforeMs:
      input.submittedBefore && checkTimestamp(checks, "submitted_before", input.submittedBefore),
    ...checkEnded(checks, input),
    newestFirst: input.newestFirst,
    limit: checkPageSize(checks, input.pageSize),
  };
  return checks.error() ?? list;
}

/** Checks what tells who ran a task and how that went. */
function checkEnded(
  checks: FieldChecks,
  { workerId, failureType }: ListInput,
): Pick<ListFilter, "workerId" | "failureType"> {
  if (workerId !== "") {
    checkName(checks, "worker_id", workerId);
  }
  checkText(checks, "failure_type", failureType, LIMITS.maxFailureTypeBytes);
  return {
    ...(workerId !== "" && { workerId: workerId as WorkerId }),
    ...(failureType !== "" && { failureType }),
  };
}

/** Checks the size of a page; 0 asks for the default. */
export function checkPageSize(checks: FieldChecks, value: number): number {
  return value === 0
    ? DEFAULTS.pageSize
    : checkInteger(checks, "page_size", value, 1, LIMITS.maxPageSize);
}

/**
 * Checks a list of states, of which none may be there twice.
 *
 * @param refusalOf why one may not be there; null where it may
 * @returns those that are as they should be
 */
export function checkStates(
  checks: FieldChecks,
  field: string,
  states: readonly (TaskState | null)[],
  most: number,
  refusalOf: (state: TaskState) => string | null = () => null,
): TaskState[] {
  if (!checkCount(checks, field, states, 0, most)) {
    return [];
  }
  const seen = new Set<TaskState>();
  for (const [index, state] of states.entries()) {
    const refusal = state === null ? "is not a task state" : refusalOf(state);
    if (refusal !== null) {
      checks.refuse(`${field}[${index}]`, refusal);
    } else if (seen.has(state as TaskState)) {
      checks.refuse(`${field}[${index}]`, "is given twice");
    } else {
      seen.add(state as TaskState);
    }
  }
  return [...seen];
}
