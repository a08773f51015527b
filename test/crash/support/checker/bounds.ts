import {
  acceptedSettle,
  type LeaseFile,
  type Ledger,
  lastRead,
  leasesInOrder,
  type TaskFile,
} from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/**
 * S7: attempts and crashes keep their bounds, and are charged to nobody else: what was released or lost
 * to a crash spends no attempt, what failed spends one.
 */
export function checkBounds(ledger: Ledger, settings: CheckSettings): Violation[] {
  return [...ledger.tasks.values()].flatMap((task) => [
    ...checkAttempts(task, settings),
    ...checkEnd(task),
  ]);
}

function checkAttempts(task: TaskFile, settings: CheckSettings): Violation[] {
  const violations: Violation[] = [];
  let failed = 0;
  let perhapsFailed = 0;
  for (const lease of leasesInOrder(task)) {
    const grant = lease.grants[0];
    if (grant !== undefined) {
      const complain = (text: string) =>
        violations.push({
          invariant: "S7",
          subject: task.id,
          text: `token ${lease.token}: ${text}`,
        });
      if (grant.attempt > grant.maxAttempts) {
        complain(`attempt ${grant.attempt} of ${grant.maxAttempts}`);
      }
      if (grant.attempt - 1 < failed) {
        complain(`attempt ${grant.attempt} after ${failed} failures`);
      }
      if (!settings.mayTimeOut && grant.attempt - 1 > failed + perhapsFailed) {
        complain(`attempt ${grant.attempt} after at most ${failed + perhapsFailed} failures`);
      }
    }
    const isFailed = acceptedSettle(lease)?.outcome === "fail";
    failed += isFailed ? 1 : 0;
    perhapsFailed += !isFailed && mayHaveFailed(lease) ? 1 : 0;
  }
  return violations;
}

/** A failure that was sent once and denied did not happen; one of several sendings may have. */
function mayHaveFailed(lease: LeaseFile): boolean {
  const failures = lease.settles.filter(({ outcome }) => outcome === "fail");
  const isDenied = lease.acks.some(
    ({ status, outcome }) => status === "STALE" && outcome === "fail",
  );
  return failures.length > 1 || (failures.length === 1 && !isDenied);
}

function checkEnd(task: TaskFile): Violation[] {
  const end = lastRead(task)?.task;
  if (end === undefined || end === null) {
    return [];
  }
  if (end.attempt > end.maxAttempts) {
    const text = `it has ${end.attempt} attempts of ${end.maxAttempts}`;
    return [{ invariant: "S7", subject: task.id, text }];
  }
  const isSpent = end.attempt >= end.maxAttempts || end.failureType === "crashed";
  return end.state === "DEAD" && !isSpent
    ? [
        {
          invariant: "S7",
          subject: task.id,
          text: `it died in attempt ${end.attempt} of ${end.maxAttempts}`,
        },
      ]
    : [];
}

/** S8: nothing is leased before it is due. A token is the store's time in microseconds. */
export function checkNotEarly(ledger: Ledger, settings: CheckSettings): Violation[] {
  if (!settings.isClockTrue) {
    return [];
  }
  const violations: Violation[] = [];
  for (const { calls, taskIds } of ledger.ops.values()) {
    const dueMs = Math.min(...calls.map(({ wallMs, delayMs }) => wallMs + delayMs));
    for (const id of calls.length > 0 ? taskIds : []) {
      for (const lease of ledger.tasks.get(id)?.leases.values() ?? []) {
        if (lease.grants.length > 0 && lease.token / 1000 < dueMs - 1) {
          const text = `it was leased ${Math.round(dueMs - lease.token / 1000)} ms early`;
          violations.push({ invariant: "S8", subject: id, text });
        }
      }
    }
  }
  return violations;
}
