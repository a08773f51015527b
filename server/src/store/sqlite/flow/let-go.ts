import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { letAllIn, letDueIn } from "./lanes.ts";
import { allowanceOf, forgetTimes } from "./limits.ts";
import { goOn } from "./line.ts";

/**
 * Lets go what nothing holds back any more: lanes whose time has come, all lanes since settings changed, and what is
 * behind dead tasks that hold no more. At most `limit` of each; returns the most that it did of one.
 */
export function letGo(tx: Transaction, queue: QueueKey, limit: number): number {
  return Math.max(
    forgetTimes(tx, queue, limit),
    letDueIn(tx, queue, limit),
    letAllIn(tx, queue, limit),
    passDeadHeads(tx, queue, limit),
  );
}

/** Has the next of ordering keys go on whose heads are DEAD, where the queue says no more that these hold. */
function passDeadHeads(tx: Transaction, queue: QueueKey, limit: number): number {
  if (queue.flow?.settings.onDead === "HOLD") {
    return 0;
  }
  const heads = tx.statements.deadHeads.all(queue.id, limit);
  for (const { key, ordering_key: orderingKey } of heads) {
    goOn(tx, queue, { key, orderingKey });
  }
  return heads.length;
}

/** When time lets something of a queue go next; null where nothing waits for that. */
export function nextLetGoAt(tx: Transaction, queue: QueueKey, flow: QueueFlow): number | null {
  if (flow.letInAfter !== null) {
    return tx.nowMs;
  }
  const times = [
    tx.statements.nextLaneAt.get(queue.id)?.at ?? null,
    allowanceOf(tx, queue, flow, 1).untilMs,
  ].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}
