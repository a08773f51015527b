export * from "../handler/abort-reasons.ts";
export type { Handler } from "../handler/handler.ts";
export {
  NonRetryableError,
  RateLimitedError,
  ReleaseTaskError,
  RetryAfterError,
} from "../handler/handler-errors.ts";
export {
  currentTask,
  type ReceivedTask,
  type Shard,
  type TaskContext,
} from "../handler/task-context.ts";
export type { Logger } from "../logger.ts";
export { OptionsError } from "../values/options-error.ts";
export { ThreadError } from "./thread-error.ts";
export type { ThreadOptions } from "./thread-options.ts";
export { type ThreadedHandler, threaded } from "./threaded.ts";
