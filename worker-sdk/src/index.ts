export * from "./abort-reasons.ts";
export {
  BatonError,
  type BatonErrorDetails,
  type FieldViolation,
  type StatusCode,
} from "./baton-error.ts";
export { type Codec, type Encoded, jsonCodec } from "./codec.ts";
export type { Handler, HandlersByType, QueueHandlers } from "./handler.ts";
export { NonRetryableError, ReleaseTaskError, RetryAfterError } from "./handler-errors.ts";
export { DEFAULTS } from "./limits.ts";
export { consoleLogger, type Logger, silentLogger } from "./logger.ts";
export { OptionsError } from "./options-error.ts";
export { currentTask, type ReceivedTask, type Shard, type TaskContext } from "./task-context.ts";
export type { TaskShape, TaskTypes } from "./task-types.ts";
export { type RunOptions, Worker } from "./worker.ts";
export type { WorkerOptions } from "./worker-options.ts";
export { type AttemptReport, StopTimeoutError, type WorkerState } from "./worker-state.ts";
