import type { QueueStats } from "../../store.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { allowanceOf } from "./limits.ts";

const NOTHING = { paused: 0, held: 0, concurrency: 0, rate: 0, key: 0, ordering: 0 } as const;

type Blocked = Pick<QueueStats, "blockedBy" | "blockedKeys">;

/** Says how many READY tasks of a queue are held back, and by what. */
export function blockedOf(
  tx: Transaction,
  queue: QueueKey,
  flow: QueueFlow,
  ready: number,
): Blocked {
  const { statements } = tx;
  if (ready === 0) {
    return {};
  }
  const parked = statements.parkedFigures.get(queue.id);
  const blockedKeys = parked?.lanes ? (statements.parkedKeys.get(queue.id)?.keys ?? 0) : 0;
  const keys = blockedKeys === 0 ? {} : { blockedKeys };
  const { heldBy } = allowanceOf(tx, queue, flow, 1);
  if (heldBy !== null) {
    return { blockedBy: { ...NOTHING, [heldBy]: ready }, ...keys };
  }
  const key = parked?.tasks ?? 0;
  const ordering = tx.behindOf(queue);
  return key + ordering === 0 ? keys : { blockedBy: { ...NOTHING, key, ordering }, ...keys };
}
