import type { TaskState } from "../../../domain/task-state.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";

/** Forgets a task with all that belongs to it, but for its lines, which it has left. */
export function forgetTask(tx: Transaction, queue: QueueKey, seq: number, state: TaskState): void {
  const { statements } = tx;
  statements.deleteTask.run(seq);
  statements.deleteState.run(seq);
  statements.deleteSpec.run(seq);
  statements.deleteDetails.run(seq);
  statements.deleteResult.run(seq);
  tx.purged(queue, state);
}
