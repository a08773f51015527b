import type {
  LeaseRef,
  QueueName,
  SessionId,
  StreamId,
  TaskId,
  TaskType,
  WorkerId,
} from "../domain/ids.ts";
import type {
  Content,
  Failure,
  LeasedTask,
  Progress,
  RetryPolicy,
  Task,
  TaskSpec,
} from "../domain/task.ts";
import type { TaskState } from "../domain/task-state.ts";

/**
 * Keeps tasks and leases. One method a state transition; each takes a batch and answers item by item,
 * in order. Expected outcomes are values; a method throws {@link StoreError} only where the store is
 * broken, and an answer that was not had changed everything or nothing of each item.
 *
 * What every store guarantees, and the conformance suite tests by these names:
 *
 * - G1 A submit that was answered is not lost, as far as the store's durability setting reaches.
 * - G2 The same request id within its window returns the first task and creates none.
 * - G3 A task has at most one live token.
 * - G4 After a newer lease or a final state an old token changes nothing: it does not complete, fail,
 *   release or report. Between a reclaim and the next lease the last token may still complete, and
 *   nothing else. The settlement that ended a token may be repeated: it is answered as the first time.
 * - G5 Every task ends in exactly one final state, once (a redrive begins anew).
 * - G6 A lease whose session's ttl passed is reclaimed by one sweep, also by another process.
 * - G7 Attempts never exceed `maxAttempts`, crashes never exceed `maxCrashes`.
 * - G8 Within a queue: higher priority first, then first in, first out by the time a task was first due;
 *   a retried, released or reclaimed task keeps its place.
 * - G13 Final tasks are kept for their retention (and their request id's window), then leave nothing.
 *
 * The store's own clock decides about every time; callers pass durations.
 */
export interface Store {
  /**
   * Stores new tasks. Idempotent by task id: repeating a batch whose answer was lost is safe.
   */
  submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]>;

  /**
   * Leases READY tasks to a live session on its newest stream: pops them in order, gives each a new
   * token, counts the attempt. Due tasks that no sweep has promoted yet are promoted first. Never leases an expired one.
   *
   * Where the answer is lost, {@link Store.openSession} with the leases that did arrive gives the
   * others back.
   */
  lease(request: LeaseRequest): Promise<LeaseOutcome>;

  /** Ends leases; every outcome is fenced by its token (G4). */
  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]>;

  /** Stores progress and checkpoints of running attempts; fenced by the token (G4). */
  report(batch: readonly Report[]): Promise<ReportOutcome[]>;

  /**
   * Opens sessions on queues, or takes them up again on another stream: from then on only that stream
   * renews them. Leases that the session has on the queue and that are not in `held` are released, no
   * attempt spent.
   */
  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]>;

  /**
   * Sets how long sessions live from now; a shorter ttl than before cuts it, 0 ends it. Costs the same
   * however many leases the session has.
   */
  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]>;

  /**
   * Does what is due on a queue: promotes, expires, reclaims and purges at most `limit` tasks of each,
   * and names the attempts that ran out of time (for the caller to fail, since how is policy). Any
   * number of processes may sweep.
   */
  sweep(queue: QueueName, limit: number): Promise<SweepReport>;

  /** Cancels tasks that are not final; a lease of theirs is over at once. */
  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]>;

  /** Makes DEAD tasks READY with all their attempts and crashes again. */
  redrive(batch: readonly TaskId[]): Promise<RedriveOutcome[]>;

  /** Returns tasks, null where there is none. */
  get(batch: readonly TaskId[], options?: GetOptions): Promise<(Task | null)[]>;

  /** Returns a page of a queue's tasks, state by state, each in the order it is worked off. */
  list(query: ListQuery): Promise<ListPage>;

  /** Returns figures of the queues named, or of every queue that ever had a task, by name. */
  stats(queues?: readonly QueueName[]): Promise<QueueStats[]>;

  /**
   * Calls the listener when something changed, soon and perhaps never: a hint, not a promise. Callers
   * look for themselves now and then.
   *
   * @returns what ends it
   */
  onHint(listener: (hint: StoreHint) => void): () => void;

  /** Ends every connection. Calls under way may reject. */
  close(): Promise<void>;
}

/** A task to store. */
export interface NewTask {
  /** Derived from the request id where the spec has one (see `taskIdOfRequest`). */
  readonly id: TaskId;
  readonly spec: TaskSpec;
  /** What tells a repeat from a request id used twice; empty where the spec has no request id. */
  readonly fingerprint: string;
}

/**
 * `created`: stored. `known`: the task was there already, with the same fingerprint (G2). `reused`:
 * there is a task of the same request id with another fingerprint.
 */
export type SubmitOutcome = { readonly kind: "created" | "known" | "reused" };

/** Which tasks to lease, and to whom. */
export interface LeaseRequest {
  readonly queue: QueueName;
  /** Only tasks of these types; null for every type. */
  readonly types: readonly TaskType[] | null;
  readonly sessionId: SessionId;
  /** The stream that the tasks will be sent on; compared with the session's newest. */
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  /** At most this many. */
  readonly limit: number;
  /** Stops before the payloads exceed this, but for the first. */
  readonly maxPayloadBytes: number;
}

/**
 * `session_gone`: the session's ttl has passed, so that no lease of it could live. `superseded`: another
 * stream took it up; a grant on the old one would be renewed by the new one and never be run.
 */
export type LeaseOutcome =
  | { readonly kind: "ok"; readonly tasks: readonly LeasedTask[] }
  | { readonly kind: "session_gone" }
  | { readonly kind: "superseded" };

/** The end of a lease. */
export interface Settlement {
  readonly lease: LeaseRef;
  readonly outcome: SettlementOutcome;
}

/**
 * What came of an attempt. `timed_out` is the dispatcher's own: like `fail`, and the session that holds
 * the lease is told that it is lost.
 */
export type SettlementOutcome =
  | { readonly kind: "complete"; readonly result: Content }
  | { readonly kind: "fail" | "timed_out"; readonly failure: Failure; readonly next: NextStep }
  | { readonly kind: "release"; readonly delayMs: number };

/** What follows a failed attempt. */
export type NextStep =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "die" };

/**
 * `ok`: the lease ended so, now or earlier; `state` is where that left the task. `stale`: the token is
 * not the lease's any more, nothing changed (G4). `not_found`: no such task.
 */
export type SettleOutcome =
  | { readonly kind: "ok"; readonly state: TaskState; readonly isRepeat: boolean }
  | { readonly kind: "stale" }
  | { readonly kind: "not_found" };

/** What a running attempt says of itself; null leaves what was said before. */
export interface Report {
  readonly lease: LeaseRef;
  readonly progress: Progress | null;
  readonly checkpoint: Uint8Array | null;
}

/** `stale` as in {@link SettleOutcome}, an unknown task included. */
export type ReportOutcome = { readonly kind: "ok" | "stale" };

/** A session to open on one queue. */
export interface SessionOpening {
  readonly sessionId: SessionId;
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  readonly queue: QueueName;
  readonly ttlMs: number;
  /** The leases on this queue that the worker still has. */
  readonly held: readonly LeaseRef[];
}

/** What a session has on a queue after it was opened. */
export interface SessionOpened {
  /** Those of `held` that are still its own. */
  readonly kept: readonly LeaseRef[];
  /** Those of `held` that are not. */
  readonly lost: readonly LeaseRef[];
  /** Those that were its own and were not in `held`; given back now. */
  readonly released: readonly LeaseRef[];
}

/** A session's life on one queue. */
export interface SessionRenewal {
  readonly sessionId: SessionId;
  readonly streamId: StreamId;
  readonly queue: QueueName;
  /** From now. 0 ends the session: what it holds is reclaimed by the next sweep. */
  readonly ttlMs: number;
}

/**
 * `ok`: done; `notices` names leases that the session lost since the last renewal, each once. `gone`:
 * its ttl has passed, open it again. `superseded`: another stream took it up; nothing changed.
 */
export type RenewOutcome =
  | { readonly kind: "ok"; readonly notices: readonly LeaseNotice[] }
  | { readonly kind: "gone" }
  | { readonly kind: "superseded" };

/** Says that a session lost a lease, other than by its own settlement. */
export interface LeaseNotice {
  readonly lease: LeaseRef;
  readonly cause: "cancelled" | "timed_out";
  /** Why it was cancelled, as the canceller said; empty otherwise. */
  readonly reason: string;
}

/** What a sweep did. */
export interface SweepReport {
  /** SCHEDULED tasks that are READY now. */
  readonly promoted: number;
  readonly expired: number;
  readonly purged: number;
  /** Leases whose session's ttl passed (G6). */
  readonly reclaimed: readonly ReclaimedLease[];
  /** Attempts past their timeout, still leased. */
  readonly timedOut: readonly TimedOutAttempt[];
  /** How long until something is due next; 0 where the limit cut the sweep short; null for never. */
  readonly nextInMs: number | null;
}

/** A lease taken back from a session that died. */
export interface ReclaimedLease {
  readonly lease: LeaseRef;
  readonly sessionId: SessionId;
  readonly workerId: WorkerId;
  /** READY, or DEAD where its crashes are spent (G7). */
  readonly state: TaskState;
}

/** An attempt past its timeout, with what the retry policy needs. */
export interface TimedOutAttempt {
  readonly lease: LeaseRef;
  readonly attempt: number;
  readonly retryPolicy: RetryPolicy;
}

/** A task to cancel. */
export interface Cancellation {
  readonly taskId: TaskId;
  readonly reason: string;
}

/** `ok`: CANCELLED, now or before. `final`: it ended in another state. */
export type CancelOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "final"; readonly state: TaskState }
  | { readonly kind: "not_found" };

/** `ok`: READY again. `not_dead`: it is in another state; nothing changed. */
export type RedriveOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "not_dead"; readonly state: TaskState }
  | { readonly kind: "not_found" };

/** What to return beside the task itself. */
export interface GetOptions {
  /** Counts `Task.ahead`. */
  readonly ahead?: boolean;
  /** From now on changes of the tasks are hinted to every process, until they are final. */
  readonly watch?: boolean;
}

/** Which tasks to list. */
export interface ListQuery {
  readonly queue: QueueName;
  /** In this order. */
  readonly states: readonly TaskState[];
  readonly type: TaskType | null;
  /** Tasks must have all of them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly submittedFromMs: number | null;
  readonly submittedBeforeMs: number | null;
  readonly limit: number;
  /** Where the page before ended; null for the first page. */
  readonly after: ListCursor | null;
}

/** A place in a listing. */
export interface ListCursor {
  readonly state: TaskState;
  /** The store's own measure of order within the state. */
  readonly order: number;
  readonly taskId: TaskId;
}

/** A page of tasks; it may hold fewer than asked for although more follow. */
export interface ListPage {
  readonly tasks: readonly Task[];
  /** Null where this was the last. */
  readonly next: ListCursor | null;
}

/** Figures of a queue. */
export interface QueueStats {
  readonly queue: QueueName;
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Since when the READY task that is due longest is due, as an age; null where none is READY. */
  readonly oldestReadyAgeMs: number | null;
}

/**
 * `ready`: a queue has tasks to lease that it did not have. `session`: a renewal of the session would
 * bring notices. `tasks`: these tasks changed their state or progress.
 */
export type StoreHint =
  | { readonly kind: "ready"; readonly queue: QueueName }
  | { readonly kind: "session"; readonly sessionId: SessionId }
  | { readonly kind: "tasks"; readonly taskIds: readonly TaskId[] };

/** Why a store threw. `unknown`: the change may have happened. */
export type StoreErrorKind = "unavailable" | "unknown" | "full";

/** The store is broken, out of reach or out of room. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.kind = kind;
  }
}
