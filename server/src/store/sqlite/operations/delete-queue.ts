import type { QueueName } from "../../../domain/ids.ts";
import type { DeleteQueueOutcome } from "../../flow.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { forgetTimesOfKeys } from "../flow/limits.ts";
import { endTurn, leaveState } from "../flow/line.ts";
import { forgetTask } from "./forget.ts";

/** How many rows a call deletes: no transaction is to take long. */
const MAX_ROWS = 1_000;

/** Forgets a queue with all that belongs to it, a part with each call. */
export function deleteQueue(tx: Transaction, name: QueueName, purge: boolean): DeleteQueueOutcome {
  const queue = tx.findQueue(name);
  const tasks = queue === null ? 0 : tx.keptOf(queue);
  if (queue === null || (tasks === 0 && tx.statements.usedQueue.get(name) === undefined)) {
    return { kind: "not_found" };
  }
  if (tasks > 0 && !purge) {
    return { kind: "has_tasks", tasks };
  }
  if (forgetTasks(tx, queue) || forgetKeys(tx, queue) || forgetSessions(tx, queue)) {
    return { kind: "more" };
  }
  const { statements } = tx;
  statements.deleteFlow.run(queue.id);
  statements.deleteQueue.run(queue.id);
  tx.queueDeleted(queue);
  return { kind: "ok" };
}

/** Forgets some tasks, whatever their states; returns whether there may be more. */
function forgetTasks(tx: Transaction, queue: QueueKey): boolean {
  const rows = tx.statements.someTasks.all(queue.id, MAX_ROWS);
  for (const { seq } of rows) {
    const row = tx.statements.taskBySeq.get(seq);
    if (row !== undefined) {
      leaveState(tx, { queue, row });
      forgetTask(tx, queue, seq, row.state);
      endTurn(tx, { queue, row });
      queue.leased.delete(row.uid);
    }
  }
  return rows.length === MAX_ROWS;
}

function forgetKeys(tx: Transaction, queue: QueueKey): boolean {
  const { statements } = tx;
  const lanes = statements.someLanes.all(queue.id, MAX_ROWS);
  for (const { key, kind } of lanes) {
    statements.dropLane.run(queue.id, key, kind);
    statements.dropVirtualTime.run(queue.id, kind);
  }
  const keys = statements.someSetKeys.all(queue.id, MAX_ROWS);
  for (const { key } of keys) {
    statements.deleteKeySettings.run(queue.id, key);
  }
  const times = forgetTimesOfKeys(tx, queue, Number.MAX_SAFE_INTEGER, MAX_ROWS);
  return Math.max(lanes.length, keys.length, times) === MAX_ROWS;
}

function forgetSessions(tx: Transaction, queue: QueueKey): boolean {
  const { statements } = tx;
  const sessions = statements.deadSessions.all(queue.id, Number.MAX_SAFE_INTEGER, MAX_ROWS);
  for (const { id } of sessions) {
    statements.deleteNotices.run(id);
    statements.deleteAbout.run(id);
    statements.deleteSession.run(id);
  }
  return sessions.length === MAX_ROWS;
}
