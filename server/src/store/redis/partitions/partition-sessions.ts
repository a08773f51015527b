import type { LeaseRef, SessionId, TaskId } from "../../../domain/ids.ts";
import {
  type ItemResult,
  type LeaseNotice,
  type LiveSession,
  type RenewOutcome,
  type SessionOpened,
  type SessionOpening,
  StoreError,
} from "../../store.ts";
import { failureOfParts } from "./partition-calls.ts";
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

/**
 * What the partitions' answers come to: superseded in one is superseded. Those that failed are left out,
 * unless all did.
 */
export function mergeOpened(
  { held }: SessionOpening,
  layout: Layout,
  results: readonly ItemResult<SessionOpened>[],
): ItemResult<SessionOpened> {
  const { answers, isAway, failure } = apart(layout, results);
  if (failure !== null) {
    return failure;
  }
  const isKept = new Set<string>();
  const released: LeaseRef[] = [];
  let mayHaveTasks = false;
  let drain = {};
  for (const answer of answers) {
    if (answer.kind === "superseded") {
      return answer;
    }
    drain = drainOf(answer) ?? drain;
    for (const ref of answer.kept) {
      isKept.add(keyOf(outerLease(ref)));
    }
    released.push(...answer.released.map(outerLease));
    mayHaveTasks ||= answer.mayHaveTasks;
  }
  return {
    kind: "ok",
    kept: held.filter((ref) => isKept.has(keyOf(ref))),
    lost: held.filter((ref) => !isKept.has(keyOf(ref)) && isAway?.(ref.taskId) !== true),
    released,
    mayHaveTasks,
    ...drain,
    ...(isAway === null ? {} : { unanswered: held.filter(({ taskId }) => isAway(taskId)) }),
  };
}

/**
 * What the partitions' answers come to: superseded in one is superseded, else gone in one is gone. The
 * notices of the others go with it: whoever opens the session again is told of the same leases as lost.
 * Partitions that failed are left out, unless all did.
 */
export function mergeRenewed(
  layout: Layout,
  results: readonly ItemResult<RenewOutcome>[],
): ItemResult<RenewOutcome> {
  const { answers, isAway, failure } = apart(layout, results);
  if (failure !== null) {
    return failure;
  }
  const notices: LeaseNotice[] = [];
  let isGone = false;
  let drain = {};
  for (const answer of answers) {
    if (answer.kind === "superseded") {
      return answer;
    }
    if (answer.kind === "ok") {
      drain = drainOf(answer) ?? drain;
      notices.push(...answer.notices.map(withOuterLease));
    } else {
      isGone = true;
    }
  }
  return isGone
    ? { kind: "gone" }
    : { kind: "ok", notices, ...drain, ...(isAway === null ? {} : { isLeftOut: isAway }) };
}

function drainOf({ drain }: { readonly drain?: string }): { drain: string } | null {
  return drain === undefined ? null : { drain };
}

interface Apart<Outcome> {
  readonly answers: readonly Outcome[];
  /** Whether a task lies in a partition that failed; null where none did. */
  readonly isAway: ((id: TaskId) => boolean) | null;
  /** Where all failed. */
  readonly failure: StoreError | null;
}

function apart<Outcome>(layout: Layout, results: readonly ItemResult<Outcome>[]): Apart<Outcome> {
  const answers = results.filter((result) => !(result instanceof StoreError)) as Outcome[];
  const away = new Set(layout.names.filter((_, at) => results[at] instanceof StoreError));
  return {
    answers,
    isAway: away.size === 0 ? null : (id) => away.has(innerQueueOf(layout, id)),
    failure: answers.length === 0 ? failureOfParts(results) : null,
  };
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
