import type { TaskState } from "../../../domain/task-state.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { uncountDeath } from "./deaths.ts";

/** Forgets a task with all that belongs to it, but for its lines, which it has left. */
export function forgetTask(tx: Transaction, queue: QueueKey, seq: number, state: TaskState): void {
  const { statements } = tx;
  if (state === "DEAD") {
    uncountDeath(tx, queue, seq);
  }
  statements.deleteTask.run(seq);
  statements.deleteState.run(seq);
  statements.deleteSpec.run(seq);
  statements.deleteDetails.run(seq);
  statements.deleteResult.run(seq);
  tx.purged(queue, state);
}
