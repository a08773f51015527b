import type { NewTask, SubmitOutcome } from "../../dispatch/contract.ts";
import { assertNever, TaskError } from "../../domain/errors.ts";
import { fingerprintOf, newTaskId, taskIdOfRequest } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { shownKey } from "../../intake/validate-text.ts";
import type { Sent } from "../wire.ts";

/** Gives a task its id: derived from the request id where there is one (G2), else new. */
export function toNewTask(spec: TaskSpec, nowMs: number): NewTask {
  if (spec.requestId === "") {
    return { id: newTaskId(spec.queue, nowMs), spec, fingerprint: "" };
  }
  return {
    id: taskIdOfRequest(spec.queue, spec.requestId),
    spec,
    fingerprint: fingerprintOf(spec.type, spec.payload),
  };
}

/** Says that a task is stored, or why it is not. */
export function toReceipt(
  task: NewTask,
  outcome: SubmitOutcome | TaskError,
): Sent<"SubmitReceipt"> | TaskError {
  if (outcome instanceof TaskError) {
    return outcome;
  }
  switch (outcome.kind) {
    case "created":
      return { taskId: task.id, deduplicated: false };
    case "known":
      return { taskId: task.id, deduplicated: true };
    case "reused":
      return reused(task, outcome.differing ?? []);
    default:
      return assertNever(outcome.kind);
  }
}

function reused({ id, spec }: NewTask, fields: readonly string[]): TaskError {
  const isKnown = fields.length > 0;
  const what = isKnown ? fields.join(", ") : "type or payload";
  return new TaskError(
    "REQUEST_ID_REUSED",
    `the request id ${shownKey(spec.requestId)} belongs to a task with another ${what}`,
    {
      metadata: { task_id: id, ...(isKnown && { fields: fields.join(",") }) },
    },
  );
}
