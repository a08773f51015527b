const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The bounds of every input, as docs/protocol.md lists them: the dispatcher holds all, the SDK those it can tell early. Sizes are in bytes of UTF-8. */
export const LIMITS = {
  maxPayloadBytes: 1024 * 1024,
  maxMessageBytes: 4 * 1024 * 1024,
  /** Of a request that carries no task, event, lease or settlement. */
  maxRequestWithoutPayloadBytes: 64 * 1024,
  maxContentTypeBytes: 128,
  maxRequestIdBytes: 128,
  maxKeyBytes: 128,
  maxHeaders: 32,
  maxHeaderValueBytes: 1024,
  maxLabels: 32,
  maxLabelValueBytes: 256,
  maxPriority: 9,
  maxDelayMs: 366 * DAY_MS,
  maxStartDeadlineMs: 366 * DAY_MS,
  maxAttemptTimeoutMs: 24 * HOUR_MS,
  maxRetentionMs: 366 * DAY_MS,
  maxAttempts: 100,
  maxCrashes: 100,
  maxBackoffMs: 24 * HOUR_MS,
  maxMultiplier: 10,
  maxNonRetryableTypes: 32,
  maxFailureTypeBytes: 128,
  maxFailureMessageBytes: 8 * 1024,
  maxFailureStackBytes: 16 * 1024,
  maxReasonBytes: 1024,
  maxNoteBytes: 1024,
  maxCheckpointBytes: 64 * 1024,
  maxBatchItems: 1_000,
  /** Of an await stream, at a time. */
  maxAwaitedItems: 10_000,
  /** Of all await streams of one address, and of one dispatcher. */
  maxAwaitedOfPeer: 50_000,
  maxAwaitedInAll: 100_000,
  maxSubscriptions: 64,
  maxSubscriptionTypes: 128,
  maxCredit: 1_000,
  maxHeldLeases: 1_000,
  maxPageSize: 1_000,
  maxSdkBytes: 128,
  minIntervalMs: SECOND_MS,
  maxIntervalMs: 366 * DAY_MS,
  maxJitterMs: HOUR_MS,
  maxMisfireThresholdMs: DAY_MS,
  maxCatchUp: 1_000,
  maxShards: 1_000,
  /** Static shards times the payload's bytes. */
  maxShardsTimesPayloadBytes: 64 * 1024 * 1024,
  maxCronBytes: 256,
  maxTimeZoneBytes: 64,
  maxEventIdBytes: 256,
  maxEventTypeBytes: 256,
  maxEventTextBytes: 1024,
  maxEventExtensions: 32,
  /** With `ce-` before it, it may name a task's header. */
  maxExtensionNameBytes: 60,
  /** An event may be wanted by all of them. */
  maxEventSubscriptions: 1_000,
  /** Of all subscriptions together, as they are stored. */
  maxEventSubscriptionBytes: 4 * 1024 * 1024,
  /** Of a queue or a concurrency key, SCHEDULED and READY. */
  maxBacklog: 1_000_000_000,
  /** Of a queue or a concurrency key, LEASED. */
  maxConcurrencyLimit: 1_000_000,
  maxWeight: 100,
  maxRateTasks: 1_000_000,
  minRatePeriodMs: 100,
  maxRatePeriodMs: DAY_MS,
  maxRateBurst: 1_000_000,
  maxHoldMs: DAY_MS,
  /** Past attempts of a task that are kept beside the first. */
  maxAttemptHistory: 100,
  /** Concurrency keys of a queue that have settings of their own. */
  maxKeysWithSettings: 10_000,
  /** Tasks that the events of one publish make: their ids are its answer. */
  maxTasksOfPublish: 20_000,
  /** Tasks that an operation names. */
  maxOperationIds: 1_000,
  maxOperationTasks: 1_000_000,
  maxOperationRate: 2_000,
  /** No state twice: as many as there are. */
  maxFilterStates: 7,
} as const;

/** What names look like. The limits on them are in the patterns. */
export const PATTERNS = {
  /** Of a queue, a type or a worker. */
  name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  /** Of a header. */
  headerKey: /^[a-z0-9][a-z0-9._-]{0,63}$/,
  /** Of a label. */
  labelKey: /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/,
} as const;
