import type { QueueName, SessionId, TaskId, TaskType, WorkerId } from "../domain/ids.ts";

/** What operators do with workers, wherever these are connected. Every rejection is a `TaskError`. */
export interface WorkerControl {
  /** Workers' sessions, each once, in an order of the store's; a page may have fewer than the limit while more follow. */
  list(query: WorkerListQuery): Promise<WorkerList>;

  /** Asks sessions to go. Rejects with WORKER_NOT_FOUND where none is found, and all that were asked answered. */
  drain(whom: DrainTarget, reason: string): Promise<Drained>;
}

/** Which workers to list; null for any. */
export interface WorkerListQuery {
  readonly queue: QueueName | null;
  readonly type: TaskType | null;
  readonly workerId: WorkerId | null;
  readonly limit: number;
  /** Null for the first page. */
  readonly after: WorkerListCursor | null;
}

/** Where a page ended: in this queue's sessions behind this one. */
export interface WorkerListCursor {
  readonly queue: QueueName;
  /** Empty before the first. */
  readonly session: SessionId | "";
}

/** A page of workers. */
export interface WorkerList {
  readonly workers: readonly WorkerView[];
  /** Null where there is no more. */
  readonly next: WorkerListCursor | null;
  /** Queues that the store does not answer for, or for a part of which. */
  readonly unanswered: readonly QueueName[];
}

/** A worker's session. */
export interface WorkerView {
  readonly workerId: WorkerId;
  readonly sessionId: SessionId;
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly subscriptions: readonly {
    readonly queue: QueueName;
    /** Null for every type. */
    readonly types: readonly TaskType[] | null;
  }[];
  readonly concurrency: number;
  readonly credit: number;
  readonly leases: number;
  /** The longest first; bounded. */
  readonly running: readonly RunningTask[];
  readonly dispatcher: string;
  /** About. */
  readonly sinceHeartbeatMs: number;
  readonly isDraining: boolean;
}

/** A task that a worker runs. */
export interface RunningTask {
  readonly taskId: TaskId;
  readonly queue: QueueName;
  readonly type: TaskType;
  readonly attempt: number;
  readonly startedAtMs: number;
}

/** One session, or all of workers of a name. */
export type DrainTarget = { readonly sessionId: SessionId } | { readonly workerId: WorkerId };

/** Who was asked to go. */
export interface Drained {
  readonly sessionIds: readonly SessionId[];
  /** Queues that the store does not answer for, or for a part of which. */
  readonly unanswered: readonly QueueName[];
}
