import type { TaskId } from "../domain/ids.ts";
import type { TaskState } from "../domain/task-state.ts";

/** What operators do to tasks that wait or have ended. Each method takes a batch and answers item by item, in order. */
export interface MovesStore {
  /**
   * Makes DEAD tasks READY with all their attempts and crashes again. They queue up anew, behind what is
   * due, and keep checkpoint and last failure.
   */
  redrive(batch: readonly TaskId[], options?: MoveOptions): Promise<RedriveOutcome[]>;

  /**
   * Makes SCHEDULED tasks READY before their time. One that was never leased is first due now, which is its place (G8,
   * G9), and its start deadline counts from now; another one keeps its place.
   */
  runNow(batch: readonly TaskId[], options?: MoveOptions): Promise<RunNowOutcome[]>;

  /**
   * Forgets final tasks with all that belongs to them, their request ids too: these may be used anew at once. Those
   * that a DEAD one held for its ordering key go on.
   */
  delete(batch: readonly TaskId[], options?: MoveOptions): Promise<DeleteOutcome[]>;
}

/** Which of the tasks to leave alone. */
export interface MoveOptions {
  /**
   * Moves only tasks that were not submitted, leased or ended at this time, by the store's clock, or later. Who moves
   * tasks that it saw before may repeat that without touching what came of them meanwhile.
   */
  readonly untouchedSinceMs?: number;
}

/** `ok`: READY again. `not_dead`: it is in another state. `later`: it died too late. Nothing changed but for `ok`. */
export type RedriveOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "not_dead"; readonly state: TaskState }
  | { readonly kind: "later" }
  | { readonly kind: "not_found" };

/** `ok`: READY now. `not_scheduled`: it is in another state. `later`: it was touched too late. */
export type RunNowOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "not_scheduled"; readonly state: TaskState }
  | { readonly kind: "later" }
  | { readonly kind: "not_found" };

/** `ok`: gone. `not_final`: it is in another state. `later`: it ended too late. Nothing changed but for `ok`. */
export type DeleteOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "not_final"; readonly state: TaskState }
  | { readonly kind: "later" }
  | { readonly kind: "not_found" };
