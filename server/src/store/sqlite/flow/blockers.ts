import { nextTokenAt, tatAt } from "../../../domain/flow/gcra.ts";
import type { RateLimit } from "../../../domain/flow/queue-settings.ts";
import { joinTaskId, queueOfTask, type TaskId, uniqueOfTask } from "../../../domain/ids.ts";
import type { Blockers, Holding, KeyBlockers, OrderBlocker } from "../../flow.ts";
import { firstDueOfPlace } from "../client/place.ts";
import { flowOfRow } from "../client/queue-key.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import type { TaskRow } from "../statements/rows.ts";
import { PLAIN_LANE, virtualTime } from "./lanes.ts";
import { termsOfKey } from "./limits.ts";
import { lineKindOf } from "./line.ts";
import { leasedOfKey } from "./members.ts";
import { isHead, orderedTaskOf } from "./order.ts";

const MAX_HOLDERS = 10;
// Bounds what it costs to count the keys before one.
const MAX_KEYS_AHEAD = 100_000;

/** Returns all that may hold a task back. */
export function blockers(tx: Transaction, id: TaskId): Blockers | null {
  const queue = tx.findQueue(queueOfTask(id));
  const row = queue && tx.statements.findTask.get(queue.id, uniqueOfTask(id));
  if (!queue || !row) {
    return null;
  }
  const flow = queue.flow ?? flowOfRow(null);
  const { settings } = flow;
  const isHeld = flow.heldUntilMs > tx.nowMs;
  return {
    isPaused: settings.isPaused,
    heldForMs: isHeld ? flow.heldUntilMs - tx.nowMs : null,
    concurrency: {
      limit: settings.concurrencyLimit,
      leased: tx.leasedOf(queue),
      holders: namesOf(queue, tx.statements.leasedTasks.all(queue.id, MAX_HOLDERS)),
    },
    nextTokenMs: nextTokenMs(tx, settings.rateLimit, flow.tatMs),
    key: row.concurrency_key === null ? null : keyBlockers(tx, queue, flow, row.concurrency_key),
    order: orderBlocker(tx, queue, row),
    ...aheadOf(tx, queue, row),
  };
}

function keyBlockers(tx: Transaction, queue: QueueKey, flow: QueueFlow, key: string): KeyBlockers {
  const times = tx.statements.timesOfKey.get(queue.id, key);
  const terms = termsOfKey(flow, key, times?.settings ?? null);
  const heldUntil = times?.held_until ?? 0;
  const concurrency: Holding = {
    limit: terms.concurrencyLimit,
    leased: leasedOfKey(tx, queue, key, Number.MAX_SAFE_INTEGER),
    holders: namesOf(queue, tx.statements.holdersOfKey.all(queue.id, key, MAX_HOLDERS)),
  };
  return {
    key,
    isPaused: terms.isPaused,
    weight: terms.weight,
    concurrency,
    nextTokenMs: nextTokenMs(tx, terms.rateLimit, times?.tat ?? 0),
    heldForMs: heldUntil > tx.nowMs ? heldUntil - tx.nowMs : null,
  };
}

function namesOf(queue: QueueKey, rows: readonly { readonly uid: string }[]): TaskId[] {
  return rows.map(({ uid }) => joinTaskId(queue.name, uid));
}

function nextTokenMs(
  { nowMs }: Transaction,
  rateLimit: RateLimit | null,
  tatMs: number,
): number | null {
  if (rateLimit === null) {
    return null;
  }
  const inMs = nextTokenAt(rateLimit, tatAt(rateLimit, tatMs, nowMs)) - nowMs;
  return inMs > 0 ? inMs : null;
}

function orderBlocker(tx: Transaction, queue: QueueKey, row: TaskRow): OrderBlocker | null {
  const task = orderedTaskOf(row);
  if (task === null || isHead(tx, queue, task)) {
    return null;
  }
  const { key, orderingKey, place, seq } = task;
  const { statements } = tx;
  const found = statements.findHead.get(queue.id, key, orderingKey);
  const head = found && statements.taskBySeq.get(found.seq);
  if (head === undefined) {
    return null;
  }
  const before = [queue.id, key, orderingKey, firstDueOfPlace(place), seq] as const;
  return {
    key: orderingKey,
    head: joinTaskId(queue.name, head.uid),
    state: head.state,
    ahead: statements.countBehindBefore.get(...before)?.tasks ?? 0,
  };
}

/** How many keys are dealt to before a READY task's, and how many tasks of its own are before it. */
function aheadOf(
  tx: Transaction,
  queue: QueueKey,
  row: TaskRow,
): Pick<Blockers, "keysAhead" | "aheadInKey"> {
  if (row.state !== "READY") {
    return { keysAhead: 0, aheadInKey: 0 };
  }
  const { statements } = tx;
  const key = row.concurrency_key ?? PLAIN_LANE;
  const kind = lineKindOf(row);
  const lane = statements.findLane.get(queue.id, key, kind);
  const tag = lane?.tag ?? virtualTime(tx, queue, kind);
  const lanes = statements.countLanesBefore.get(queue.id, kind, tag, key, MAX_KEYS_AHEAD)?.lanes;
  return { keysAhead: lanes ?? 0, aheadInKey: aheadInKey(tx, queue, row) };
}

function aheadInKey({ statements }: Transaction, queue: QueueKey, row: TaskRow): number {
  const { place, seq, concurrency_key: key } = row;
  const kind = lineKindOf(row);
  if (key !== null) {
    return statements.countInLaneBefore.get(queue.id, kind, key, place, seq)?.tasks ?? 0;
  }
  return queue.isByKind
    ? (statements.countOfKindBefore.get(queue.id, kind, place, seq)?.tasks ?? 0)
    : (statements.countAhead.get(queue.id, place, seq)?.ahead ?? 0);
}
