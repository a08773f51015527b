import type { LeaseToken, QueueName, SessionId, TaskId, TaskType, WorkerId } from "./ids.ts";
import type { TaskState } from "./task-state.ts";

/** Bytes with their media type; empty where unknown. */
export interface Content {
  readonly value: Uint8Array;
  readonly contentType: string;
}

/** What happens when an attempt fails or its worker dies. */
export interface RetryPolicy {
  /** How many attempts may fail before the task is DEAD; 1 to 100. */
  readonly maxAttempts: number;
  /** How many leases may be lost to crashes in turn before the task is DEAD; 1 to 100. */
  readonly maxCrashes: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly multiplier: number;
  /** Failure types that end the task at once. */
  readonly nonRetryableTypes: readonly string[];
}

/** When a task becomes ready, by the store's clock. */
export type Due =
  | { readonly kind: "now" }
  | { readonly kind: "after"; readonly delayMs: number }
  | { readonly kind: "at"; readonly atMs: number };

/** Which part of a firing a task is. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly total: number;
  /** The only session that may lease the task; null for any. */
  readonly sessionId: SessionId | null;
}

/** What a submitter asked for, checked and with every default filled in. */
export interface TaskSpec {
  readonly queue: QueueName;
  readonly type: TaskType;
  readonly payload: Uint8Array;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty where the submit has none. */
  readonly requestId: string;
  /** 0 to 9; higher runs first. */
  readonly priority: number;
  readonly due: Due;
  /** How long after it became due the first attempt may start; null for ever. */
  readonly startDeadlineMs: number | null;
  readonly attemptTimeoutMs: number;
  readonly retryPolicy: RetryPolicy;
  readonly retentionMs: number;
  readonly deduplicationWindowMs: number;
  /** What limits and fair shares count by; empty for none. */
  readonly concurrencyKey: string;
  /** Tasks of one queue, concurrency key and ordering key run one at a time, in order; empty for none. */
  readonly orderingKey: string;
  /** Set where a store could not read the spec: every other field but the queue says nothing then. */
  readonly undecodable?: true;
  /** Absent where the task is not sharded; only schedules set it. */
  readonly shard?: Shard;
  /** Absent where the values tell: a default of the product's was not asked for, and any other value was. */
  readonly origins?: SpecOrigins;
}

/** Where values of a spec come from: the submit asked for what is the product's default, or its queue has it as default. */
export interface SpecOrigins {
  readonly retryPolicy?: "submit" | "queue";
  readonly retention?: "submit" | "queue";
}

/** Why an attempt did not succeed. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  /** The attempt's trace context, as a W3C `traceparent`; absent where it was not traced. */
  readonly traceparent?: string;
}

/** How far an attempt has come. */
export interface Progress {
  /** 0 to 1; null where the handler did not say. */
  readonly fraction: number | null;
  readonly note: string;
}

/** What came of an attempt. */
export type AttemptEnd =
  | "SUCCEEDED"
  | "FAILED"
  | "TIMED_OUT"
  | "CRASHED"
  | "RELEASED"
  | "CANCELLED";

/** What a store keeps of an attempt that its task goes on from. Times are the store's epoch milliseconds. */
export interface EndedAttempt {
  /** Which delivery of the task it was, from 1; of those behind 65,535 that number. */
  readonly delivery: number;
  /** Which attempt it was, as its worker was told. */
  readonly number: number;
  readonly outcome: AttemptEnd;
  readonly workerId: WorkerId | "";
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Cut (attempt-codec.ts); null unless it FAILED or TIMED_OUT. */
  readonly failure: Failure | null;
}

/** An attempt that is over. */
export interface PastAttempt extends EndedAttempt {
  /** Of its own span, or of the submit's; empty where neither is known. */
  readonly traceId: string;
}

/** What became of a task's attempts, but for one that still runs. */
export interface AttemptHistory {
  /** The first and the newest ones, oldest first. */
  readonly attempts: readonly PastAttempt[];
  readonly leftOut: number;
}

/** A task as the store knows it. Times are the store's epoch milliseconds. */
export interface Task {
  readonly id: TaskId;
  readonly spec: TaskSpec;
  readonly state: TaskState;
  /** Attempts started and not given back or lost to a crash, the running one included. */
  readonly attempt: number;
  /** Leases lost to crashes since an attempt failed; one long before the next does not count (crashes.ts). */
  readonly crashes: number;
  /** Times it was leased, whatever came of it. */
  readonly deliveries: number;
  /** The newest lease's token; 0 before the first. */
  readonly token: LeaseToken;
  /** Who holds or last held it; empty before the first lease. */
  readonly workerId: WorkerId | "";
  readonly submittedAtMs: number;
  readonly dueAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly purgeAtMs: number | null;
  /** Of the attempt that runs, or of the last one where the task is final; null while it waits. */
  readonly progress: Progress | null;
  readonly result: Content | null;
  readonly lastFailure: Failure | null;
  /** Empty unless CANCELLED. */
  readonly cancelReason: string;
  /**
   * How many READY tasks of the queue have a place before it, whatever their keys: those that run before it where no
   * task has a key, and about so where shares or limits of keys change that. Null where not asked for or not READY.
   */
  readonly ahead: number | null;
  /** Absent where not asked for. */
  readonly history?: AttemptHistory;
}

/** A task in a worker's hands, with all that the worker needs. */
export interface LeasedTask {
  readonly id: TaskId;
  readonly token: LeaseToken;
  readonly spec: TaskSpec;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  readonly crashes: number;
  readonly checkpoint: Uint8Array;
  /** The trace context of the attempt that failed last, as a `traceparent`; empty where none is known. */
  readonly previousTraceparent: string;
  /** How long it waited since it was due. */
  readonly queuedMs: number;
}

/** The failure of an attempt that ran longer than its timeout. */
export const ATTEMPT_TIMEOUT_FAILURE: Failure = {
  type: "attempt_timeout",
  message: "the attempt ran longer than its timeout",
  stack: "",
};

/** The failure of a task whose leases were lost to crashes too often. */
export const CRASHED_FAILURE: Failure = {
  type: "crashed",
  message: "the task's workers were lost too often",
  stack: "",
};
