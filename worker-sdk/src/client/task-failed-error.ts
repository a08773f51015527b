import type { TaskInfo } from "./task-info.ts";

/** What `TaskClient.await` rejects with if the task ends as DEAD, CANCELLED or EXPIRED. */
export class TaskFailedError extends Error {
  override readonly name: string = "TaskFailedError";
  /** The task as it ended: `state` says how, `lastFailure` why its last attempt failed. */
  readonly task: TaskInfo;

  constructor(task: TaskInfo) {
    const why = task.state === "CANCELLED" ? task.cancelReason : (task.lastFailure?.message ?? "");
    super(`the task ${task.id} is ${task.state}${why === "" ? "" : `: ${why}`}`);
    this.task = task;
  }
}
