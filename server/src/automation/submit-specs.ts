import type { Dispatcher } from "../dispatch/contract.ts";
import { TaskError } from "../domain/errors.ts";
import { fingerprintOf, taskIdOfRequest } from "../domain/ids.ts";
import type { TaskSpec } from "../domain/task.ts";
import type { NewTask } from "../store/store.ts";

/**
 * Submits tasks that have request ids; repeating it creates nothing. Returns why each was not stored, in
 * order, null where it was. An answer of `reused` is as good as `known` to who derived the request id from
 * what the task stands for.
 */
export function submitSpecs(
  dispatcher: Pick<Dispatcher, "submit">,
  specs: readonly TaskSpec[],
): Promise<(TaskError | null)[]> {
  if (specs.length === 0) {
    return Promise.resolve([]);
  }
  return new Promise((resolve) => {
    dispatcher.submit(specs.map(newTaskOf), (answer) => {
      resolve(
        specs.map((_, at) => {
          const each = answer instanceof TaskError ? answer : answer[at];
          return each instanceof TaskError ? each : null;
        }),
      );
    });
  });
}

function newTaskOf(spec: TaskSpec): NewTask {
  return {
    id: taskIdOfRequest(spec.queue, spec.requestId),
    spec,
    fingerprint: fingerprintOf(spec.type, spec.payload),
  };
}
