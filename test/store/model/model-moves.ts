import type { AttemptEnd } from "../../../server/src/domain/task.ts";
import type { Hold } from "../../../server/src/store/store.ts";
import type { ModelTask } from "./model-task.ts";

/** How a task's state is left behind. */
export interface Moves {
  readonly nowMs: number;
  /** Takes note of the attempt of a lease that ends, before anything else of the task changes. */
  noteEnd(task: ModelTask, outcome: AttemptEnd): void;
  finish(task: ModelTask, state: ModelTask["state"]): void;
  /** Returns the state that the task is in then. */
  giveBack(task: ModelTask, delayMs: number): ModelTask["state"];
  promote(task: ModelTask): void;
  /** Holds what a release asked to hold. */
  hold(task: ModelTask, hold: Hold): void;
}
