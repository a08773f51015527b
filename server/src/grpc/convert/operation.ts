import type { OperationPreview } from "../../automation/operations/contract.ts";
import type {
  Operation,
  OperationKind,
  OperationStatus,
  TaskFilter,
} from "../../domain/operations/operation.ts";
import { isCut } from "../../domain/operations/operation-step.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import type { OperationInput } from "../../intake/validate-operation.ts";
import type { Received, Sent } from "../wire.ts";
import { fromWireState, toWireState } from "./task.ts";
import { toWireTime, toWireTimeOrNull } from "./time.ts";

type WireKind = Received<"Operation">["kind"];
type WireStatus = Received<"Operation">["state"];

const KINDS: Readonly<Record<OperationKind, WireKind>> = {
  REDRIVE: "OPERATION_KIND_REDRIVE",
  CANCEL: "OPERATION_KIND_CANCEL",
  DELETE: "OPERATION_KIND_DELETE",
  RUN_NOW: "OPERATION_KIND_RUN_NOW",
};

const STATUSES: Readonly<Record<OperationStatus, WireStatus>> = {
  RUNNING: "OPERATION_STATE_RUNNING",
  STOPPING: "OPERATION_STATE_STOPPING",
  DONE: "OPERATION_STATE_DONE",
  STOPPED: "OPERATION_STATE_STOPPED",
};

/** Reads what an operation is to be. */
export function fromWireOperation(request: Received<"StartOperationRequest">): OperationInput {
  const { filter } = request;
  const kinds = Object.entries(KINDS) as [OperationKind, WireKind][];
  return {
    ...request,
    kind: kinds.find(([, wire]) => wire === request.kind)?.[0] ?? null,
    filter: filter && { ...filter, states: filter.states.map(fromWireState) },
  };
}

/** Writes an operation. */
export function toWireOperation(operation: Operation | Undecodable): Sent<"Operation"> {
  if (operation instanceof Undecodable) {
    return { id: operation.recordName, error: operation.message };
  }
  const { definition, startedAtMs, endedAtMs } = operation;
  const { target } = definition;
  return {
    id: operation.id,
    requestId: definition.requestId,
    kind: KINDS[definition.kind],
    filter: target.kind === "filter" ? toWireFilter(target.filter) : null,
    namedTasks: target.kind === "ids" ? target.total : 0,
    maxTasks: definition.maxTasks,
    tasksPerSecond: definition.tasksPerSecond,
    reason: definition.reason,
    startedBy: operation.startedBy,
    startTime: toWireTime(startedAtMs),
    endTime: toWireTimeOrNull(endedAtMs),
    state: STATUSES[operation.status],
    cut: isCut(operation),
    done: operation.done,
    skipped: { ...operation.skipped },
    failed: { ...operation.failed },
  };
}

/** Writes what an operation would do. */
export function toWirePreview(preview: OperationPreview): Sent<"OperationPreview"> {
  const { tasks, sample, isComplete } = preview;
  return { tasks, sampleTaskIds: [...sample], complete: isComplete };
}

function toWireFilter(filter: TaskFilter): Sent<"TaskFilter"> {
  return {
    queue: filter.queue,
    states: filter.states.map(toWireState),
    types: [...filter.types],
    labels: filter.labels,
    concurrencyKey: filter.concurrencyKey ?? "",
    failureType: filter.failureType ?? "",
    submittedFrom: toWireTimeOrNull(filter.submittedFromMs),
    submittedBefore: toWireTimeOrNull(filter.submittedBeforeMs),
  };
}
