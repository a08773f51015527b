import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "../logger.ts";

/** What a handler is given to work on. */
export interface ReceivedTask<Payload = unknown> {
  /** As the receipt of its submit. */
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  /** As the codec decoded it. Bytes belong to the handler, which may keep and change them. */
  readonly payload: Payload;
  /** The media type of the payload; empty if unknown. */
  readonly contentType: string;
  /** The metadata given at the submit, with the trace context. An event adds its attributes as `ce-<name>`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Which of the tasks of one firing this is, if its schedule has `shards`. */
export interface Shard {
  /** From 0 to `total` − 1. */
  readonly index: number;
  /** How many tasks the firing has. */
  readonly total: number;
}

/** What a handler knows of its attempt, and what it can say while it runs. */
export interface TaskContext {
  readonly taskId: string;
  readonly queue: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Which attempt this is, from 1. Released and crashed ones do not count. */
  readonly attempt: number;
  /** How many attempts may fail until the task is DEAD. */
  readonly maxAttempts: number;
  /** How many attempts were lost because their worker was, since the last one that failed. */
  readonly crashes: number;
  /**
   * A number that grows with every attempt at the task. Write it with what you store, and have the store refuse a
   * write with a smaller number than it has seen: an attempt that lost its lease, and does not know so yet, then does
   * no harm.
   */
  readonly leaseToken: number;
  /** How long the task had waited when the worker got it, counted from when it was due; in milliseconds. */
  readonly queuedMs: number;
  /** As it was submitted with; undefined where it was without. */
  readonly concurrencyKey: string | undefined;
  /** As it was submitted with; undefined where it was without. */
  readonly orderingKey: string | undefined;
  /** Undefined unless a schedule with `shards` made the task. */
  readonly shard: Shard | undefined;
  /** Aborts when the work is no longer wanted; its reason is an `AbortReason`. Pass it to what the handler waits for. */
  readonly signal: AbortSignal;
  /** The worker's logger, which adds the task's id, queue, type and attempt to every line. */
  readonly logger: Logger;
  /** The newest checkpoint, saved by this attempt or an earlier one. Undefined if there is none. */
  readonly checkpoint: Uint8Array | undefined;

  /** The newest checkpoint, parsed as JSON; undefined if there is none. Throws a SyntaxError if it is not JSON. */
  checkpointJson<Checkpoint = unknown>(): Checkpoint | undefined;

  /** How many milliseconds the attempt may still run; 0 if its time is up. */
  remainingMs(): number;

  /**
   * Says how far the work has come, for `TaskClient.watch` and `get`. It returns at once. Only the newest is sent,
   * within a fraction of the heartbeat interval, and in any case before the outcome.
   *
   * @param fraction from 0 to 1, else a RangeError is thrown; null to give a note alone
   * @param note for people; cut to 1,024 bytes
   */
  progress(fraction: number | null, note?: string): void;

  /**
   * Saves what the next attempt starts from if this one fails or crashes; it replaces the checkpoint before. It
   * returns at once. The checkpoint is sent within a fraction of the heartbeat interval, and in any case before a
   * failure; a crash may lose the newest.
   *
   * @param checkpoint bytes, or anything else as JSON; a RangeError is thrown above 64 KiB
   */
  saveCheckpoint(checkpoint: unknown): void;
}

const KEY = Symbol.for("baton.worker-sdk.current-task");
const shared = globalThis as { [KEY]?: AsyncLocalStorage<TaskContext> };
// On the global, so that two installed copies of this package agree.
shared[KEY] ??= new AsyncLocalStorage<TaskContext>();
const storage = shared[KEY];

/** Returns the context of the handler in which it is called, however deep; undefined outside of handlers. */
export function currentTask(): TaskContext | undefined {
  return storage.getStore();
}

/** Calls the handler so that {@link currentTask} returns the context in it. */
export function runInTask(
  context: TaskContext,
  handler: (task: ReceivedTask, context: TaskContext) => unknown,
  task: ReceivedTask,
): unknown {
  return storage.run(context, handler, task, context);
}
