import type { ReceivedTask, TaskContext } from "./task-context.ts";
import type { PayloadOf, ResultOf, TaskTypes } from "./task-types.ts";

/**
 * Runs one attempt of a task. Returning completes the task, with what is returned as its result;
 * throwing fails the attempt, and the task's retry policy decides what follows. `NonRetryableError`,
 * `RetryAfterError` and `ReleaseTaskError` ask for something else.
 *
 * That holds after `context.signal` aborted as well: a handler that gives up must throw, best by
 * `context.signal.throwIfAborted()`; one that returns says that the work is done.
 *
 * Bytes that it returns are copied once its promise is seen to be settled, and those of handlers that end at
 * once before the next one starts. So a buffer may be used again for the next task, but not be shared by
 * handlers that wait for something at the same time.
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
