import type { NewTask, SubmitOutcome } from "../../dispatch/contract.ts";
import { assertNever, TaskError } from "../../domain/errors.ts";
import { fingerprintOf, newTaskId, type TaskId, taskIdOfRequest } from "../../domain/ids.ts";
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
      return { taskId: outcome.id ?? task.id, deduplicated: false };
    case "known":
      return { taskId: outcome.id ?? task.id, deduplicated: true };
    case "reused":
      return reused(task, outcome.id ?? task.id, outcome.differing ?? []);
    case "full":
      return full(task, outcome);
    default:
      return assertNever(outcome.kind);
  }
}

/** How soon it pays to try again: some of the backlog is worked off by then, or it is far too long. */
const FULL_RETRY_AFTER_MS = 1_000;

function full({ spec }: NewTask, { full }: SubmitOutcome): TaskError {
  const { of = "queue", limit = 0, partitions } = full ?? {};
  const what = of === "queue" ? `queue ${spec.queue}` : `key ${shownKey(spec.concurrencyKey)}`;
  const most = limit === 1 ? "1 task may wait" : `${limit} tasks may wait`;
  const isShare = partitions !== undefined;
  const where = isShare
    ? ` in the partition of the task, one of ${partitions} that share the queue's limit`
    : "";
  return new TaskError("QUEUE_FULL", `the backlog of the ${what} is full: ${most}${where}`, {
    retryAfterMs: FULL_RETRY_AFTER_MS,
    metadata: {
      queue: spec.queue,
      of,
      limit: String(limit),
      ...(isShare && { partitions: String(partitions) }),
    },
  });
}

function reused({ spec }: NewTask, id: TaskId, fields: readonly string[]): TaskError {
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
