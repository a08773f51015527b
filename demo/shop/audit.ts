import type { FiringInfo } from "@baton/worker-sdk";
import type { Entry } from "./book.ts";

/** What the books of the shop say at the end. */
export interface Books {
  readonly orders: readonly Entry[];
  readonly points: readonly Entry[];
  readonly stock: readonly Entry[];
  readonly reports: readonly Entry[];
  /** Newest first. */
  readonly firings: readonly FiringInfo[];
}

/** Whether every payment may have reached both books, and every shard of a firing its own. */
export function isComplete({ orders, points, stock, reports, firings }: Books): boolean {
  const shards = firings.flatMap(({ taskIds }) => taskIds).length;
  const isPaid = points.length >= orders.length && stock.length >= orders.length;
  return isPaid && reports.length >= shards;
}

/**
 * Compares the books: every payment has exactly one effect on points and one on stock, and of every tick
 * of the report there is exactly one firing with all its shards. Names each difference.
 */
export function differences(books: Books, tickMs: number): string[] {
  return [
    ...compared("points", books.orders, books.points),
    ...compared("stock", books.orders, books.stock),
    ...ticks(books, tickMs),
  ];
}

function compared(name: string, orders: readonly Entry[], effects: readonly Entry[]): string[] {
  const amounts = new Map(orders.map(({ subject, amount }) => [subject, amount]));
  const counts = new Map<string, number>();
  const found: string[] = [];
  for (const { subject, amount } of effects) {
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
    if (amounts.get(subject) !== amount) {
      found.push(`${name}: ${subject} is ${amount} instead of ${amounts.get(subject)}`);
    }
  }
  for (const { subject } of orders) {
    const count = counts.get(subject) ?? 0;
    if (count !== 1) {
      found.push(`${name}: ${subject} has ${count} effects`);
    }
  }
  return found;
}

function ticks({ firings, reports }: Books, tickMs: number): string[] {
  const found: string[] = [];
  const times = firings.map(({ fireTimeMs }) => fireTimeMs).sort((a, b) => a - b);
  for (const [index, time] of times.entries()) {
    const before = times[index - 1] ?? time - tickMs;
    if (time - before !== tickMs) {
      found.push(`reports: ${time - before} ms between two ticks instead of ${tickMs}`);
    }
  }
  const written = new Set(reports.map(({ taskId }) => taskId));
  for (const { taskIds, outcome, fireTimeMs } of firings) {
    const done = taskIds.filter((id) => written.has(id)).length;
    if (outcome !== "SUBMITTED" || done !== taskIds.length) {
      found.push(`reports: the tick ${fireTimeMs} was ${outcome}, ${done} of its shards done`);
    }
  }
  if (reports.length !== firings.flatMap(({ taskIds }) => taskIds).length) {
    found.push(`reports: ${reports.length} shards done of ${firings.length} firings`);
  }
  return found;
}
