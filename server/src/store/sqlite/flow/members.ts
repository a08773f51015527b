import type { QueueKey, Transaction } from "../client/transaction.ts";

const SCHEDULED = 0;
const LEASED = 1;

/** Counts a task of a concurrency key that waits for its time. */
export function enterScheduled(tx: Transaction, queue: QueueKey, key: string, seq: number): void {
  tx.statements.insertMember.run(queue.id, key, SCHEDULED, seq);
}

/** It waits for its time no more. */
export function leaveScheduled(tx: Transaction, queue: QueueKey, key: string, seq: number): void {
  tx.statements.deleteMember.run(queue.id, key, SCHEDULED, seq);
}

/** Its lease is over. */
export function leaveHolders(tx: Transaction, queue: QueueKey, key: string, seq: number): void {
  tx.statements.deleteMember.run(queue.id, key, LEASED, seq);
}

/** How many tasks of a key are LEASED; at most `limit`, which bounds what counting costs. */
export function leasedOfKey(tx: Transaction, queue: QueueKey, key: string, limit: number): number {
  return tx.statements.countMembers.get(queue.id, key, LEASED, limit)?.members ?? 0;
}

/** How many tasks of a key are SCHEDULED or READY; counts `limit` of some kinds at most. */
export function waitingOfKey(tx: Transaction, queue: QueueKey, key: string, limit: number): number {
  const { statements } = tx;
  return (
    (statements.countInLanes.get(queue.id, key)?.tasks ?? 0) +
    (statements.countBehind.get(queue.id, key, limit)?.tasks ?? 0) +
    (statements.countMembers.get(queue.id, key, SCHEDULED, limit)?.members ?? 0)
  );
}
