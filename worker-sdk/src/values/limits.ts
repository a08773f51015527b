const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The protocol's bounds that the SDK checks before it sends; docs/protocol.md lists all. */
export const LIMITS = {
  maxPayloadBytes: 1024 * 1024,
  maxMessageBytes: 4 * 1024 * 1024,
  maxContentTypeBytes: 128,
  maxKeyBytes: 128,
  maxPriority: 9,
  maxDelayMs: 366 * DAY_MS,
  maxTimeoutMs: DAY_MS,
  maxAttempts: 100,
  maxMultiplier: 10,
  maxFailureTypeBytes: 128,
  maxFailureMessageBytes: 8 * 1024,
  maxFailureStackBytes: 16 * 1024,
  maxReasonBytes: 1024,
  maxNoteBytes: 1024,
  maxCheckpointBytes: 64 * 1024,
  maxBatchItems: 1_000,
  maxPageSize: 1_000,
  maxShards: 1_000,
  maxCatchUp: 1_000,
  maxEventTextBytes: 64 * 1024,
  /** Of one await stream. */
  maxAwaitedItems: 10_000,
  maxSubscriptions: 64,
  maxSubscriptionTypes: 128,
  /** Of a worker: tasks that run, tasks that were granted, and settlements that were not answered. */
  maxOutstanding: 1_000,
} as const;

/** What an option is where it is not given. */
export const DEFAULTS = {
  worker: {
    /** How many handlers run at once. */
    concurrency: 16,
    /** How long a stopping worker waits for running handlers before it aborts them. */
    drainTimeoutMs: 30 * SECOND_MS,
    /** How long it then waits for aborted handlers and for the dispatcher before it gives up. */
    stopTimeoutMs: 10 * SECOND_MS,
    /** How long a dispatcher may take to answer Hello. */
    connectTimeoutMs: 10 * SECOND_MS,
  },
  client: {
    /** How long a call, retries included, may take. */
    timeoutMs: 10 * SECOND_MS,
    /** How many submits may wait for their answer at once; others wait their turn. */
    maxInFlight: 4_000,
    /** How many submits may be under way or waiting in all; more are refused. */
    maxPending: 100_000,
  },
  /** How long a task waits that its handler gives back: doubles each time on the same worker. */
  release: { baseMs: SECOND_MS, capMs: MINUTE_MS },
  /** The waits between tries to reach a dispatcher. */
  backoff: { baseMs: 200, capMs: 5 * SECOND_MS },
} as const;
