import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Operation } from "../../domain/operations/operation.ts";
import type { Moved } from "../../domain/operations/operation-step.ts";
import {
  type CancelOutcome,
  type DeleteOutcome,
  type RedriveOutcome,
  type RunNowOutcome,
  type Store,
  StoreError,
} from "../../store/store.ts";

type MoveOutcome = RedriveOutcome | DeleteOutcome | RunNowOutcome | CancelOutcome;

/** What carries tasks of operations from one state to another. */
export type MovingStore = Pick<Store, "redrive" | "delete" | "runNow" | "cancel">;

/**
 * Moves the tasks that an operation planned. May be repeated (G17): what it moved once it does not move again.
 *
 * @param isRepeat whether somebody may have begun it before, so that what is found changed was done by it
 */
export async function moveTasks(
  store: MovingStore,
  operation: Operation,
  isRepeat: () => boolean,
): Promise<Moved[]> {
  const ids = operation.plan?.ids ?? [];
  const outcomes = await resultsOf<MoveOutcome>(ids.length, () => move(store, operation, ids));
  const isAgain = isRepeat();
  return outcomes.map((outcome) =>
    outcome instanceof StoreError ? "again" : movedOf(outcome, isAgain),
  );
}

function move(
  store: MovingStore,
  { definition, startedAtMs }: Operation,
  ids: readonly TaskId[],
): Promise<readonly MoveOutcome[]> {
  const { kind, reason } = definition;
  // What came of a task that was moved before was leased or ended after the start: it is not touched again.
  const options = { untouchedSinceMs: startedAtMs };
  switch (kind) {
    case "REDRIVE":
      return store.redrive(ids, options);
    case "DELETE":
      return store.delete(ids, options);
    case "RUN_NOW":
      return store.runNow(ids, options);
    case "CANCEL":
      return store.cancel(ids.map((taskId) => ({ taskId, reason })));
  }
}

function movedOf({ kind }: MoveOutcome, isRepeat: boolean): Moved {
  switch (kind) {
    case "ok":
      return "done";
    case "final":
      return "OTHER_STATE";
    case "repeated":
      return isRepeat ? "done" : "DONE_BEFORE";
    case "not_dead":
    case "not_final":
    case "not_scheduled":
      return isRepeat ? "done" : "OTHER_STATE";
    case "later":
      return isRepeat ? "done" : "CHANGED_LATER";
    case "not_found":
      return isRepeat ? "done" : "NOT_FOUND";
  }
}
