import type { SubmitOptions } from "./submitting/submit-spec.ts";

/** The task that each firing of a schedule, or each matching event, makes. */
export interface TaskTemplate
  extends Omit<SubmitOptions, "requestId" | "delayMs" | "runAtMs" | "contentType"> {
  readonly queue: string;
  readonly type: string;
}

/** Leaves out what a template may not have, whatever a caller without types says. */
export function templateOptions(task: TaskTemplate): SubmitOptions {
  const { queue: _queue, type: _type, ...options } = task;
  return options;
}
