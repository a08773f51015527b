import type { TaskId } from "../../../domain/ids.ts";
import { isFinal } from "../../../domain/task-state.ts";
import type { DeleteOutcome, MoveOptions } from "../../store.ts";
import type { Transaction } from "../client/transaction.ts";
import { endTurn } from "../flow/line.ts";
import { forgetTask } from "../operations/forget.ts";

/** Forgets final tasks before their time. */
export function deleteTasks(
  tx: Transaction,
  batch: readonly TaskId[],
  options: MoveOptions,
): DeleteOutcome[] {
  return batch.map((taskId) => deleteOne(tx, taskId, options));
}

function deleteOne(tx: Transaction, taskId: TaskId, options: MoveOptions): DeleteOutcome {
  const found = tx.find(taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { queue, row } = found;
  if (!isFinal(row.state)) {
    return { kind: "not_final", state: row.state };
  }
  if (tx.hasEndedLater(row.seq, options)) {
    return { kind: "later" };
  }
  // A dead task may hold those behind it.
  endTurn(tx, found);
  forgetTask(tx, queue, row.seq, row.state);
  return { kind: "ok" };
}
