import type { QueueSession } from "../session/session.ts";
import type { FairShare } from "./fair-share.ts";
import { isOpen, type Subscribers } from "./subscribers.ts";
import type { TaskSupply } from "./task-supply.ts";

/** A lease call to make: who for, and for how many tasks its credit is reserved. */
export interface Pick {
  readonly queueSession: QueueSession;
  readonly reserved: number;
  /** Whether for a suspect. */
  readonly isApart: boolean;
  /** The last refill that was known of when the store was asked. */
  readonly atRefill: number;
}

/** What picks go by. */
export interface Picking {
  readonly subscribers: Subscribers;
  readonly supply: TaskSupply;
  readonly fair: FairShare;
  readonly maxGrantTasks: number;
}

/**
 * Lists the sessions that lease calls may be made for now, and has those wait for credit that have none open.
 *
 * @param skipped those that are not asked for again in this pass
 */
export function candidates(
  { subscribers, supply }: Picking,
  skipped: ReadonlySet<QueueSession>,
  nowMs: number,
): QueueSession[] {
  const found: QueueSession[] = [];
  const mayTake = (one: QueueSession) => isOpen(one) && !skipped.has(one);
  supply.suspects.keepSessions(subscribers, nowMs, mayTake);
  for (const queueSession of subscribers) {
    if (mayTake(queueSession) && !queueSession.isBusy && isWaiting(queueSession, supply, nowMs)) {
      const { credit } = queueSession.session;
      if (credit.open > 0) {
        found.push(queueSession);
      } else {
        credit.wait(queueSession);
      }
    }
  }
  return found;
}

/** Whether there may be something for a session that it may be given now. */
function isWaiting(queueSession: QueueSession, supply: TaskSupply, nowMs: number): boolean {
  const { solitude, credit } = queueSession.session;
  return solitude.isKeptFor(queueSession.queue)
    ? solitude.isQuiet(nowMs) && !credit.isReserved && credit.open > 0
    : !supply.isExhaustedFor(queueSession) && solitude.takesOthers(nowMs);
}

/**
 * Reserves credit of the candidates whose turn it is.
 *
 * @param onReserved told whose credit was reserved: others may be next to spend what is left of it
 */
export function pick(
  { supply, fair, maxGrantTasks }: Picking,
  waiting: readonly QueueSession[],
  onReserved: (queueSession: QueueSession) => void,
): Pick[] {
  const most = waiting.length > 1 ? fair.share(waiting.length) : maxGrantTasks;
  const width = fair.width(waiting.length);
  const picks: Pick[] = [];
  for (const queueSession of waiting) {
    const { session, queue } = queueSession;
    const isApart = session.solitude.isKeptFor(queue);
    const reserved = isApart
      ? Number(session.credit.reserveOne())
      : session.credit.reserve(queueSession, most, fair.turn(session.isQuick));
    if (reserved > 0) {
      picks.push({ queueSession, reserved, isApart, atRefill: supply.refills });
      onReserved(queueSession);
    }
    if (picks.length === width) {
      break;
    }
  }
  return picks;
}
