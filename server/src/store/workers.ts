import type { QueueName, SessionId, TaskId, TaskType, WorkerId } from "../domain/ids.ts";

/**
 * What describes a worker's session, for people. It is kept on the first of its queues by name, since it may be large.
 */
export interface SessionDescription {
  /** The queues that it takes tasks of, by name. */
  readonly queues: readonly QueueName[];
  readonly workerId: WorkerId;
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  /** How many tasks the worker runs at a time; 0 where it did not say. */
  readonly concurrency: number;
  /** Where its stream ends. */
  readonly dispatcher: string;
  /** What a heartbeat makes its ttl. */
  readonly ttlMs: number;
}

/** What a session's queue knows of it: the description, or on which queue that is. */
export type SessionAbout = SessionDescription | QueueName;

/** A session of a worker, as it is on one queue. */
export interface StoredWorker {
  readonly id: SessionId;
  /** Null where an older version opened it. */
  readonly about: SessionAbout | null;
  /** The types that it takes from the queue; null for every type. */
  readonly types: readonly TaskType[] | null;
  /** How many more tasks it took at its last heartbeat. */
  readonly credit: number;
  /** For how long it lives if nothing is heard of it. */
  readonly ttlMs: number;
  /** Why it was asked to go; null where it was not. */
  readonly drain: string | null;
  /** How many leases it has on the queue. */
  readonly leases: number;
  /** Those that it has had for longest, at most {@link MAX_RUNNING}; of very many some. */
  readonly running: readonly RunningLease[];
}

/** A lease of a session. */
export interface RunningLease {
  readonly taskId: TaskId;
  readonly type: TaskType;
  readonly attempt: number;
  readonly startedAtMs: number;
}

/** Which sessions of a queue to return: those named, as many as live; or a page of all, by id. */
export type WorkersQuery = { readonly queue: QueueName } & (
  | { readonly ids: readonly SessionId[] }
  | { readonly after: SessionId | ""; readonly limit: number }
);

/** Sessions that live on a queue, by id. */
export interface WorkersPage {
  readonly workers: readonly StoredWorker[];
  /** Behind which the next page begins; null where there is no more. */
  readonly next: SessionId | null;
  /** Whether a part of the queue is away: sessions may be missing, and leases of the others. */
  readonly isPart?: boolean;
}

/** A session to ask to go. */
export interface SessionDrain {
  readonly queue: QueueName;
  readonly sessionId: SessionId;
  /** For people; at most 1024 bytes. */
  readonly reason: string;
}

/** `ok`: asked to go, now or before. `gone`: it does not live on the queue. */
export interface DrainOutcome {
  readonly kind: "ok" | "gone";
}

/** How many leases of a session on a queue a store names. */
export const MAX_RUNNING = 20;

/** What operators ask of the sessions of workers. */
export interface WorkerStore {
  /** Returns every queue that has the description of a session that lives, by name, and maybe others. */
  workerQueues(): Promise<QueueName[]>;

  /** Returns what is known of sessions that live on a queue. Looks at all of its sessions where none are named. */
  workers(query: WorkersQuery): Promise<WorkersPage>;

  /**
   * Asks sessions to go: each renewal and opening says so from then on, as long as the session lives, and a hint comes
   * now. It is granted tasks as before: its dispatcher is to see to that. The reason given first stays.
   */
  drainSessions(batch: readonly SessionDrain[]): Promise<DrainOutcome[]>;
}
