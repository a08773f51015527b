import {
  fingerprintOf,
  type QueueName,
  type TaskType,
  taskIdOfRequest,
} from "../../server/src/domain/ids.ts";
import type { Task } from "../../server/src/domain/task.ts";
import type { NewTask } from "../../server/src/store/store.ts";
import { isFinalState } from "../crash/support/checker/ledger.ts";
import type { TaskSeen } from "../crash/support/history/events.ts";
import { hashOf } from "../crash/support/history/history.ts";
import type { PlannedTask } from "../crash/support/load/plan.ts";
import { newSpec } from "../support/task-factory.ts";

/** Makes of a plan what a dispatcher makes of a submit. */
export function toNewTask(
  task: PlannedTask,
  isConflict: boolean,
  attemptTimeoutMs: number,
): NewTask {
  const plan = isConflict ? { ...task.plan, padding: "another" } : task.plan;
  const spec = newSpec({
    queue: task.queue as string as QueueName,
    type: "simulated" as TaskType,
    payload: Buffer.from(JSON.stringify(plan)),
    contentType: "application/json",
    headers: { op: task.plan.op },
    requestId: task.requestId,
    concurrencyKey: task.concurrencyKey,
    orderingKey: task.orderingKey,
    attemptTimeoutMs,
    due: task.delayMs === 0 ? { kind: "now" } : { kind: "after", delayMs: task.delayMs },
    retryPolicy: {
      maxAttempts: task.maxAttempts,
      maxCrashes: task.maxCrashes,
      initialBackoffMs: 50,
      maxBackoffMs: 5_000,
      multiplier: 2,
      nonRetryableTypes: [],
    },
  });
  const hasRequestId = task.requestId !== "";
  return {
    // Without a request id any id will do; one that the seed decides can be found again.
    id: taskIdOfRequest(spec.queue, hasRequestId ? spec.requestId : `without ${task.plan.op}`),
    spec,
    fingerprint: hasRequestId ? fingerprintOf(spec.type, spec.payload) : "",
  };
}

/** A task as histories know it. */
export function toTaskSeen(task: Task): TaskSeen {
  return {
    taskId: task.id,
    state: task.state,
    attempt: task.attempt,
    maxAttempts: task.spec.retryPolicy.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    resultHash: task.result === null ? "" : hashOf(task.result.value),
    op: task.spec.headers.op ?? "",
    finishedAtMs: isFinalState(task.state) ? task.finishedAtMs : null,
    failureType: task.lastFailure?.type ?? "",
    submittedAtMs: task.submittedAtMs,
  };
}
