import { isTaskId } from "../ids.ts";
import { TASK_STATES } from "../task-state.ts";
import { expectSound, isMapOfTexts } from "../undecodable.ts";
import { type Operation, type OperationTarget, STATES_OF_KIND } from "./operation.ts";

const STATUSES: readonly string[] = ["RUNNING", "STOPPING", "DONE", "STOPPED"];

/** Packs an operation for a store. */
export function encodeOperation(operation: Operation): Buffer {
  return Buffer.from(JSON.stringify(operation));
}

/** Unpacks what {@link encodeOperation} packed; throws where it is something else. */
export function decodeOperation(bytes: Buffer): Operation {
  const operation = JSON.parse(bytes.toString()) as Operation;
  expectSound(isOperation(operation));
  return operation;
}

function isOperation(operation: Operation): boolean {
  const { id, definition, status, plan, skipped, failed } = operation;
  return (
    typeof id === "string" &&
    STATUSES.includes(status) &&
    Object.hasOwn(STATES_OF_KIND, definition.kind) &&
    isTarget(definition.target) &&
    [definition.requestId, definition.reason, operation.startedBy, operation.fingerprint].every(
      (each) => typeof each === "string",
    ) &&
    [
      definition.maxTasks,
      definition.tasksPerSecond,
      operation.startedAtMs,
      operation.nextAtMs,
      operation.at,
      operation.planned,
      operation.done,
      ...Object.values(skipped),
      ...Object.values(failed),
    ].every(Number.isFinite) &&
    definition.tasksPerSecond > 0 &&
    (plan === null || (plan.ids.every(isTaskId) && Number.isFinite(plan.tries)))
  );
}

function isTarget(target: OperationTarget): boolean {
  if (target.kind === "ids") {
    return target.ids.every(isTaskId) && Number.isFinite(target.total);
  }
  const { states, types, labels, queue } = target.filter;
  return (
    typeof queue === "string" &&
    states.every((state) => TASK_STATES.includes(state)) &&
    types.every((type) => typeof type === "string") &&
    isMapOfTexts(labels)
  );
}
