import { countAtLimit } from "./flow/limits.ts";
import { countRedeliveries } from "./flow/order.ts";
import { acceptedSettle, type Ledger, lastRead } from "./ledger.ts";
import type { CheckSettings } from "./violation.ts";

/** How often a run reached each state that its faults are meant to bring about. */
export type Sometimes = Record<
  | "staleSettle"
  | "forgedSettle"
  | "expiredLease"
  | "deduplicatedSubmit"
  | "refusedConflict"
  | "resumedSession"
  | "keptLease"
  | "lostLease"
  | "repeatedSettle"
  | "unknownSubmit"
  | "retriedFailure"
  | "acceptedRelease"
  | "deadTask"
  | "cancelledTask"
  | "brokenStream"
  | "missedTick"
  | "lateTick"
  | "recoveredFiring"
  | "repeatedEvent"
  | "refusedEvent"
  | "unknownEvent"
  | "sweptEvent"
  | "atLimit"
  | "orderedRedelivery"
  | "changedSettings",
  number
>;

/** What only runs with schedules and events reach. */
export const OF_AUTOMATION = [
  "missedTick",
  "lateTick",
  "recoveredFiring",
  "repeatedEvent",
  "refusedEvent",
  "unknownEvent",
  "sweptEvent",
] as const satisfies readonly (keyof Sometimes)[];

/** What every chaos run must have seen; one that saw less proves nothing. */
export const ALWAYS_EXPECTED = [
  "staleSettle",
  "forgedSettle",
  "expiredLease",
  "deduplicatedSubmit",
  "resumedSession",
  "atLimit",
  "orderedRedelivery",
  "changedSettings",
] as const satisfies readonly (keyof Sometimes)[];

/** What a chaos run with schedules and events must have seen as well. */
export const EXPECTED_OF_EVENTS = ["repeatedEvent"] as const satisfies readonly (keyof Sometimes)[];

/** The same where dispatchers are killed while they wait for the store, in the middle of their work. */
export const EXPECTED_OF_KILLS_MIDWAY = [
  ...EXPECTED_OF_EVENTS,
  "lateTick",
  "sweptEvent",
] as const satisfies readonly (keyof Sometimes)[];

/** What another dispatcher finishes is hidden from it for 5 s; nothing else takes that long. */
const TAKEN_OVER_MS = 4_500;

/** Counts what a history saw. */
export function countSometimes(ledger: Ledger, settings: CheckSettings): Sometimes {
  const counts = startCounts();
  for (const event of ledger.events) {
    switch (event.kind) {
      case "settle_ack":
        counts.staleSettle += Number(event.status === "STALE" && !event.isForged);
        counts.forgedSettle += Number(event.status === "STALE" && event.isForged);
        break;
      case "submitted":
        counts.deduplicatedSubmit += Number(event.isDeduplicated);
        counts.refusedConflict += Number(event.reason === "REQUEST_ID_REUSED");
        counts.unknownSubmit += Number(event.outcome === "info");
        break;
      case "published":
        counts.repeatedEvent += Number(event.isDeduplicated);
        counts.refusedEvent += Number(event.reason === "EVENT_ID_REUSED");
        counts.unknownEvent += Number(event.outcome === "info");
        break;
      case "stream_end":
        counts.brokenStream += Number(event.code !== "OK");
        break;
      case "settings":
      case "key_settings":
        counts.changedSettings += Number(event.outcome === "ok");
        break;
      case "grant":
        counts.expiredLease += Number(event.crashes > 0);
        break;
    }
  }
  countStreams(ledger, counts);
  countTasks(ledger, counts);
  countFirings(ledger, counts);
  countEvents(ledger, counts);
  counts.atLimit = countAtLimit(ledger, settings);
  counts.orderedRedelivery = countRedeliveries(ledger, settings);
  return counts;
}

function countStreams(ledger: Ledger, counts: Sometimes): void {
  for (const { hello, welcome } of ledger.streams.values()) {
    if (hello !== null && welcome !== null) {
      counts.resumedSession += Number(hello.resumed !== "" && hello.resumed === welcome.session);
      counts.keptLease += welcome.kept.length;
      counts.lostLease += welcome.lost.length;
    }
  }
}

function countTasks(ledger: Ledger, counts: Sometimes): void {
  for (const task of ledger.tasks.values()) {
    for (const lease of task.leases.values()) {
      const outcome = acceptedSettle(lease)?.outcome;
      counts.repeatedSettle += Number(lease.settles.length > 1);
      counts.retriedFailure += Number(outcome === "fail");
      counts.acceptedRelease += Number(outcome === "release");
    }
    const end = task.reads.at(-1)?.task?.state;
    counts.deadTask += Number(end === "DEAD");
    counts.cancelledTask += Number(end === "CANCELLED");
  }
}

/**
 * Ticks that were passed over; those that somebody else came to after a dispatcher had died with them in
 * its hands; and among these the ones that it had decided about already.
 */
function countFirings(ledger: Ledger, counts: Sometimes): void {
  for (const { listings } of ledger.schedules.values()) {
    const firings = listings.flatMap((listing) => listing.firings);
    const byTick = new Map(firings.map((firing) => [firing.tickMs, firing]));
    for (const { outcome, tickMs, decidedAtMs, taskIds } of byTick.values()) {
      counts.missedTick += Number(outcome === "SKIPPED_MISFIRE");
      const submittedAtMs = Math.max(...taskIds.map((id) => submittedAt(ledger, id)));
      counts.lateTick += Number(submittedAtMs - tickMs > TAKEN_OVER_MS);
      counts.recoveredFiring += Number(submittedAtMs - decidedAtMs > TAKEN_OVER_MS);
    }
  }
}

/** Events whose task came so long after the answer that a sweep must have made it. */
function countEvents(ledger: Ledger, counts: Sometimes): void {
  for (const { answers } of ledger.published.values()) {
    const receipt = answers.find(({ outcome }) => outcome === "ok");
    const submittedAtMs = (receipt?.taskIds ?? []).map((id) => submittedAt(ledger, id));
    const lateMs = Math.max(...submittedAtMs) - (receipt?.wallMs ?? 0);
    counts.sweptEvent += Number(lateMs > TAKEN_OVER_MS);
  }
}

function submittedAt(ledger: Ledger, taskId: string): number {
  const task = ledger.tasks.get(taskId);
  return (task && lastRead(task)?.task?.submittedAtMs) ?? 0;
}

function startCounts(): Sometimes {
  return {
    staleSettle: 0,
    forgedSettle: 0,
    expiredLease: 0,
    deduplicatedSubmit: 0,
    refusedConflict: 0,
    resumedSession: 0,
    keptLease: 0,
    lostLease: 0,
    repeatedSettle: 0,
    unknownSubmit: 0,
    retriedFailure: 0,
    acceptedRelease: 0,
    deadTask: 0,
    cancelledTask: 0,
    brokenStream: 0,
    missedTick: 0,
    lateTick: 0,
    recoveredFiring: 0,
    repeatedEvent: 0,
    refusedEvent: 0,
    unknownEvent: 0,
    sweptEvent: 0,
    atLimit: 0,
    orderedRedelivery: 0,
    changedSettings: 0,
  };
}
