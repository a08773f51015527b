import type { QueueName, TaskId, TaskType, WorkerId } from "../domain/ids.ts";
import type { Task } from "../domain/task.ts";
import type { TaskState } from "../domain/task-state.ts";

/** Which tasks to list, and how many. */
export interface ListFilter {
  readonly queue: QueueName;
  /** In this order. */
  readonly states: readonly TaskState[];
  readonly type: TaskType | null;
  /** Tasks must have all of them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly submittedFromMs: number | null;
  readonly submittedBeforeMs: number | null;
  /** Only tasks that this worker has, or had last. */
  readonly workerId?: WorkerId;
  /** Only tasks whose last failure is of this type. */
  readonly failureType?: string;
  /** Whether each state is listed from the end of its order. */
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/** A page to list. */
export interface ListQuery extends ListFilter {
  /** Where the page before ended; null for the first page. */
  readonly after: ListCursor | null;
}

/** A place in a listing. */
export interface ListCursor {
  readonly state: TaskState;
  /** The store's own measure of order within the state. */
  readonly order: number;
  /** Its measure among tasks of one order; 0 where that is their id. */
  readonly seq: number;
  readonly taskId: TaskId;
}

/** A page of tasks; it may hold fewer than asked for although more follow. */
export interface ListPage {
  readonly tasks: readonly Task[];
  /** Null where this was the last. */
  readonly next: ListCursor | null;
}
