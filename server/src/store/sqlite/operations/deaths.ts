import type { QueueName } from "../../../domain/ids.ts";
import { type FailureCount, MAX_FAILURE_TYPES } from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";

/** Counts a task that dies; its failure is stored. */
export function countDeath(tx: Transaction, queue: QueueKey, seq: number): void {
  tx.statements.countDeath.run(queue.id, seq);
}

/** Counts a task as dead no more; its failure is still stored. */
export function uncountDeath(tx: Transaction, queue: QueueKey, seq: number): void {
  const { dropDeath, uncountDeath } = tx.statements;
  if (dropDeath.run(queue.id, seq).changes === 0) {
    uncountDeath.run(queue.id, seq);
  }
}

/** Counts the DEAD tasks of queues by the type of their failure. */
export function countDeaths(tx: Transaction, queues: readonly QueueName[]): FailureCount[][] {
  return queues.map((name) => {
    const queue = tx.findQueue(name);
    return queue === null ? [] : tx.statements.deaths.all(queue.id, MAX_FAILURE_TYPES);
  });
}
