import { isFinalState, keyOf, type Ledger, lastRead } from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/** How long a task of a killed worker waited for its next grant. */
export interface Recovery {
  readonly taskId: string;
  readonly killedAtMs: number;
  /** Null where it was never granted again. */
  readonly tookMs: number | null;
}

/** What was lost so often runs apart, and waits for its turn at that. */
const SUSPECT_CRASHES = 2;

/** What became of the tasks that killed workers held, but for those that run apart since. */
export function findRecoveries(ledger: Ledger): Recovery[] {
  const recoveries: Recovery[] = [];
  for (const event of ledger.events) {
    if (event.kind !== "killed") {
      continue;
    }
    for (const stream of ledger.streams.values()) {
      if (stream.by !== event.target) {
        continue;
      }
      for (const grant of stream.grants) {
        const task = ledger.tasks.get(grant.taskId);
        const settledAtMs = task?.leases.get(grant.token)?.settles[0]?.atMs;
        const overAtMs = settledAtMs ?? stream.told.get(keyOf(grant)) ?? Number.POSITIVE_INFINITY;
        if (task === undefined || grant.atMs > event.atMs || overAtMs <= event.atMs) {
          continue;
        }
        const later = [...task.leases.values()].filter(({ token }) => token > grant.token);
        const granted = later.flatMap(({ grants }) => grants);
        const grantedAtMs = granted.map(({ atMs }) => atMs);
        const next = granted.toSorted((a, b) => a.atMs - b.atMs)[0];
        if (next !== undefined && next.crashes >= SUSPECT_CRASHES) {
          continue;
        }
        const isAgain = grantedAtMs.length > 0;
        if (!isAgain || Math.min(...grantedAtMs) > event.atMs) {
          recoveries.push({
            taskId: task.id,
            killedAtMs: event.atMs,
            tookMs: isAgain ? Math.min(...grantedAtMs) - event.atMs : null,
          });
        }
      }
    }
  }
  return recoveries;
}

/** L1: what a killed worker held is soon granted to another. */
export function checkRecovery(ledger: Ledger, settings: CheckSettings): Violation[] {
  const limitMs = settings.recoverWithinMs;
  if (limitMs === null) {
    return [];
  }
  return findRecoveries(ledger).flatMap(({ taskId, tookMs }) => {
    const task = ledger.tasks.get(taskId);
    const end = (task && lastRead(task)?.task?.state) ?? "";
    const isLate = tookMs === null ? !isFinalState(end) : tookMs > limitMs;
    const text = `it was granted ${Math.round(tookMs ?? Number.NaN)} ms after its worker was killed`;
    return isLate ? [{ invariant: "L1", subject: taskId, text }] : [];
  });
}
