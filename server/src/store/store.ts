import type { TaskAddress } from "../domain/flow/task-address.ts";
import type {
  LeaseRef,
  QueueName,
  SessionId,
  StreamId,
  TaskId,
  TaskType,
  WorkerId,
} from "../domain/ids.ts";
import type { LeasedTask, RetryPolicy, Task, TaskSpec } from "../domain/task.ts";
import type { TaskState } from "../domain/task-state.ts";
import type { FailureCount } from "./deaths.ts";
import type { FlowStore } from "./flow.ts";
import type { ListPage, ListQuery } from "./list-query.ts";
import type { MovesStore } from "./moves.ts";
import type { Report, ReportOutcome, Settlement, SettleOutcome } from "./settlements.ts";

export type { ListCursor, ListFilter, ListPage, ListQuery } from "./list-query.ts";

import type { QueueStats } from "./queue-stats.ts";
import type {
  LiveSession,
  RenewOutcome,
  SessionOpened,
  SessionOpening,
  SessionRenewal,
} from "./sessions.ts";
import type { WorkerStore } from "./workers.ts";

export * from "./deaths.ts";
export * from "./flow.ts";
export * from "./moves.ts";
export * from "./queue-stats.ts";
export * from "./sessions.ts";
export * from "./settlements.ts";
export * from "./store-errors.ts";
export * from "./workers.ts";

/**
 * Keeps tasks and leases. One method a state transition; each takes a batch and answers item by item,
 * in order. Expected outcomes are values; a method throws `StoreError` only where the store is
 * broken, and an answer that was not had changed everything or nothing of each item. Where only some
 * items failed it is a `BatchError`, which has the outcomes of the others.
 *
 * What every store guarantees, and the conformance suite tests by these names:
 *
 * - G1 A submit that was answered is not lost, as far as the store's durability setting reaches.
 * - G2 The same request id within its window returns the first task and creates none.
 * - G3 A task has at most one live token.
 * - G4 After a newer lease or a final state an old token changes nothing: it does not complete, fail,
 *   release or report. Between a reclaim and the next lease the last token may still complete, and
 *   nothing else. The settlement that ended a token may be repeated: it is answered as the first time.
 *   From another session than had the lease, the right token is as good as an old one.
 * - G5 Every task ends in exactly one final state, once (a redrive begins anew, and a deletion leaves nothing).
 * - G6 A lease whose session's ttl passed is reclaimed by one sweep, also by another process.
 * - G7 Attempts never exceed `maxAttempts`, crashes never exceed `maxCrashes`.
 * - G8 Within a queue: higher priority first, then first in, first out by the time a task was first due;
 *   a retried, released or reclaimed task keeps its place. This holds among the tasks of one concurrency key; between
 *   keys the grants are in proportion to their weights (deal.ts). In a queue that is spread over partitions this
 *   holds within each, and about so across them (redis/partitioned-store.ts).
 * - G9 Tasks of one ordering key are LEASED one at a time, in the order in which they were first due, then of their
 *   submits. The first holds the others while it is READY, LEASED or backing off; DEAD only where the queue says so
 *   (`onDead`). A redriven task comes before those that have not begun.
 * - G10 No more tasks of a queue or a concurrency key are LEASED than its limit, and no more are leased in any time
 *   than its rate lets go (gcra.ts). A limit that is lowered ends no lease.
 * - G13 Final tasks are kept for their retention (and their request id's window, and while they are DEAD for
 *   the retention of the dead), then leave nothing.
 * - G14 A queue that is paused leases nothing and takes submits.
 * - G15 A task that stays in its state and place from a listing's first page to the last is there once.
 * - G16 A store that is full still leases, settles, cancels, sweeps and purges, so that it empties: it refuses
 *   submits, results and checkpoints of more than 1 KiB, and shortens failures.
 *
 * The store's own clock decides about every time; callers pass durations. A moment has come when that
 * clock shows it or a later one.
 *
 * A task's place (G8) is its priority, then when it was first due, then the order of the submits. Its
 * `dueAtMs` is when it became READY last, or becomes so next.
 */
export interface Store extends FlowStore, MovesStore, WorkerStore {
  /**
   * Stores new tasks: READY where they are due, SCHEDULED otherwise. A due time that has passed means
   * now. Idempotent by task id: repeating a batch whose answer was lost is safe. Of the methods here the
   * one that a full store refuses: the others need little room, which it has in reserve (G16).
   */
  submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]>;

  /**
   * Returns the ids under which tasks lie that are submitted so, whether they are there or not. Looks at no task: a
   * store that spreads queues has to know how, any other one returns what they are offered with.
   */
  idsOf(batch: readonly TaskAddress[]): Promise<TaskId[]>;

  /**
   * Returns every id that a task of a request id may have: one, unless the queue is spread, where the task's key says
   * which of them it is. Looks at no task.
   */
  idsOfRequest(queue: QueueName, requestId: string): Promise<TaskId[]>;

  /**
   * Leases READY tasks to a live session on its newest stream: pops them in order, gives each a new
   * token, counts the attempt, forgets the progress of the one before. A task whose shard names a session
   * is leased by that session alone, whatever types it asks for. A task that may be what kills its workers
   * ({@link isSuspect}), and has no such session, is leased only where suspects are asked for. What is due is
   * expired and promoted first, as a sweep does (a bounded number). Never leases an expired task; a start deadline
   * holds until the first lease, whatever comes of that.
   *
   * Where the answer is lost, {@link Store.openSession} with the leases that did arrive gives the
   * others back.
   */
  lease(request: LeaseRequest): Promise<LeaseOutcome>;

  /**
   * Ends leases; every outcome is fenced by its token and the session that had it (G4), and by nothing
   * else: a session whose ttl passed may settle until its leases are reclaimed. A retry after the last
   * attempt is a death (G7); a delay of 0 leads to READY at once. A failure that is not the last makes
   * crashes 0: its process outlived it. A full store answers `no_room` to a
   * large result, and keeps no stack and only the beginning of the message of a failure.
   */
  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]>;

  /**
   * Returns the sessions that live on a queue and were not asked to go, at most {@link MAX_SESSIONS}, about as their
   * ttls end.
   */
  sessions(queue: QueueName): Promise<LiveSession[]>;

  /** Stores progress and checkpoints of running attempts; fenced by token and session (G4). */
  report(batch: readonly Report[]): Promise<ReportOutcome[]>;

  /**
   * Opens sessions on queues, or takes them up again on another stream: from then on only that stream
   * renews them. A session whose ttl passed has what was not reclaimed yet. Leases that the session has
   * on the queue and that are not in `held` are released, no attempt spent. A late opening changes
   * nothing: a numbered stream does not take a live session from one of the same or a higher number.
   */
  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]>;

  /**
   * Sets how long sessions live from now; a shorter ttl than before cuts it, 0 ends it. Costs the same
   * however many leases the session has.
   */
  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]>;

  /**
   * Does what is due on a queue: expires, promotes, reclaims and purges, in this order, at most `limit`
   * tasks of each, and names at most as many attempts that ran out of time (for the caller to fail,
   * since how is policy). A reclaim gives the attempt back and counts a crash ({@link crashesAfterAnother});
   * with the last crash the task is DEAD, with the failure `crashed`. Any number of processes may sweep.
   *
   * Only a sweep purges: a final task with all that belongs to it goes once its retention after the end,
   * and the deduplication window of its request id after the submit, have passed.
   */
  sweep(queue: QueueName, limit: number): Promise<SweepReport>;

  /** Cancels tasks that are not final; a lease of theirs is over at once, and its session is told. */
  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]>;

  /** Returns tasks, null where there is none. */
  get(batch: readonly TaskId[], options?: GetOptions): Promise<(Task | null)[]>;

  /**
   * Returns a page of a queue's tasks, state by state: SCHEDULED by when they are due, READY by their
   * place, LEASED by when the attempt runs out of time, final ones by when they are purged; each state the other way
   * round where the newest are to come first. A task that moves between two pages may be missed or repeated; each
   * other is listed once (G15).
   */
  list(query: ListQuery): Promise<ListPage>;

  /**
   * Returns every queue that has a task, by name; or those to which tasks or sessions came within so many
   * milliseconds, and maybe others. A queue without tasks and sessions is forgotten by a sweep once nothing
   * came to it for {@link QUEUE_MEMORY_MS}.
   */
  queueNames(usedWithinMs?: number): Promise<QueueName[]>;

  /**
   * Returns figures of the queues named, in that order, leaving out those not known; or of all, by name.
   * The results of a `BatchError` are one a queue named, null of those not known.
   */
  stats(queues?: readonly QueueName[]): Promise<QueueStats[]>;

  /**
   * Counts the DEAD tasks of queues by the type of their last failure, in no order, of at most
   * {@link MAX_FAILURE_TYPES} types of each (of each partition, where a queue is spread). Redis leaves out what died under
   * an earlier version.
   */
  countDeaths(queues: readonly QueueName[]): Promise<FailureCount[][]>;

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
  /** Whether it is taken also where the backlog is full: a firing or an event was promised before. */
  readonly isOwed?: boolean;
}

/**
 * `created`: stored. `known`: the task was there already, with the same fingerprint (G2). `reused`:
 * there is a task of the same request id with another fingerprint. `full`: the backlog of the queue or the
 * concurrency key has as many tasks as it may; nothing was stored.
 */
export interface SubmitOutcome {
  readonly kind: "created" | "known" | "reused" | "full";
  /** Where the store gave it another id than it was offered, since its concurrency key says where it lies. */
  readonly id?: TaskId;
  /** Whose backlog is full, and how many tasks it may have; `partitions` as in {@link Holding}. */
  readonly full?: {
    readonly of: "queue" | "key";
    readonly limit: number;
    readonly partitions?: number;
  };
}

/** Which tasks to lease, and to whom. */
export interface LeaseRequest {
  readonly queue: QueueName;
  /** Only tasks of these types; null for every type. */
  readonly types: readonly TaskType[] | null;
  readonly sessionId: SessionId;
  /** The stream that the tasks will be sent on; compared with the session's newest. */
  readonly streamId: StreamId;
  readonly workerId: WorkerId;
  /** At most this many. Up to 100 are brought where there are so many; fewer, but for bytes, are all for now. */
  readonly limit: number;
  /** Stops before the payloads exceed this, but for the first. */
  readonly maxPayloadBytes: number;
  /** Whether to lease suspects ({@link isSuspect}), and nothing else; no other lease brings one. */
  readonly isApart?: boolean;
}

/**
 * `session_gone`: the session's ttl has passed, so that no lease of it could live. `superseded`: another
 * stream took it up; a grant on the old one would be renewed by the new one and never be run.
 */
export type LeaseOutcome =
  | {
      readonly kind: "ok";
      readonly tasks: readonly LeasedTask[];
      /** About how many tasks of the queue may be leased still; 0 only where the session could lease none. */
      readonly left: number;
      /**
       * Present where settings hold READY tasks back: how long until time lets some go; null where only an end of a
       * lease or other settings do, which are hinted. 0 also where the call looked at as many keys as it may.
       */
      readonly heldBackMs?: number | null;
      /** Other sessions that have READY tasks which only they may lease; absent where none has. */
      readonly pinned?: readonly SessionId[];
      /** The types of which suspects are READY ({@link isSuspect}); absent where there are none. */
      readonly suspects?: readonly TaskType[];
      /**
       * Tasks that were next in line and of which the store can tell nothing but the id; it put them off for a
       * minute. Absent where there was none.
       */
      readonly unreadable?: readonly TaskId[];
    }
  | { readonly kind: "session_gone" }
  | { readonly kind: "superseded" };

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
  /** Concurrency keys and tasks that nothing holds back any more, at most the limit of each; absent where there were none. */
  readonly letGo?: number;
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

/** An attempt past its timeout, with the session that has it and what the retry policy needs. */
export interface TimedOutAttempt {
  readonly lease: LeaseRef;
  readonly sessionId: SessionId;
  readonly attempt: number;
  readonly retryPolicy: RetryPolicy;
}

/** A task to cancel. */
export interface Cancellation {
  readonly taskId: TaskId;
  readonly reason: string;
}

/** `ok`: CANCELLED now. `repeated`: it was before; nothing changed. `final`: it ended in another state. */
export type CancelOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "repeated" }
  | { readonly kind: "final"; readonly state: TaskState }
  | { readonly kind: "not_found" };

/** What to return beside the task itself. */
export interface GetOptions {
  /** Counts `Task.ahead`. */
  readonly ahead?: boolean;
  /** Tells `Task.history`. */
  readonly history?: boolean;
  /** From now on changes of the tasks are hinted to every process, until they are final. */
  readonly watch?: boolean;
}

/** How many sessions of a queue a store names. */
export const MAX_SESSIONS = 1_000;

/** How long a queue is known at least after something came to it, in milliseconds. */
export const QUEUE_MEMORY_MS = 600_000;

/**
 * `ready`: a queue has tasks to lease that it did not have; `isOwn` where a call on this very store
 * brought that about, whose answer tells as much. `session`: a renewal of the session would
 * bring notices. `tasks`: these tasks changed their state or progress.
 */
export type StoreHint =
  | { readonly kind: "ready"; readonly queue: QueueName; readonly isOwn: boolean }
  | { readonly kind: "session"; readonly sessionId: SessionId }
  | { readonly kind: "tasks"; readonly taskIds: readonly TaskId[] };
