export type { TaskClientOptions } from "./channel/client-options.ts";
export type {
  EventClient,
  EventToPublish,
  PublishOutcome,
  PublishReceipt,
  SubscriptionInfo,
  SubscriptionOptions,
} from "./client/event-client.ts";
export type { Operation, OperationClient } from "./client/operation-client.ts";
export type {
  OperationInfo,
  OperationKind,
  OperationOptions,
  OperationPreview,
  TaskFilter,
} from "./client/operation-info.ts";
export type { DeadByFailure, DeadGroup } from "./client/queues/dead-by-failure.ts";
export type { QueueClient } from "./client/queues/queue-client.ts";
export type { BlockedTasks, QueueInfo, QueueKeyInfo } from "./client/queues/queue-info.ts";
export type { QueueKeySettings, QueueSettings, RateLimit } from "./client/queues/queue-settings.ts";
export type {
  FiringInfo,
  MisfirePolicy,
  OverlapPolicy,
  ScheduleCadence,
  ScheduleClient,
  ScheduleInfo,
  ScheduleOptions,
} from "./client/schedule-client.ts";
export type { RetryOptions } from "./client/submitting/retry-options.ts";
export type { SubmitOutcome, SubmitReceipt, TaskId } from "./client/submitting/submit-receipt.ts";
export type { SubmitOptions } from "./client/submitting/submit-spec.ts";
export { TaskClient, type TaskToSubmit } from "./client/task-client.ts";
export { TaskFailedError } from "./client/task-failed-error.ts";
export type {
  AttemptHistory,
  AttemptOutcome,
  PastAttempt,
  TaskFailure,
} from "./client/task-history.ts";
export type {
  TaskExplanation,
  TaskInfo,
  TaskObstacle,
  TaskProgress,
  TaskState,
} from "./client/task-info.ts";
export type { AwaitOptions, GetOptions, ListQuery } from "./client/task-queries.ts";
export type { TaskTemplate } from "./client/task-template.ts";
export type { WorkerClient, WorkerQuery, WorkerToDrain } from "./client/workers/worker-client.ts";
export type { RunningTask, WorkerInfo, WorkerSubscription } from "./client/workers/worker-info.ts";
export * from "./handler/abort-reasons.ts";
export type { Handler, HandlersByType, QueueHandlers } from "./handler/handler.ts";
export {
  NonRetryableError,
  RateLimitedError,
  type RateLimitedOptions,
  ReleaseTaskError,
  RetryAfterError,
} from "./handler/handler-errors.ts";
export {
  currentTask,
  type ReceivedTask,
  type Shard,
  type TaskContext,
} from "./handler/task-context.ts";
export type { TaskShape, TaskTypes } from "./handler/task-types.ts";
export type { WorkerOptions } from "./handler/worker-options.ts";
export {
  type AttemptReport,
  StopTimeoutError,
  type WorkerEnd,
  type WorkerState,
} from "./handler/worker-state.ts";
export { consoleLogger, type Logger, silentLogger } from "./logger.ts";
export {
  BatonError,
  type BatonErrorDetails,
  type FieldViolation,
  type StatusCode,
} from "./values/baton-error.ts";
export { type Codec, type Encoded, jsonCodec } from "./values/codec.ts";
export { DEFAULTS } from "./values/limits.ts";
export { OptionsError } from "./values/options-error.ts";
export { type RunOptions, Worker } from "./worker/worker.ts";
