/** How a call ended. `info`: nobody knows whether it happened, as in Jepsen. */
export type CallOutcome = "ok" | "fail" | "info";

/** A lease as histories name it. */
export interface LeaseSeen {
  readonly taskId: string;
  readonly token: number;
}

/** What a task was when somebody read it. */
export interface TaskSeen {
  readonly taskId: string;
  readonly state: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly crashes: number;
  readonly deliveries: number;
  /** SHA-256 of the result, shortened; empty where there is none. */
  readonly resultHash: string;
  /** The header that names the submit; empty where there is none. */
  readonly op: string;
  /** The store's epoch milliseconds; null before the final state. */
  readonly finishedAtMs: number | null;
  readonly failureType: string;
  /** The store's epoch milliseconds. */
  readonly submittedAtMs: number;
}

/** A rate limit, with its burst. */
export interface RateSeen {
  readonly tasks: number;
  readonly periodMs: number;
  readonly burst: number;
}

/** What a schedule did at a tick, as it remembers it. Times are the store's epoch milliseconds. */
export interface FiringSeen {
  readonly tickMs: number;
  readonly decidedAtMs: number;
  readonly outcome: string;
  readonly taskIds: readonly string[];
}

/** What happened in one process, as it wrote it down; one line of a history each. */
export type Happening =
  | {
      readonly kind: "submit";
      /** Names what is submitted, however often; travels in the task's header `op`. */
      readonly op: string;
      readonly queue: string;
      readonly requestId: string;
      readonly payloadHash: string;
      readonly delayMs: number;
      /** Empty for none. */
      readonly concurrencyKey: string;
      readonly orderingKey: string;
      /** The machine's epoch milliseconds. */
      readonly wallMs: number;
      /** Whether the payload is deliberately another one than the request id's first. */
      readonly isConflict: boolean;
    }
  | {
      readonly kind: "submitted";
      readonly op: string;
      /** When the call began. */
      readonly sinceMs: number;
      readonly outcome: CallOutcome;
      readonly taskId: string;
      readonly isDeduplicated: boolean;
      readonly isConflict: boolean;
      /** The reason in the error's details, or its status code. */
      readonly reason: string;
    }
  | {
      readonly kind: "cancelled";
      readonly taskId: string;
      readonly sinceMs: number;
      readonly outcome: CallOutcome;
      readonly reason: string;
    }
  | {
      readonly kind: "read";
      readonly sinceMs: number;
      /** Null where there was no such task. */
      readonly task: TaskSeen | null;
      readonly taskId: string;
      /** Whether every fault was over and everything had been worked off. */
      readonly isLast: boolean;
    }
  | {
      readonly kind: "hello";
      readonly stream: string;
      readonly resumed: string;
      readonly held: readonly LeaseSeen[];
    }
  | {
      readonly kind: "welcome";
      readonly stream: string;
      readonly session: string;
      readonly ttlMs: number;
      readonly kept: readonly LeaseSeen[];
      readonly lost: readonly LeaseSeen[];
    }
  | {
      readonly kind: "grant";
      readonly stream: string;
      readonly taskId: string;
      readonly token: number;
      readonly attempt: number;
      readonly maxAttempts: number;
      readonly crashes: number;
      readonly op: string;
      readonly payloadHash: string;
    }
  | {
      readonly kind: "heartbeat";
      readonly stream: string;
      readonly sequence: number;
      readonly leases: readonly LeaseSeen[];
    }
  | {
      readonly kind: "heartbeat_ack";
      readonly stream: string;
      readonly sequence: number;
      readonly lost: readonly LeaseSeen[];
      readonly cancelled: readonly LeaseSeen[];
    }
  | { readonly kind: "cancel_frame"; readonly stream: string; readonly lease: LeaseSeen }
  | {
      readonly kind: "settle";
      readonly taskId: string;
      readonly token: number;
      readonly outcome: "complete" | "fail" | "release";
      readonly resultHash: string;
      /** Whether it came with the key of another session than was granted the lease. */
      readonly isForged: boolean;
    }
  | {
      readonly kind: "settle_ack";
      readonly taskId: string;
      readonly token: number;
      /** What was answered. */
      readonly outcome: "complete" | "fail" | "release";
      readonly status: string;
      readonly isForged: boolean;
    }
  | {
      readonly kind: "schedule_put";
      readonly schedule: string;
      readonly payloadHash: string;
      /** The store's epoch milliseconds; from there on it ticks by the interval. */
      readonly firstTickMs: number;
      readonly intervalMs: number;
      /** How many tasks a firing has. */
      readonly shards: number;
      readonly misfirePolicy: "FIRE_ONCE" | "SKIP";
      readonly misfireThresholdMs: number;
    }
  | {
      readonly kind: "firings";
      readonly schedule: string;
      /** The newest that are remembered. */
      readonly firings: readonly FiringSeen[];
      /** Whether every fault was over, and the schedule had time to catch up. */
      readonly isLast: boolean;
      /** When the faults were over, in the store's epoch milliseconds; 0 where they are not. */
      readonly quietAtMs: number;
    }
  | {
      readonly kind: "publish";
      readonly event: string;
      readonly payloadHash: string;
      /** The subscriptions that it is to make a task for. */
      readonly subscriptions: readonly string[];
      /** Whether the event is deliberately another one than its id's first. */
      readonly isConflict: boolean;
    }
  | {
      readonly kind: "published";
      readonly event: string;
      /** When the call began. */
      readonly sinceMs: number;
      /** The machine's epoch milliseconds at the answer. */
      readonly wallMs: number;
      readonly outcome: CallOutcome;
      readonly taskIds: readonly string[];
      readonly isDeduplicated: boolean;
      readonly isConflict: boolean;
      /** The reason in the error's details, or its status code. */
      readonly reason: string;
    }
  | {
      /** How a queue was told to flow. */
      readonly kind: "settings";
      readonly queue: string;
      /** When the call began. */
      readonly sinceMs: number;
      readonly outcome: CallOutcome;
      readonly isPaused: boolean;
      readonly concurrencyLimit: number | null;
      readonly rateLimit: RateSeen | null;
      readonly keyConcurrencyLimit: number | null;
      readonly keyRateLimit: RateSeen | null;
    }
  | {
      /** What a concurrency key was given in place of its queue's settings; null where it has the queue's. */
      readonly kind: "key_settings";
      readonly queue: string;
      readonly key: string;
      readonly sinceMs: number;
      readonly outcome: CallOutcome;
      readonly isPaused: boolean;
      readonly concurrencyLimit: number | null;
      readonly rateLimit: RateSeen | null;
    }
  | { readonly kind: "stream_end"; readonly stream: string; readonly code: string }
  | { readonly kind: "start" | "end"; readonly taskId: string; readonly token: number }
  | { readonly kind: "fault"; readonly name: string; readonly target: string }
  | { readonly kind: "killed" | "frozen" | "thawed"; readonly target: string }
  | {
      readonly kind: "ready";
      readonly target: string;
      /** From its start. */
      readonly tookMs: number;
      /** How much of that its main thread ran, and how much it waited for a processor. */
      readonly ranMs: number;
      readonly queuedMs: number;
    }
  | {
      readonly kind: "exit";
      readonly target: string;
      readonly how: string;
      /** Whether somebody meant it to end so. */
      readonly isExpected: boolean;
      readonly complaint: string;
    }
  | { readonly kind: "memory"; readonly target: string; readonly bytes: number }
  | { readonly kind: "audit"; readonly problems: readonly string[] }
  | { readonly kind: "quiet" };

/** A happening with its time and place. */
export type HistoryEvent = Happening & {
  /** CLOCK_MONOTONIC in milliseconds: comparable between the processes of one machine. */
  readonly atMs: number;
  /** The process that wrote it. */
  readonly by: string;
};
