import { isSuspect } from "../../../domain/crashes.ts";
import { strideOf } from "../../../domain/flow/deal.ts";
import { PINNED, SUSPECT } from "../../../domain/specs/spec-codec.ts";
import type { FoundTask, QueueKey, Transaction } from "../client/transaction.ts";
import type { CrashedTask, TaskRow } from "../statements/rows.ts";
import { enterLane, isCompeting, leaveLane, letInAfterLease, virtualTime } from "./lanes.ts";
import { termsOfKey } from "./limits.ts";
import { enterScheduled, leaveHolders, leaveScheduled } from "./members.ts";
import {
  advanceOrder,
  enterBehind,
  holdOrder,
  isHead,
  joinOrder,
  leaveBehind,
  type OrderedTask,
  orderedTaskOf,
  setHead,
} from "./order.ts";
import { enterReadyIndex } from "./ready-index.ts";

/** What a task that is READY again is leased by: its kind, or that of the suspects of its type. */
export function lineKindOf({ kind, crashes, max_crashes }: CrashedTask): string {
  const isApart = !kind.startsWith(PINNED) && isSuspect(crashes, max_crashes);
  return isApart ? SUSPECT + kind : kind;
}

/** Puts a task that is READY now in line, or behind the head of its ordering key. */
export function enterLine(tx: Transaction, queue: QueueKey, row: TaskRow): void {
  const ordered = orderedTaskOf(row);
  if (ordered === null || takeTurn(tx, queue, ordered)) {
    enterOwnLine(tx, queue, row);
  }
}

/** Has a READY task be the head of its ordering key, or go behind the one that is; returns whether it is it. */
export function takeTurn(tx: Transaction, queue: QueueKey, task: OrderedTask): boolean {
  const joined = joinOrder(tx, queue, task);
  if (joined === "head") {
    return true;
  }
  if (joined === "behind") {
    enterBehind(tx, queue, task);
    return false;
  }
  leaveLine(tx, queue, joined);
  setHead(tx.statements, queue, task);
  enterBehind(tx, queue, { ...task, seq: joined.seq, place: joined.place });
  return true;
}

/** The line of a task whose turn it is: its lane where it has a concurrency key, else the ready index. */
function enterOwnLine(tx: Transaction, queue: QueueKey, row: TaskRow): void {
  const { seq, place, concurrency_key: key } = row;
  const kind = lineKindOf(row);
  if (key !== null) {
    enterLane(tx, queue, kind, { seq, place, key });
  } else if (kind === row.kind) {
    enterReadyIndex(tx, queue, seq);
  } else {
    tx.statements.enterSuspects.run(seq);
  }
}

/** Takes a READY task out of its line. */
function leaveLine(tx: Transaction, queue: QueueKey, row: TaskRow): void {
  const ordered = orderedTaskOf(row);
  const { seq, place, concurrency_key: key } = row;
  if (ordered !== null && !isHead(tx, queue, ordered)) {
    leaveBehind(tx, queue, ordered);
  } else if (key !== null) {
    leaveLane(tx, queue, lineKindOf(row), { seq, place, key });
  } else {
    tx.statements.leaveReadyIndex.run(queue.id, place, seq);
  }
}

/** Takes a task out of all that has it for the state that it leaves, but not out of its order. */
export function leaveState(tx: Transaction, { queue, row }: FoundTask): void {
  const { seq, concurrency_key: key } = row;
  if (row.state === "READY") {
    leaveLine(tx, queue, row);
  }
  if (row.state === "SCHEDULED" && key !== null) {
    leaveScheduled(tx, queue, key, seq);
  }
  if (row.state === "LEASED") {
    endLease(tx, queue, { ...row, concurrencyKey: key ?? "" });
  }
}

/** A task that ran. */
interface RunTask extends CrashedTask {
  /** Empty where it has none. */
  readonly concurrencyKey: string;
  readonly started_at: number | null;
}

/** Notes that the lease of a task is over: lets its key go on, and charges it for the time. */
export function endLease(tx: Transaction, queue: QueueKey, task: RunTask): void {
  charge(tx, queue, task);
  freeKey(tx, queue, task);
}

/** Lets the concurrency key go on, where it has one, of a task whose lease is over. */
export function freeKey(
  tx: Transaction,
  queue: QueueKey,
  { seq, concurrencyKey: key }: Pick<RunTask, "seq" | "concurrencyKey">,
): void {
  if (key !== "") {
    leaveHolders(tx, queue, key, seq);
    letInAfterLease(tx, queue, key);
  }
}

/** Adds the time that an attempt ran to the tag of its lane, where the queue is fair by time. */
function charge(tx: Transaction, queue: QueueKey, task: RunTask): void {
  const { flow, id } = queue;
  const { concurrencyKey: key } = task;
  const ranMs = tx.nowMs - (task.started_at ?? tx.nowMs);
  if (flow?.settings.fairBy !== "TIME" || ranMs <= 0) {
    return;
  }
  const { statements } = tx;
  const own = statements.keySettings.get(id, key)?.settings ?? null;
  const stride = strideOf(termsOfKey(flow, key, own).weight);
  const cost = Math.round((ranMs / 1_000) * stride);
  const kind = lineKindOf(task);
  const time = virtualTime(tx, queue, kind);
  const hasTag = statements.chargeLane.run(time, cost, id, key, kind).changes > 0;
  // One that was worth nothing is kept from now on where that of another is.
  if (!hasTag && isCompeting(tx, queue, kind)) {
    statements.keepTag.run(id, key, kind, time + cost);
  }
}

/** Notes that a task waits for its time. */
export function enterWaiting(tx: Transaction, queue: QueueKey, row: TaskRow): void {
  if (row.concurrency_key !== null) {
    enterScheduled(tx, queue, row.concurrency_key, row.seq);
  }
}

/** Notes that a task is DEAD; it holds those of its ordering key still where the queue says so. */
export function died(tx: Transaction, found: FoundTask): void {
  const ordered = orderedTaskOf(found.row);
  const holds = found.queue.flow?.settings.onDead === "HOLD";
  if (ordered !== null && holds && isHead(tx, found.queue, ordered)) {
    holdOrder(tx, found.queue, ordered);
  } else {
    endTurn(tx, found);
  }
}

/** Has the next of its ordering key go on where it was the turn of a task that is over. */
export function endTurn(tx: Transaction, { queue, row }: FoundTask): void {
  const ordered = orderedTaskOf(row);
  if (ordered !== null && isHead(tx, queue, ordered)) {
    goOn(tx, queue, ordered);
  }
}

/** Has the next of an ordering key go on. */
export function goOn(
  tx: Transaction,
  queue: QueueKey,
  order: { readonly key: string; readonly orderingKey: string },
): void {
  const next = advanceOrder(tx, queue, order);
  if (next !== null) {
    enterOwnLine(tx, queue, next);
    tx.letIn(queue);
  }
}
