import type { TaskError } from "../domain/errors.ts";
import type {
  LeaseRef,
  QueueName,
  SessionId,
  SessionKey,
  TaskId,
  TaskType,
  WorkerId,
} from "../domain/ids.ts";
import type { Content, Failure, LeasedTask, Progress, Task } from "../domain/task.ts";
import type {
  Hold,
  ListPage,
  ListQuery,
  NewTask,
  QueueStats,
  SubmitOutcome as StoredOutcome,
} from "../store/store.ts";

import type { Explanation } from "./explanation.ts";
import type { QueueControl } from "./queue-control.ts";
import type { WorkerControl } from "./worker-control.ts";

export type {
  Hold,
  ListCursor,
  ListFilter,
  ListPage,
  ListQuery,
  NewTask,
  QueueStats,
} from "../store/store.ts";
export type { ExplainCode, Explanation, ExplanationReason } from "./explanation.ts";

/**
 * What the transport asks of the dispatcher. Inputs were checked; every rejection is a `TaskError`.
 */
export interface Dispatcher {
  /**
   * Stores tasks. What one event of the event loop brings becomes one store call a queue. A repeat that
   * differs from its task in anything but headers is `reused`.
   *
   * @param done called once
   */
  submit(batch: readonly NewTask[], done: (answer: SubmitAnswer) => void): void;

  /**
   * As {@link submit}, for tasks that the dispatcher makes by itself, of schedules and events: these are
   * taken also during a drain, until `stop`. Repeats are compared by type and payload alone.
   */
  submitOwn(batch: readonly NewTask[], done: (answer: SubmitAnswer) => void): void;

  /**
   * Opens a worker's session, or takes it up again, and sends Welcome on its link. Rejects with
   * SESSION_RESUMED where a newer stream has it.
   */
  openSession(hello: WorkerHello, link: WorkerLink): Promise<WorkerSession>;

  /** Settles leases of a session without its stream; one answer an item, in order. */
  settle(key: SessionKey, batch: readonly WorkerSettlement[]): Promise<SettlementAnswer[]>;

  /** Returns a task, with its history where that is asked for; rejects with TASK_NOT_FOUND or TASK_PURGED. */
  get(id: TaskId, options?: { readonly history?: boolean }): Promise<Task>;

  /**
   * Returns the task of a request id; of several, which only a queue that is spread may have, the one that was
   * submitted last. Rejects as {@link get}.
   */
  getByRequestId(
    queue: QueueName,
    requestId: string,
    options?: { readonly history?: boolean },
  ): Promise<Task>;

  list(query: ListQuery): Promise<ListPage>;

  /** Resolves with the task once it is final. Rejects with the signal's reason when it aborts. */
  awaitFinal(id: TaskId, signal: AbortSignal): Promise<Task>;

  /**
   * Shows a task to the follower soon, and whenever it may have changed.
   *
   * @returns what ends it
   */
  follow(id: TaskId, follower: TaskFollower): () => void;

  /** Yields the task now and after changes, the final state last; ends quietly when the signal aborts. */
  watch(id: TaskId, signal: AbortSignal): AsyncIterable<Task>;

  /** Cancels a task; rejects with TASK_NOT_FOUND, TASK_PURGED or TASK_FINAL. */
  cancel(id: TaskId, reason: string): Promise<Task>;

  /** Redrives a dead task; rejects with TASK_NOT_FOUND, TASK_PURGED or TASK_NOT_DEAD. */
  redrive(id: TaskId): Promise<Task>;

  /** Runs a scheduled task now; rejects with TASK_NOT_FOUND, TASK_PURGED or TASK_NOT_SCHEDULED. */
  runNow(id: TaskId): Promise<Task>;

  /** Deletes a final task; rejects with TASK_NOT_FOUND, TASK_PURGED or TASK_NOT_FINAL. */
  delete(id: TaskId): Promise<void>;

  explain(id: TaskId): Promise<Explanation>;

  stats(queues?: readonly QueueName[]): Promise<QueueStats[]>;

  readonly queues: QueueControl;

  readonly workers: WorkerControl;

  /**
   * Whether the store answered lately and no drain has begun: readiness. It stays where the store fails for
   * some queues and answers for others.
   */
  isReady(): boolean;

  load(): DispatcherLoad;

  /**
   * Begins the background duties: sweeping, heartbeat deadlines, hints. Resolves once the store has answered
   * for the first time, or failed, so that {@link isReady} knows; never rejects.
   */
  start(): Promise<void>;

  /**
   * Stops granting, tells every worker to move, waits until their streams ended or the grace passed,
   * then ends the streams that are left. New sessions are refused with DRAINING; submits are still taken.
   */
  drain(graceMs: number): Promise<void>;

  /** Ends the background duties and waits for store calls under way. */
  stop(): Promise<void>;
}

/** What became of one task that was submitted. */
export interface SubmitOutcome extends StoredOutcome {
  /** Of what is `reused`, the fields that differ, as on the wire; absent where they are not known. */
  readonly differing?: readonly string[];
}

/** An outcome an item in order, or why it is not known; one error where that is so of all of them. */
export type SubmitAnswer = readonly (SubmitOutcome | TaskError)[] | TaskError;

/** What is here now. */
export interface DispatcherLoad {
  /** Worker sessions. */
  readonly sessions: number;
  /** The tasks that they would take. */
  readonly credit: number;
  /** Queues that the store does not answer for. */
  readonly queuesAway: number;
}

/** Who follows a task. */
export interface TaskFollower {
  /** Whether only the task's end matters, so that it need not be seen before. */
  readonly awaitsEnd: boolean;
  /** Takes the task as it is, changed or not. */
  seen(task: Task): void;
  /** There is nothing more to follow: the task is gone, could not be read at first, or a drain ended it. */
  ended(error: TaskError): void;
}

/** A worker's Hello, checked. */
export interface WorkerHello {
  readonly workerId: WorkerId;
  readonly resumeSession: SessionKey | null;
  /** Higher than that of each earlier stream of the session; 0 where the worker does not number them. */
  readonly streamNumber: number;
  readonly subscriptions: readonly WorkerSubscription[];
  readonly held: readonly LeaseRef[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  /** How many tasks it runs at a time, for people; 0 where it does not say. */
  readonly concurrency: number;
}

/** A queue and the types of it that a worker takes; null for every type. */
export interface WorkerSubscription {
  readonly queue: QueueName;
  readonly types: readonly TaskType[] | null;
}

/** The dispatcher's end of one worker stream. Each method may be called until `closed`. */
export interface WorkerSession {
  readonly id: SessionId;
  /** Additive. Throws INVALID_FIELD where the sum would pass the limit. */
  addCredit(tasks: number): void;
  /** Answered with a heartbeat_ack of the same sequence, unless the store is out of reach. */
  heartbeat(leases: readonly HeldLease[], sequence: number): void;
  settle(batch: readonly WorkerSettlement[]): void;
  /** The worker goes: no more grants; answered with drain_ack. */
  drain(): void;
  /** The stream's connection is about to end: the worker is told to open another. */
  rotate(): void;
  /**
   * The stream is over. After a drain the session ends; otherwise its ttl is cut to the reconnect grace.
   */
  closed(): void;
}

/** The transport's end of one worker stream. */
export interface WorkerLink {
  /** Writes a message. Returns false where the peer reads too slowly: send no grants until `onWritable`. */
  send(message: WorkerMessage): boolean;
  /** Ends the stream: with OK where null. */
  end(error: TaskError | null): void;
  /** Calls back each time that writing may go on. */
  onWritable(listener: () => void): void;
}

/** What the dispatcher tells a worker; a ServerFrame each. */
export type WorkerMessage =
  | {
      readonly kind: "welcome";
      readonly sessionKey: SessionKey;
      readonly leaseTtlMs: number;
      readonly heartbeatIntervalMs: number;
      readonly kept: readonly LeaseRef[];
      readonly lost: readonly LeaseRef[];
    }
  | { readonly kind: "grant"; readonly tasks: readonly LeasedTask[] }
  | {
      readonly kind: "heartbeat_ack";
      /** That of the heartbeat it answers. */
      readonly sequence: number;
      readonly lost: readonly LeaseRef[];
      readonly cancelled: readonly LeaseRef[];
    }
  | { readonly kind: "settle_ack"; readonly results: readonly SettlementAnswer[] }
  | { readonly kind: "cancel"; readonly lease: LeaseRef; readonly reason: string }
  | { readonly kind: "drain"; readonly cause: "SHUTDOWN" | "REBALANCE"; readonly graceMs: number }
  | { readonly kind: "drain_ack" }
  | { readonly kind: "dismiss"; readonly reason: string }
  | { readonly kind: "throttle"; readonly reason: string; readonly retryAfterMs: number };

/** A lease that a worker says it holds; null where nothing changed. */
export interface HeldLease {
  readonly lease: LeaseRef;
  readonly progress: Progress | null;
  readonly checkpoint: Uint8Array | null;
}

/** A worker's outcome of one attempt, checked; the retry policy has not been asked yet. */
export interface WorkerSettlement {
  readonly lease: LeaseRef;
  readonly outcome: AttemptOutcome;
  /** The attempt's last; absent where the heartbeats said it. */
  readonly progress?: Progress;
}

/** What a worker says came of an attempt. */
export type AttemptOutcome =
  | { readonly kind: "complete"; readonly result: Content }
  | {
      readonly kind: "fail";
      readonly failure: Failure;
      readonly nonRetryable: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "release"; readonly delayMs: number; readonly hold?: Hold };

/** What became of a settlement. REJECTED is the transport's own, for what it found malformed. */
export interface SettlementAnswer {
  readonly lease: LeaseRef;
  readonly status: "OK" | "STALE" | "RETRY" | "REJECTED";
  /** Empty but for REJECTED. */
  readonly reason: string;
}
