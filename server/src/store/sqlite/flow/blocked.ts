import type { QueueStats } from "../../store.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { allowanceOf } from "./limits.ts";

const NOTHING = { paused: 0, held: 0, concurrency: 0, rate: 0, key: 0, ordering: 0 } as const;

/** Figures are asked for every few seconds, and hold up everything else. */
const MAX_COUNTED = 1_000;

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
  const parked = parkedIn(statements, queue);
  const keys = parked.keys === 0 ? {} : { blockedKeys: parked.keys };
  const { heldBy } = allowanceOf(tx, queue, flow, 1);
  if (heldBy !== null) {
    return { blockedBy: { ...NOTHING, [heldBy]: ready }, ...keys };
  }
  const ordering = tx.behindOf(queue);
  const isAny = parked.tasks + ordering > 0;
  return isAny ? { blockedBy: { ...NOTHING, key: parked.tasks, ordering }, ...keys } : keys;
}

/** How many keys are parked and how many tasks they have; where very many are, as many as some of them let expect. */
function parkedIn(
  statements: Transaction["statements"],
  { id }: QueueKey,
): { keys: number; tasks: number } {
  const some = statements.someParked.all(id, MAX_COUNTED);
  const keys = new Set(some.map(({ key }) => key)).size;
  const tasks = some.reduce((sum, lane) => sum + lane.tasks, 0);
  if (some.length < MAX_COUNTED) {
    return { keys, tasks };
  }
  const share = (statements.countParked.get(id)?.lanes ?? 0) / some.length;
  return { keys: Math.round(keys * share), tasks: Math.round(tasks * share) };
}
