import type { TaskId } from "../domain/ids.ts";
import type { Task } from "../domain/task.ts";
import type { TaskState } from "../domain/task-state.ts";
import type { Holding } from "../store/store.ts";

/** Why a task is not running. */
export interface Explanation {
  readonly task: Task;
  readonly summary: string;
  /** The decisive one first; empty for a task that runs or is final. */
  readonly reasons: readonly ExplanationReason[];
}

/** What can keep a task from running; `QUEUE_*`, `CONCURRENCY_LIMIT` and `RATE_LIMIT` are of its queue. */
export type ExplainCode =
  | "DELAYED"
  | "BACKING_OFF"
  | "QUEUE_PAUSED"
  | "QUEUE_HELD"
  | "CONCURRENCY_LIMIT"
  | "RATE_LIMIT"
  | "ORDERING_KEY"
  | "KEY_PAUSED"
  | "KEY_HELD"
  | "KEY_CONCURRENCY_LIMIT"
  | "KEY_RATE_LIMIT"
  | "NO_WORKER"
  | "NO_CREDIT"
  | "SUSPECT"
  | "BEHIND_OTHERS";

/** One thing that keeps a task from running. */
export interface ExplanationReason {
  readonly code: ExplainCode;
  readonly detail: string;
  /** How long it will last; absent where that is not known. */
  readonly remainingMs?: number;
  /** How many tasks are ahead: of the queue, of its concurrency key, or of its ordering key. */
  readonly ahead?: number;
  /** How many keys are dealt to before its own. */
  readonly keysAhead?: number;
  /** The limit that is reached, and by whom. */
  readonly concurrency?: Holding;
  /** The task that those of its ordering key wait for. */
  readonly head?: { readonly id: TaskId; readonly state: TaskState };
  /** The concurrency key or the ordering key that it is about. */
  readonly key?: string;
}
