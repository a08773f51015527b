import { firstDueOfPlace } from "../client/place.ts";
import type { TaskRow } from "../client/rows.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";

/** A task of an ordering key, which lives within its concurrency key. */
export interface OrderedTask {
  readonly seq: number;
  readonly place: number;
  /** Empty where it has none. */
  readonly key: string;
  readonly orderingKey: string;
}

/** A task's row as one of an ordering key; null where it has none. */
export function orderedTaskOf(row: TaskRow): OrderedTask | null {
  const { seq, place, concurrency_key: key, ordering_key: orderingKey } = row;
  return orderingKey === null ? null : { seq, place, key: key ?? "", orderingKey };
}

/** Whether it is the turn of a task. */
export function isHead({ statements }: Transaction, queue: QueueKey, task: OrderedTask): boolean {
  return statements.findHead.get(queue.id, task.key, task.orderingKey)?.seq === task.seq;
}

/** Makes a READY task the head of its ordering key, or puts it behind the one that is; returns whether it is it. */
export function joinOrder(tx: Transaction, queue: QueueKey, task: OrderedTask): boolean {
  const head = tx.statements.findHead.get(queue.id, task.key, task.orderingKey);
  if (head === undefined) {
    tx.statements.setHead.run(queue.id, task.key, task.orderingKey, task.seq);
    return true;
  }
  if (head.seq === task.seq) {
    return true;
  }
  enterBehind(tx, queue, task);
  return false;
}

/** Puts a READY task behind the head of its ordering key (G9): by when it was first due, whatever its priority. */
export function enterBehind(tx: Transaction, queue: QueueKey, task: OrderedTask): void {
  const { seq, place, key, orderingKey } = task;
  tx.statements.enterBehind.run(queue.id, place, seq, key, orderingKey, firstDueOfPlace(place));
  tx.behindChanged(queue, 1);
}

/** Takes a task out from behind its head. */
export function leaveBehind(tx: Transaction, queue: QueueKey, task: OrderedTask): void {
  tx.statements.leaveReadyKeyed.run(queue.id, task.place, task.seq);
  tx.behindChanged(queue, -1);
}

/** Notes that the head of an ordering key is DEAD and holds the others. */
export function holdOrder({ statements }: Transaction, queue: QueueKey, task: OrderedTask): void {
  statements.markHeadDead.run(queue.id, task.key, task.orderingKey);
}

/** Makes the next of an ordering key its head; returns it, null where there is none. It is in no line yet. */
export function advanceOrder(
  tx: Transaction,
  queue: QueueKey,
  { key, orderingKey }: Pick<OrderedTask, "key" | "orderingKey">,
): TaskRow | null {
  const { statements } = tx;
  const next = statements.nextBehind.get(queue.id, key, orderingKey);
  if (next === undefined) {
    statements.deleteHead.run(queue.id, key, orderingKey);
    return null;
  }
  leaveBehind(tx, queue, { ...next, key, orderingKey });
  statements.setHead.run(queue.id, key, orderingKey, next.seq);
  return statements.taskBySeq.get(next.seq) ?? null;
}
