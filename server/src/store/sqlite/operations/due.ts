import type { TaskId } from "../../../domain/ids.ts";
import { TRANSITIONS } from "../../../domain/task-state.ts";
import type { FoundTask, QueueKey, Transaction } from "../client/transaction.ts";
import { enterLine, leaveState } from "../flow/line.ts";
import { finish } from "./finish.ts";

/** Expires at most `limit` tasks of the queue that can start no more. */
export function expireDue(tx: Transaction, queue: QueueKey, limit: number): number {
  const rows = tx.statements.expirable.all(queue.id, tx.nowMs, limit);
  for (const row of rows) {
    expire(tx, { queue, row });
  }
  return rows.length;
}

/** Expires a task that can start no more. */
export function expireTask(tx: Transaction, id: TaskId): void {
  const found = tx.find(id);
  if (found !== null) {
    expire(tx, found);
  }
}

function expire(tx: Transaction, found: FoundTask): void {
  const state = TRANSITIONS[found.row.state].expire;
  if (state !== undefined) {
    finish(tx, found, { state, ended: null });
  }
}

/** Makes at most `limit` SCHEDULED tasks of the queue READY that are due. */
export function promoteDue(tx: Transaction, queue: QueueKey, limit: number): number {
  const rows = tx.statements.promotable.all(queue.id, tx.nowMs, limit);
  for (const row of rows) {
    leaveState(tx, { queue, row });
    tx.statements.promote.run(row.place, row.seq);
    enterLine(tx, queue, row);
    tx.moved(queue, row.uid, row.state, "READY");
  }
  return rows.length;
}
