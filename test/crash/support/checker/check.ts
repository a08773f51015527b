import assert from "node:assert/strict";
import type { HistoryEvent } from "../history/events.ts";
import { checkBounds, checkNotEarly } from "./bounds.ts";
import { checkDeliveries } from "./deliveries.ts";
import { checkFencing, checkOneLease } from "./fencing.ts";
import { checkCancels, checkDrained, checkOneEnd, checkResults } from "./finals.ts";
import { checkFirings } from "./firings.ts";
import { checkLimits } from "./flow/limits.ts";
import { checkOrder } from "./flow/order.ts";
import { buildLedger } from "./ledger.ts";
import { checkMemory, checkNoCrash, checkNoOrphans, checkNoStarvation } from "./processes.ts";
import { checkRecovery } from "./recovery.ts";
import { countSometimes, type Sometimes } from "./sometimes.ts";
import {
  checkIdempotence,
  checkNothingInvented,
  checkNothingLost,
  lostReceipts,
} from "./submits.ts";
import { type CheckSettings, PLAIN_CHECK, type Violation } from "./violation.ts";

/** What a history shows. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly sometimes: Sometimes;
  /** Answered submits lost where the store's durability does not promise them. */
  readonly expectedLosses: number;
  readonly events: number;
  readonly tasks: number;
  /** Where the histories are kept, for whoever wants to know more. */
  readonly folder?: string;
}

/** Checks a history, in time linear in its length (but for sorting a task's own leases). Pure. */
export function check(
  events: readonly HistoryEvent[],
  overrides: Partial<CheckSettings> = {},
): Verdict {
  const settings = { ...PLAIN_CHECK, ...overrides };
  const ledger = buildLedger(forgetAnswers(events, settings));
  return {
    violations: [
      ...checkNothingLost(ledger, settings),
      ...checkNothingInvented(ledger),
      ...checkIdempotence(ledger),
      ...checkOneEnd(ledger),
      ...checkFencing(ledger),
      ...checkOneLease(ledger, settings),
      ...checkBounds(ledger, settings),
      ...checkNotEarly(ledger, settings),
      ...checkFirings(ledger, settings),
      ...checkDeliveries(ledger, settings),
      ...checkOrder(ledger, settings),
      ...checkLimits(ledger, settings),
      ...checkCancels(ledger, settings),
      ...checkResults(ledger),
      ...checkRecovery(ledger, settings),
      ...checkNoOrphans(ledger),
      ...checkDrained(ledger, settings),
      ...checkNoStarvation(ledger, settings),
      ...checkMemory(ledger, settings),
      ...checkNoCrash(ledger),
    ],
    sometimes: countSometimes(ledger, settings),
    expectedLosses: countExpectedLosses(events, settings),
    events: events.length,
    tasks: ledger.tasks.size,
  };
}

/** Makes the outcome of what was answered where the store may forget it an unknown one. */
function forgetAnswers(
  events: readonly HistoryEvent[],
  { mayForget }: CheckSettings,
): readonly HistoryEvent[] {
  if (mayForget.length === 0) {
    return events;
  }
  const isForgettable = ({ atMs }: HistoryEvent): boolean =>
    mayForget.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
  return events.flatMap((event) => {
    if (!isForgettable(event)) {
      return [event];
    }
    switch (event.kind) {
      case "submitted":
      case "cancelled":
      case "published":
        return [event.outcome === "ok" ? { ...event, outcome: "info" as const } : event];
      case "settle_ack":
      case "heartbeat_ack":
      case "read":
      case "firings":
        return [];
      default:
        return [event];
    }
  });
}

function countExpectedLosses(events: readonly HistoryEvent[], settings: CheckSettings): number {
  return settings.mayForget.length === 0 ? 0 : lostReceipts(buildLedger(events)).length;
}

/** Fails where a history breaks a promise, or did not see what it must have seen to prove anything. */
export function assertSound(
  verdict: Verdict,
  mustHaveSeen: readonly (keyof Sometimes)[] = [],
): void {
  const broken = verdict.violations.map(
    ({ invariant, subject, text }) => `${invariant} ${subject}: ${text}`,
  );
  assert.deepEqual(
    broken.slice(0, 20),
    [],
    `${broken.length} promises were broken; ${verdict.folder ?? ""}`,
  );
  const unseen = mustHaveSeen.filter((name) => verdict.sometimes[name] === 0);
  assert.deepEqual(unseen, [], "the run did not reach these states, so it proves nothing");
}
