import type { ReceivedTask, TaskContext } from "./task-context.ts";
import type { PayloadOf, ResultOf, TaskTypes } from "./task-types.ts";

/**
 * Runs one attempt of a task. If it returns, the task has SUCCEEDED, and what it returned is the result. If it
 * throws, the attempt has failed, and the task's retry policy decides what follows. To ask for something else, throw
 * a `NonRetryableError`, a `RetryAfterError`, a `ReleaseTaskError` or a `RateLimitedError`.
 *
 * The same holds after `context.signal` aborted: a handler that gives up must throw, best by
 * `context.signal.throwIfAborted()`. A handler that returns says that the work is done.
 *
 * If it returns bytes, they are copied: of a handler without a promise before the next handler starts, of others when
 * their promise is settled. So you may use a buffer again for the next task, but handlers that run at the same time
 * must not share one.
 */
export type Handler<Payload = unknown, Result = unknown> = (
  task: ReceivedTask<Payload>,
  context: TaskContext,
) => Result | Promise<Result>;

/** A handler for some types of a queue, each of its own. */
export type HandlersByType<Types extends TaskTypes<Types>> = {
  readonly [Type in keyof Types]?: Handler<PayloadOf<Types, Type>, ResultOf<Types, Type>>;
};

/** How a worker runs the tasks of one queue. */
export type QueueHandlers<Types extends TaskTypes<Types>> =
  /** Every type. */
  | Handler<PayloadOf<Types>, ResultOf<Types>>
  /** These types; others stay for other workers. */
  | { readonly types: HandlersByType<Types> };

/** Finds the handler of a task; undefined where the worker does not take it. */
export type FindHandler = (queue: string, type: string) => Handler | undefined;
