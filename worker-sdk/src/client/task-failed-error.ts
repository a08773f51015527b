import type { TaskInfo } from "./task-info.ts";

/** A task that was waited for ended without a result: DEAD, CANCELLED or EXPIRED. */
export class TaskFailedError extends Error {
  override readonly name: string = "TaskFailedError";
  /** The task as it ended; `lastFailure` says why an attempt failed. */
  readonly task: TaskInfo;

  constructor(task: TaskInfo) {
    const why = task.state === "CANCELLED" ? task.cancelReason : (task.lastFailure?.message ?? "");
    super(`the task ${task.id} is ${task.state}${why === "" ? "" : `: ${why}`}`);
    this.task = task;
  }
}
