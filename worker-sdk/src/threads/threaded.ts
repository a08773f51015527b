import { systemClock } from "@baton/proto/shared";
import type { Handler } from "../handler/handler.ts";
import { checkThreadOptions, type ThreadOptions } from "./thread-options.ts";
import { ThreadPool } from "./thread-pool.ts";

/** A handler that runs on threads of its own. */
export interface ThreadedHandler<Payload = unknown, Result = unknown>
  extends Handler<Payload, Result>,
    AsyncDisposable {
  /** Ends its threads; a task that it still runs is given back, as are those that come later. */
  close(): Promise<void>;
}

/**
 * Returns a handler that runs on threads of its own, so that however long it blocks, the worker's event loop is
 * free to keep leases, to cancel and to settle:
 * `const resize = threaded(new URL("./resize.js", import.meta.url), { threads: 4 })`.
 *
 * The module's default export is the handler itself, an ordinary `Handler`: it is given the task and its context.
 * - Payload, result and the fields of log lines cross by structured clone: a class instance arrives as a plain
 *   object. What cannot be cloned, such as a function, fails the attempt for good, with an error that names it.
 *   Errors keep name, message, stack and cause, and what they ask for.
 * - `context.signal` aborts on the thread. In a loop without `await` ask it by `signal.throwIfAborted()` or
 *   `signal.aborted`: both look for what came. A handler that goes on after `graceMs` is ended with its thread.
 * - A thread that dies fails the attempt that it ran, with a `ThreadError`; others go on, and another thread
 *   takes its place. What ends the process, such as a fault in native code, ends all: that needs processes.
 * - A task that finds no thread free waits, its lease being kept: give the worker no more concurrency than there
 *   are threads. It is given back once it waited for a tenth of its attempt's time.
 *
 * Threads are started when they are needed, and keep the process alive only while they run a task. They are started
 * from files: where a bundler is used, this package and the handler's module stay files of their own.
 *
 * @param module the URL or the absolute path of the handler's module, a file
 * @throws OptionsError that names all that is wrong
 */
export function threaded<Payload = unknown, Result = unknown>(
  module: URL | string,
  options?: ThreadOptions,
): ThreadedHandler<Payload, Result> {
  const pool = new ThreadPool(checkThreadOptions(module, options), systemClock);
  const handler: Handler<Payload, Result> = (task, context) =>
    pool.run(task, context) as Promise<Result>;
  return Object.assign(handler, {
    close: () => pool.close(),
    [Symbol.asyncDispose]: () => pool.close(),
  });
}
