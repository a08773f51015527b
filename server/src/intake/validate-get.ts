import { LIMITS } from "@baton/proto/shared";
import type { QueueName, TaskId } from "../domain/ids.ts";
import { checkName, FieldChecks } from "./validate-fields.ts";
import { checkTaskId } from "./validate-lease.ts";
import { checkText } from "./validate-text.ts";

/** Which task to return, as it comes from the wire. */
export interface GetInput {
  readonly taskId: string;
  readonly queue: string;
  readonly requestId: string;
}

/** A task by its id, or by the queue and the request id that it was submitted with. */
export type TaskReference =
  | { readonly taskId: TaskId }
  | { readonly queue: QueueName; readonly requestId: string };

/**
 * Checks which task a caller wants to have.
 *
 * @throws INVALID_FIELD
 */
export function validateGet({ taskId, queue, requestId }: GetInput): TaskReference {
  const checks = new FieldChecks("");
  if (queue === "" && requestId === "") {
    const id = checkTaskId(checks, "task_id", taskId);
    checks.throwIfWrong();
    return { taskId: id };
  }
  if (taskId !== "") {
    checks.refuse("task_id", "must be empty beside queue and request_id");
  }
  checkName(checks, "queue", queue);
  if (requestId === "") {
    checks.refuse("request_id", "is required beside queue");
  } else {
    checkText(checks, "request_id", requestId, LIMITS.maxRequestIdBytes);
  }
  checks.throwIfWrong();
  return { queue: queue as QueueName, requestId };
}
