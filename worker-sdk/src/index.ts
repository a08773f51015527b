export * from "./abort-reasons.ts";
export {
  BatonError,
  type BatonErrorDetails,
  type FieldViolation,
  type StatusCode,
} from "./baton-error.ts";
export type { TaskClientOptions } from "./client-options.ts";
export { type Codec, type Encoded, jsonCodec } from "./codec.ts";
export type {
  EventClient,
  EventToPublish,
  PublishOutcome,
  PublishReceipt,
  SubscriptionInfo,
  SubscriptionOptions,
} from "./event-client.ts";
export type { Handler, HandlersByType, QueueHandlers } from "./handler.ts";
export { NonRetryableError, ReleaseTaskError, RetryAfterError } from "./handler-errors.ts";
export { DEFAULTS } from "./limits.ts";
export { consoleLogger, type Logger, silentLogger } from "./logger.ts";
export { OptionsError } from "./options-error.ts";
export type {
  FiringInfo,
  MisfirePolicy,
  OverlapPolicy,
  ScheduleCadence,
  ScheduleClient,
  ScheduleInfo,
  ScheduleOptions,
  TaskTemplate,
} from "./schedule-client.ts";
export type { SubmitOutcome, SubmitReceipt, TaskId } from "./submit-receipt.ts";
export type { RetryOptions, SubmitOptions } from "./submit-spec.ts";
export { type AwaitOptions, type ListQuery, TaskClient, type TaskToSubmit } from "./task-client.ts";
export { currentTask, type ReceivedTask, type Shard, type TaskContext } from "./task-context.ts";
export { TaskFailedError } from "./task-failed-error.ts";
export type {
  TaskExplanation,
  TaskFailure,
  TaskInfo,
  TaskObstacle,
  TaskProgress,
  TaskState,
} from "./task-info.ts";
export type { TaskShape, TaskTypes } from "./task-types.ts";
export { type RunOptions, Worker } from "./worker.ts";
export type { WorkerOptions } from "./worker-options.ts";
export { type AttemptReport, StopTimeoutError, type WorkerState } from "./worker-state.ts";
