import { acceptedSettle, type Ledger } from "./ledger.ts";

/** How often a run reached each state that its faults are meant to bring about. */
export type Sometimes = Record<
  | "staleSettle"
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
  | "brokenStream",
  number
>;

/** What every chaos run must have seen; one that saw less proves nothing. */
export const ALWAYS_EXPECTED = [
  "staleSettle",
  "expiredLease",
  "deduplicatedSubmit",
  "resumedSession",
] as const satisfies readonly (keyof Sometimes)[];

/** Counts what a history saw. */
export function countSometimes(ledger: Ledger): Sometimes {
  const counts = startCounts();
  for (const event of ledger.events) {
    switch (event.kind) {
      case "settle_ack":
        counts.staleSettle += Number(event.status === "STALE");
        break;
      case "submitted":
        counts.deduplicatedSubmit += Number(event.isDeduplicated);
        counts.refusedConflict += Number(event.reason === "REQUEST_ID_REUSED");
        counts.unknownSubmit += Number(event.outcome === "info");
        break;
      case "stream_end":
        counts.brokenStream += Number(event.code !== "OK");
        break;
      case "grant":
        counts.expiredLease += Number(event.crashes > 0);
        break;
    }
  }
  countStreams(ledger, counts);
  countTasks(ledger, counts);
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

function startCounts(): Sometimes {
  return {
    staleSettle: 0,
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
  };
}
