const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** The longest that an option may have the SDK wait. */
export const MAX_TIMEOUT_MS = 24 * 60 * MINUTE_MS;

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
  threads: {
    /** How long a handler on a thread may go on after its signal aborted, before its thread is ended. */
    graceMs: SECOND_MS,
  },
  /** How long a task waits that its handler gives back: doubles each time on the same worker. */
  release: { baseMs: SECOND_MS, capMs: MINUTE_MS },
  /** The waits between tries to reach a dispatcher. */
  backoff: { baseMs: 200, capMs: 5 * SECOND_MS },
} as const;
