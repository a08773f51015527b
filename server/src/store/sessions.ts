import type {
  LeaseRef,
  QueueName,
  SessionId,
  StreamId,
  TaskId,
  TaskType,
  WorkerId,
} from "../domain/ids.ts";
import type { SessionAbout } from "./workers.ts";

/** A session to open on one queue. */
export interface SessionOpening {
  readonly sessionId: SessionId;
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  readonly queue: QueueName;
  readonly ttlMs: number;
  /** The types that the worker takes; null or absent for every type. */
  readonly types?: readonly TaskType[] | null;
  /** The leases on this queue that the worker still has. */
  readonly held: readonly LeaseRef[];
  readonly about?: SessionAbout;
}

/** A worker session that lives on a queue. */
export interface LiveSession {
  readonly id: SessionId;
  /** The types that it takes; null for every type. */
  readonly types: readonly TaskType[] | null;
}

/** `ok`: what the session has on the queue now. `superseded`: a newer stream has it; nothing changed. */
export type SessionOpened =
  | {
      readonly kind: "ok";
      /** Those of `held` that are still its own. */
      readonly kept: readonly LeaseRef[];
      /** Those of `held` that are not. */
      readonly lost: readonly LeaseRef[];
      /** Those that were its own and were not in `held`; given back now. */
      readonly released: readonly LeaseRef[];
      /** False where nothing on the queue was READY or due, for whomever; spares the first lease call. */
      readonly mayHaveTasks: boolean;
      /**
       * Present where a part of the queue is away, in which the session is to be opened again: those of
       * `held` that lie there, of which nothing is known.
       */
      readonly unanswered?: readonly LeaseRef[];
      /** Present where the session was asked to go: why. */
      readonly drain?: string;
    }
  | { readonly kind: "superseded" };

/** A session's life on one queue. */
export interface SessionRenewal {
  readonly sessionId: SessionId;
  readonly streamId: StreamId;
  readonly queue: QueueName;
  /** From now. 0 ends the session: what it holds is reclaimed by the next sweep. */
  readonly ttlMs: number;
  /** How many more tasks it takes now, for people; absent where that is as it was. An opening makes it 0. */
  readonly credit?: number;
}

/**
 * `ok`: done; `notices` names leases that the session lost since the last renewal, each once. `gone`:
 * its ttl has passed, open it again. `superseded`: another stream took it up; nothing changed.
 */
export type RenewOutcome =
  | {
      readonly kind: "ok";
      readonly notices: readonly LeaseNotice[];
      /** Present where a part of the queue is away: whether a task lies there. Its lease was not renewed. */
      readonly isLeftOut?: (id: TaskId) => boolean;
      /** Present where the session was asked to go: why. */
      readonly drain?: string;
    }
  | { readonly kind: "gone" }
  | { readonly kind: "superseded" };

/** Says that a session lost a lease, other than by its own settlement. */
export interface LeaseNotice {
  readonly lease: LeaseRef;
  readonly cause: "cancelled" | "timed_out";
  /** Why it was cancelled, as the canceller said; empty otherwise. */
  readonly reason: string;
}
