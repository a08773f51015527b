import { TaskError } from "../../domain/errors.ts";
import { type LeaseRef, type QueueName, queueOfTask } from "../../domain/ids.ts";
import { type ItemResult, type SessionOpened, type Store, StoreError } from "../../store/store.ts";
import type { WorkerHello } from "../contract.ts";
import type { Granter } from "../granting/granter.ts";
import type { LeaseSession } from "../session/session.ts";
import { sessionQueues } from "../session/session-queues.ts";
import type { DispatchSettings } from "../settings.ts";
import { resultsOf, taskErrorOf } from "../store-calls/store-failure.ts";

/** What opening a session takes. */
export interface SessionOpeningOptions {
  readonly store: Store;
  readonly settings: DispatchSettings;
  readonly granter: Granter;
}

/** What the store said of a session, of all its queues together. */
export interface OpenedSession {
  readonly kept: readonly LeaseRef[];
  readonly lost: readonly LeaseRef[];
  /** The queues on which nothing could be leased. */
  readonly empty: ReadonlySet<QueueName>;
  /** The queues for which the store failed, or for a part of which. */
  readonly away: ReadonlySet<QueueName>;
  /** What the worker holds there: it may keep it as long as its ttl can last. */
  readonly unanswered: readonly LeaseRef[];
  /** Why the session was asked to go; null where it was not. */
  readonly drain: string | null;
}

/**
 * Opens a session on each queue of its Hello; where the store fails for some, on the others.
 *
 * @throws TaskError where the store failed for all, or another stream has the session
 */
export async function openInStore(
  session: LeaseSession,
  hello: WorkerHello,
  { store, settings, granter }: SessionOpeningOptions,
): Promise<OpenedSession> {
  const { id: sessionId, streamId, workerId } = session;
  const openings = sessionQueues(hello).map(({ queue, types, held }) => {
    const taken = types === "held" ? [] : types;
    const ttlMs = settings.leaseTtlMs;
    const about = session.aboutOn(queue);
    return { sessionId, streamId, workerId, queue, ttlMs, types: taken, held, about };
  });
  const results = await resultsOf(openings.length, () => store.openSession(openings));
  const failed = openings.filter((_, at) => results[at] instanceof StoreError);
  if (openings.length > 0 && failed.length === openings.length) {
    throw taskErrorOf(results[0], settings.retryAfterMs);
  }
  const outcomes = results.filter((result) => !(result instanceof StoreError));
  const opened = outcomes.filter((outcome) => outcome.kind === "ok");
  const empty = openings.filter((_, at) => isEmpty(results[at])).map(({ queue }) => queue);
  for (const { taskId } of opened.flatMap(({ released }) => released)) {
    granter.wake(queueOfTask(taskId));
  }
  if (opened.length < outcomes.length) {
    throw resumedError();
  }
  const away = new Set<QueueName>();
  const unanswered = openings.flatMap(({ queue, held }, at) => {
    const refs = unansweredOf(results[at], held);
    if (refs !== null) {
      away.add(queue);
    }
    return refs ?? [];
  });
  return {
    kept: opened.flatMap(({ kept }) => kept),
    lost: opened.flatMap(({ lost }) => lost),
    empty: new Set(empty),
    away,
    unanswered,
    drain: opened.find(({ drain }) => drain !== undefined)?.drain ?? null,
  };
}

function isEmpty(result: ItemResult<SessionOpened> | undefined): boolean {
  return result?.kind === "ok" && !result.mayHaveTasks;
}

/** The leases of an opening of which nothing is known; null where all of its queue answered. */
function unansweredOf(
  result: ItemResult<SessionOpened> | undefined,
  held: readonly LeaseRef[],
): readonly LeaseRef[] | null {
  if (result instanceof StoreError) {
    return held;
  }
  return (result?.kind === "ok" && result.unanswered) || null;
}

/** The error of a stream whose session another has. */
export function resumedError(): TaskError {
  return new TaskError("SESSION_RESUMED", "another stream resumed this session");
}
