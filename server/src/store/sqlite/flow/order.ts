import { firstDueOfPlace } from "../client/place.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import type { TaskRow } from "../statements/rows.ts";

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

/**
 * Makes a READY task the head of its ordering key where there is none, or where it comes before one that has not begun:
 * it was due first, and became READY later, or again.
 *
 * @returns `head`, `behind` where it is behind another, or the row of the head that it is to take the place of
 */
export function joinOrder(
  { statements }: Transaction,
  queue: QueueKey,
  task: OrderedTask,
): "head" | "behind" | TaskRow {
  const head = statements.findHead.get(queue.id, task.key, task.orderingKey);
  if (head === undefined) {
    setHead(statements, queue, task);
    return "head";
  }
  if (head.seq === task.seq) {
    // A redriven one holds the others as before.
    setHead(statements, queue, task);
    return "head";
  }
  const firstDue = firstDueOfPlace(task.place);
  const isBefore =
    firstDue < head.first_due || (firstDue === head.first_due && task.seq < head.seq);
  const other = isBefore ? statements.taskBySeq.get(head.seq) : undefined;
  const isWaiting = other?.state === "READY" && other.token === 0;
  return other !== undefined && isWaiting ? other : "behind";
}

/** Makes a task the head of its ordering key, in place of another that there may be. */
export function setHead(
  { setHead: set }: Transaction["statements"],
  queue: QueueKey,
  { key, orderingKey, seq, place }: OrderedTask,
): void {
  set.run(queue.id, key, orderingKey, seq, firstDueOfPlace(place));
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
  setHead(statements, queue, { ...next, key, orderingKey });
  return statements.taskBySeq.get(next.seq) ?? null;
}
