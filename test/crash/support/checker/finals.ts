import { isRenewedAfter } from "./fencing.ts";
import {
  acceptedSettle,
  type EventOf,
  isFinalState,
  type Ledger,
  lastRead,
  leasesInOrder,
  type TaskFile,
} from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/** S4: a task ends once, and what it ended as never changes. */
export function checkOneEnd(ledger: Ledger): Violation[] {
  return [...ledger.tasks.values()].flatMap((task) => [
    ...checkReads(task),
    ...checkAcceptedEnds(task),
  ]);
}

function checkReads(task: TaskFile): Violation[] {
  let final: EventOf<"read"> | null = null;
  for (const read of task.reads) {
    const before = final?.task;
    if (before !== undefined && before !== null && final !== null && read.sinceMs > final.atMs) {
      const now = read.task;
      if (now === null || now.state !== before.state || now.resultHash !== before.resultHash) {
        const text = `it was ${before.state} ${before.resultHash} and became ${now?.state ?? "missing"} ${now?.resultHash ?? ""}`;
        return [{ invariant: "S4", subject: task.id, text }];
      }
    }
    if (final === null && read.task !== null && isFinalState(read.task.state)) {
      final = read;
    }
  }
  return [];
}

function checkAcceptedEnds(task: TaskFile): Violation[] {
  const completions = leasesInOrder(task).filter(
    (lease) => acceptedSettle(lease)?.outcome === "complete",
  );
  const cancels = task.cancels.filter(({ outcome }) => outcome === "ok");
  const ends = completions.length + (cancels.length > 0 ? 1 : 0);
  if (ends <= 1) {
    return [];
  }
  const text = `${completions.length} completions and ${cancels.length} cancels were accepted`;
  return [{ invariant: "S4", subject: task.id, text }];
}

/** S12: once a cancel was answered, the task is never leased nor completed. */
export function checkCancels(ledger: Ledger, settings: CheckSettings): Violation[] {
  const violations: Violation[] = [];
  for (const task of ledger.tasks.values()) {
    const cancel = task.cancels.find(({ outcome }) => outcome === "ok");
    const end = lastRead(task)?.task;
    if (cancel === undefined || end === undefined || end === null) {
      continue;
    }
    const complain = (text: string) =>
      violations.push({ invariant: "S12", subject: task.id, text });
    if (end.state !== "CANCELLED") {
      complain(`its cancel was answered and it is ${end.state}`);
    }
    for (const lease of task.leases.values()) {
      const leasedAtMs = lease.token / 1000;
      const endedAtMs = end.finishedAtMs ?? Number.POSITIVE_INFINITY;
      if (settings.isClockTrue && lease.grants.length > 0 && leasedAtMs > endedAtMs + 1) {
        complain(`it was leased ${leasedAtMs - endedAtMs} ms after its end`);
      }
      const settle = acceptedSettle(lease);
      if (settle !== null && settle.atMs > cancel.atMs) {
        complain("a settlement after the cancel was accepted");
      }
      if (isRenewedAfter(ledger, lease, cancel.atMs + settings.mayLeaveOutMs)) {
        complain(`token ${lease.token} was renewed after the cancel`);
      }
    }
  }
  return violations;
}

/** S13: the result that is read is the one that the accepted completion brought. */
export function checkResults(ledger: Ledger): Violation[] {
  const violations: Violation[] = [];
  for (const task of ledger.tasks.values()) {
    const end = lastRead(task)?.task;
    if (end === undefined || end === null || end.state !== "SUCCEEDED") {
      continue;
    }
    const completions = [...task.leases.values()].filter((lease) =>
      lease.settles.some(({ outcome }) => outcome === "complete"),
    );
    const accepted = completions.find((lease) => acceptedSettle(lease)?.outcome === "complete");
    const possible = accepted === undefined ? completions : [accepted];
    const isKnown = possible.some((lease) =>
      lease.settles.some(
        ({ outcome, resultHash }) => outcome === "complete" && resultHash === end.resultHash,
      ),
    );
    if (!isKnown) {
      violations.push({
        invariant: "S13",
        subject: task.id,
        text: `its result ${end.resultHash} is not what its ${possible.length === 1 ? "completion" : "completions"} brought`,
      });
    }
  }
  return violations;
}

/** L2: once the faults were over, everything was worked off. */
export function checkDrained(ledger: Ledger, settings: CheckSettings): Violation[] {
  if (!settings.isDrained) {
    return [];
  }
  return [...ledger.tasks.values()].flatMap((task) => {
    const read = task.reads.at(-1);
    return read?.isLast === true && read.task !== null && !isFinalState(read.task.state)
      ? [{ invariant: "L2", subject: task.id, text: `it is still ${read.task.state}` }]
      : [];
  });
}
