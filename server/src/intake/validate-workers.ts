import { LIMITS } from "@baton/proto/shared";
import type { DrainTarget, WorkerListQuery } from "../dispatch/worker-control.ts";
import type { TaskError } from "../domain/errors.ts";
import { isSessionId, type QueueName, type TaskType, type WorkerId } from "../domain/ids.ts";
import { checkName, FieldChecks } from "./validate-fields.ts";
import { checkPageSize } from "./validate-list.ts";
import { checkNote } from "./validate-text.ts";

/** Which workers to list, as it comes from the wire. */
export interface ListWorkersInput {
  readonly queue: string;
  readonly type: string;
  readonly workerId: string;
  readonly pageSize: number;
}

/** Checks which workers a caller wants to have listed. */
export function validateListWorkers(
  input: ListWorkersInput,
): Omit<WorkerListQuery, "after"> | TaskError {
  const checks = new FieldChecks("");
  const name = (field: string, value: string): string | null => {
    if (value !== "") {
      checkName(checks, field, value);
    }
    return value === "" ? null : value;
  };
  const query = {
    queue: name("queue", input.queue) as QueueName | null,
    type: name("type", input.type) as TaskType | null,
    workerId: name("worker_id", input.workerId) as WorkerId | null,
    limit: checkPageSize(checks, input.pageSize),
  };
  return checks.error() ?? query;
}

/** Checks which worker a caller wants to send home. */
export function validateDrainWorker(input: {
  readonly sessionId: string;
  readonly workerId: string;
  readonly reason: string;
}): { readonly whom: DrainTarget; readonly reason: string } | TaskError {
  const checks = new FieldChecks("");
  const { sessionId, workerId } = input;
  if ((sessionId === "") === (workerId === "")) {
    checks.refuse("session_id", "must be given or worker_id, and not both");
  } else if (sessionId === "") {
    checkName(checks, "worker_id", workerId);
  } else if (!isSessionId(sessionId)) {
    checks.refuse("session_id", "must be 16 of the characters A-Z a-z 0-9 _ -");
  }
  const reason = checkNote(checks, "reason", input.reason, LIMITS.maxReasonBytes);
  const whom: DrainTarget = isSessionId(sessionId)
    ? { sessionId }
    : { workerId: workerId as WorkerId };
  return checks.error() ?? { whom, reason };
}
