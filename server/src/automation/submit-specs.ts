import type { SubmitOutcome } from "../dispatch/contract.ts";
import { TaskError } from "../domain/errors.ts";
import { fingerprintOf, taskIdOfRequest } from "../domain/ids.ts";
import type { TaskSpec } from "../domain/task.ts";
import type { NewTask } from "../store/store.ts";
import type { AutomationParts } from "./automation.ts";

/** What submitting needs. */
export type SubmitParts = Pick<AutomationParts, "dispatcher" | "log" | "onRequestIdTaken">;

/**
 * Submits tasks that have request ids; repeating it creates nothing. Returns why each was not stored, in
 * order, null where it was.
 *
 * Request ids that are derived belong to nobody else (0046). Where one does all the same, somebody submitted a task
 * under it: the log and a counter say so, and it counts as stored, since trying again would change nothing.
 */
export function submitSpecs(
  parts: SubmitParts,
  specs: readonly TaskSpec[],
): Promise<(TaskError | null)[]> {
  if (specs.length === 0) {
    return Promise.resolve([]);
  }
  return new Promise((resolve) => {
    parts.dispatcher.submit(specs.map(newTaskOf), (answer) => {
      resolve(
        specs.map((spec, at) => {
          const each = answer instanceof TaskError ? answer : answer[at];
          if (each instanceof TaskError) {
            return each;
          }
          if (each?.kind === "full") {
            return new TaskError("QUEUE_FULL", "the store refused a task that it owes");
          }
          if (each?.kind === "reused") {
            noteTaken(spec, each, parts);
          }
          return null;
        }),
      );
    });
  });
}

function noteTaken(
  { queue, requestId }: TaskSpec,
  { id = taskIdOfRequest(queue, requestId), differing: fields = [] }: SubmitOutcome,
  { log, onRequestIdTaken }: SubmitParts,
): void {
  onRequestIdTaken?.();
  log.error(
    { queue, task_id: id, request_id: requestId, fields },
    "a task of an event or a schedule was not made: another task has its request id",
  );
}

function newTaskOf(spec: TaskSpec): NewTask {
  return {
    id: taskIdOfRequest(spec.queue, spec.requestId),
    spec,
    fingerprint: fingerprintOf(spec.type, spec.payload),
    isOwed: true,
  };
}
