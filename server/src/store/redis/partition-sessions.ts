import type { LeaseRef, SessionId } from "../../domain/ids.ts";
import type {
  LeaseNotice,
  LiveSession,
  RenewOutcome,
  SessionOpened,
  SessionOpening,
} from "../store.ts";
import { innerId, innerQueueOf, type Layout, outerLease, withOuterLease } from "./partition-ids.ts";

/** An opening as each partition is asked for it: with the leases that lie there. */
export function innerOpenings(layout: Layout, opening: SessionOpening): SessionOpening[] {
  return layout.names.map((queue) => ({
    ...opening,
    queue,
    held: opening.held
      .filter(({ taskId }) => innerQueueOf(layout, taskId) === queue)
      .map(({ taskId, token }) => ({ taskId: innerId(layout, taskId), token })),
  }));
}

/** What the partitions' answers come to: superseded in one is superseded. */
export function mergeOpened(
  { held }: SessionOpening,
  answers: readonly SessionOpened[],
): SessionOpened {
  const isKept = new Set<string>();
  const released: LeaseRef[] = [];
  let mayHaveTasks = false;
  for (const answer of answers) {
    if (answer.kind === "superseded") {
      return answer;
    }
    for (const ref of answer.kept) {
      isKept.add(keyOf(outerLease(ref)));
    }
    released.push(...answer.released.map(outerLease));
    mayHaveTasks ||= answer.mayHaveTasks;
  }
  return {
    kind: "ok",
    kept: held.filter((ref) => isKept.has(keyOf(ref))),
    lost: held.filter((ref) => !isKept.has(keyOf(ref))),
    released,
    mayHaveTasks,
  };
}

/**
 * What the partitions' answers come to: superseded in one is superseded, else gone in one is gone. The
 * notices of the others go with it: whoever opens the session again is told of the same leases as lost.
 */
export function mergeRenewed(answers: readonly RenewOutcome[]): RenewOutcome {
  const notices: LeaseNotice[] = [];
  let isGone = false;
  for (const answer of answers) {
    if (answer.kind === "superseded") {
      return answer;
    }
    if (answer.kind === "ok") {
      notices.push(...answer.notices.map(withOuterLease));
    } else {
      isGone = true;
    }
  }
  return isGone ? { kind: "gone" } : { kind: "ok", notices };
}

/** The sessions that live on any partition, each once. */
export function mergeSessions(
  answers: readonly (readonly LiveSession[])[],
  limit: number,
): LiveSession[] {
  const sessions = new Map<SessionId, LiveSession>();
  for (const session of answers.flat()) {
    if (!sessions.has(session.id) && sessions.size < limit) {
      sessions.set(session.id, session);
    }
  }
  return [...sessions.values()];
}

function keyOf({ taskId, token }: LeaseRef): string {
  return `${taskId} ${token}`;
}
