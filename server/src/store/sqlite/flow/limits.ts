import { nextTokenAt, tatAfter, tatAt, tokensOf } from "../../../domain/flow/gcra.ts";
import type { KeySettings, RateLimit } from "../../../domain/flow/queue-settings.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import type { LaneRow } from "../statements/flow-statements.ts";
import { PLAIN_LANE } from "./lanes.ts";
import { leasedOfKey } from "./members.ts";

/** How many tasks a queue may lease now, whatever they are. */
export interface Allowance {
  readonly grants: number;
  /** What keeps it from more; null where nothing does. */
  readonly heldBy: "paused" | "held" | "concurrency" | "rate" | null;
  /** When time lets more go; null where something else does. */
  readonly untilMs: number | null;
}

/** Says how many of some tasks a queue may lease (G10, G14). */
export function allowanceOf(
  tx: Transaction,
  queue: QueueKey,
  flow: QueueFlow,
  wanted: number,
): Allowance {
  const { isPaused, concurrencyLimit, rateLimit } = flow.settings;
  if (isPaused) {
    return { grants: 0, heldBy: "paused", untilMs: null };
  }
  if (flow.heldUntilMs > tx.nowMs) {
    return { grants: 0, heldBy: "held", untilMs: flow.heldUntilMs };
  }
  const free =
    concurrencyLimit === null ? wanted : concurrencyLimit - leasedOf(tx, queue, concurrencyLimit);
  const tatMs = rateLimit === null ? 0 : tatAt(rateLimit, flow.tatMs, tx.nowMs);
  const tokens = rateLimit === null ? wanted : tokensOf(rateLimit, tatMs, tx.nowMs);
  const grants = Math.min(wanted, free, tokens);
  if (grants >= wanted) {
    return { grants, heldBy: null, untilMs: null };
  }
  if (free <= tokens || rateLimit === null) {
    return { grants: Math.max(0, grants), heldBy: "concurrency", untilMs: null };
  }
  const untilMs = nextTokenAt(rateLimit, tatAfter(rateLimit, tatMs, tx.nowMs, grants));
  return { grants, heldBy: "rate", untilMs };
}

function leasedOf(tx: Transaction, queue: QueueKey, limit: number): number {
  return tx.statements.countLeased.get(queue.id, limit)?.leased ?? 0;
}

/** Keeps the TAT of a queue as it counts at the rate as it is now: each look would put it off otherwise. */
export function settleTatOfQueue(tx: Transaction, queue: QueueKey, flow: QueueFlow): void {
  const { rateLimit } = flow.settings;
  const tatMs = rateLimit === null ? flow.tatMs : tatAt(rateLimit, flow.tatMs, tx.nowMs);
  if (tatMs !== flow.tatMs) {
    flow.tatMs = tatMs;
    tx.statements.setQueueTat.run(tatMs, queue.id);
  }
}

/** The same of the key of a lane; returns the lane as it is then. */
export function settleTatOfKey(
  tx: Transaction,
  queue: QueueKey,
  { rateLimit }: KeyTerms,
  lane: LaneRow,
): LaneRow {
  if (rateLimit === null || lane.tat === null) {
    return lane;
  }
  const tat = tatAt(rateLimit, lane.tat, tx.nowMs);
  if (tat === lane.tat) {
    return lane;
  }
  tx.statements.setTat.run(queue.id, lane.key, tat);
  return { ...lane, tat };
}

/** Notes that tasks of a queue were leased. */
export function spendTokens(
  tx: Transaction,
  queue: QueueKey,
  flow: QueueFlow,
  granted: number,
): void {
  const { rateLimit } = flow.settings;
  if (rateLimit !== null && granted > 0) {
    flow.tatMs = tatAfter(rateLimit, flow.tatMs, tx.nowMs, granted);
    tx.statements.setQueueTat.run(flow.tatMs, queue.id);
  }
}

/** What bounds a concurrency key. */
export interface KeyTerms {
  readonly weight: number;
  readonly isPaused: boolean;
  readonly concurrencyLimit: number | null;
  readonly rateLimit: RateLimit | null;
}

/** What bounds a key: its own settings, else its queue's. */
export function termsOfKey({ settings }: QueueFlow, key: string, own: string | null): KeyTerms {
  if (key === PLAIN_LANE) {
    return {
      weight: settings.plainWeight,
      isPaused: false,
      concurrencyLimit: null,
      rateLimit: null,
    };
  }
  const set = own === null ? null : (JSON.parse(own) as KeySettings);
  return {
    weight: set?.weight ?? settings.keyWeight,
    isPaused: set?.isPaused ?? false,
    concurrencyLimit: set?.concurrencyLimit ?? settings.keyConcurrencyLimit,
    rateLimit: set?.rateLimit ?? settings.keyRateLimit,
  };
}

/** How many tasks a key may lease, and how long it is parked where that is none. */
export interface KeyRoom {
  readonly room: number;
  /** What leaves it none; null where it has some. */
  readonly heldBy: "paused" | "held" | "concurrency" | "rate" | null;
  /** When time lets it in again; null where something else does. */
  readonly untilMs: number | null;
}

/** Until when a worker holds a key, and its TAT; null for none. */
type TimesOfKey = Pick<LaneRow, "key" | "held_until" | "tat">;

/** Says how many tasks of a key may be leased once so many more are. */
export function roomOf(
  tx: Transaction,
  queue: QueueKey,
  terms: KeyTerms,
  { key, held_until, tat }: TimesOfKey,
  granted = 0,
): KeyRoom {
  const { nowMs } = tx;
  if (terms.isPaused) {
    return { room: 0, heldBy: "paused", untilMs: null };
  }
  if (held_until !== null && held_until > nowMs) {
    return { room: 0, heldBy: "held", untilMs: held_until };
  }
  const { concurrencyLimit, rateLimit } = terms;
  const free =
    concurrencyLimit === null
      ? Number.POSITIVE_INFINITY
      : concurrencyLimit - leasedOfKey(tx, queue, key, concurrencyLimit) - granted;
  if (free <= 0 || rateLimit === null) {
    return { room: Math.max(0, free), heldBy: free > 0 ? null : "concurrency", untilMs: null };
  }
  const fromMs = tatAt(rateLimit, tat ?? 0, nowMs);
  const tatMs = granted === 0 ? fromMs : tatAfter(rateLimit, fromMs, nowMs, granted);
  const tokens = tokensOf(rateLimit, tatMs, nowMs);
  return {
    room: Math.min(free, tokens),
    heldBy: tokens > 0 ? null : "rate",
    untilMs: tokens > 0 ? null : nextTokenAt(rateLimit, tatMs),
  };
}

/** Keeps a queue from being leased from for a while. */
export function holdQueue(tx: Transaction, queue: QueueKey, forMs: number): void {
  const flow = tx.flowOf(queue);
  flow.heldUntilMs = Math.max(flow.heldUntilMs, tx.nowMs + forMs);
  tx.statements.holdQueue.run(flow.heldUntilMs, queue.id);
}

/** Keeps a concurrency key from being leased from for a while. */
export function holdKey(tx: Transaction, queue: QueueKey, key: string, forMs: number): void {
  tx.statements.hold.run(queue.id, key, tx.nowMs + forMs);
}

/**
 * Forgets the times of a queue and its keys that have passed: tokens that are all there again, holds that are over. At
 * most `limit` of each; returns the most that it did of one.
 */
export function forgetTimes(tx: Transaction, queue: QueueKey, limit: number): number {
  const { statements, nowMs } = tx;
  const { flow } = queue;
  if (flow !== null && flow.tatMs !== 0 && flow.tatMs <= nowMs) {
    flow.tatMs = 0;
    statements.setQueueTat.run(null, queue.id);
    tx.letIn(queue);
  }
  if (flow !== null && flow.heldUntilMs !== 0 && flow.heldUntilMs <= nowMs) {
    flow.heldUntilMs = 0;
    statements.holdQueue.run(null, queue.id);
    tx.letIn(queue);
  }
  return forgetTimesOfKeys(tx, queue, nowMs, limit);
}

/** Forgets the times of keys up to one. */
export function forgetTimesOfKeys(
  { statements }: Transaction,
  { id }: QueueKey,
  untilMs: number,
  limit: number,
): number {
  const tats = statements.passedTats.all(id, untilMs, limit);
  for (const { key } of tats) {
    statements.dropTat.run(id, key);
  }
  const holds = statements.passedHolds.all(id, untilMs, limit);
  for (const { key } of holds) {
    statements.dropHold.run(id, key);
  }
  return Math.max(tats.length, holds.length);
}
