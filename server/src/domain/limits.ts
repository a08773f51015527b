const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What a task gets where its spec does not say. */
export const DEFAULTS = {
  priority: 5,
  attemptTimeoutMs: 10 * MINUTE_MS,
  retentionMs: DAY_MS,
  /** Of the tasks that died; a dispatcher's setting, not a spec's. */
  deadRetentionMs: 14 * DAY_MS,
  deduplicationWindowMs: DAY_MS,
  retryPolicy: {
    maxAttempts: 5,
    maxCrashes: 3,
    initialBackoffMs: SECOND_MS,
    maxBackoffMs: 5 * MINUTE_MS,
    multiplier: 2,
    nonRetryableTypes: [],
  },
  pageSize: 100,
  operationTasks: 10_000,
  operationRate: 500,
} as const;
