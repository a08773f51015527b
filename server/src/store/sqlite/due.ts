import { TRANSITIONS } from "../../domain/task-state.ts";
import { finish } from "./finish.ts";
import type { QueueKey, Transaction } from "./transaction.ts";

/** Expires at most `limit` tasks of the queue that can start no more. */
export function expireDue(tx: Transaction, queue: QueueKey, limit: number): number {
  const rows = tx.statements.expirable.all(queue.id, tx.nowMs, limit);
  for (const row of rows) {
    const state = TRANSITIONS[row.state].expire;
    if (state !== undefined) {
      finish(tx, { queue, row }, { state, ended: null });
    }
  }
  return rows.length;
}

/** Makes at most `limit` SCHEDULED tasks of the queue READY that are due. */
export function promoteDue(tx: Transaction, queue: QueueKey, limit: number): number {
  const rows = tx.statements.promotable.all(queue.id, tx.nowMs, limit);
  for (const row of rows) {
    tx.statements.promote.run(row.seq);
    tx.moved(queue, row.uid, row.state, "READY");
  }
  return rows.length;
}
