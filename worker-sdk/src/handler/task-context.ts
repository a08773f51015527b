import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "../logger.ts";

/** What a handler is given to work on. */
export interface ReceivedTask<Payload = unknown> {
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  /** What the codec made of the bytes; bytes are the handler's own, for typed arrays to be laid over. */
  readonly payload: Payload;
  readonly contentType: string;
  /** The metadata given at submit, trace context included. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Which part of a sharded task this is. */
export interface Shard {
  /** From 0. */
  readonly index: number;
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
  /** How many attempts may fail. */
  readonly maxAttempts: number;
  /** How many leases of the task were lost to crashes before. */
  readonly crashes: number;
  /**
   * Grows with every lease of the task: a store that refuses writes with a smaller number than it has
   * seen is safe from an attempt that lost its lease and does not know yet.
   */
  readonly leaseToken: number;
  /** How long the task waited since it was due. */
  readonly queuedMs: number;
  /** Undefined where the task is not sharded. */
  readonly shard: Shard | undefined;
  /** Aborts when the work is no longer wanted; its reason is an `AbortReason`. Pass it on. */
  readonly signal: AbortSignal;
  /** Names the task in every line. */
  readonly logger: Logger;
  /** The newest checkpoint, of this attempt or an earlier one. Undefined where there is none. */
  readonly checkpoint: Uint8Array | undefined;

  /** The newest checkpoint, parsed as JSON. Throws where it is none. */
  checkpointJson<Checkpoint = unknown>(): Checkpoint | undefined;

  /** How long the attempt may still run, on the monotonic clock; 0 where its time is up. */
  remainingMs(): number;

  /**
   * Tells how far the work has come; sent within a fraction of the heartbeat interval, the newest only.
   *
   * @param fraction 0 to 1, or null to say only the note; throws a RangeError outside
   * @param note for people; cut at 1024 bytes
   */
  progress(fraction: number | null, note?: string): void;

  /**
   * Keeps what the next attempt shall start from, should this one fail or crash; replaces the one
   * before. Sent within a fraction of the heartbeat interval, and before a failure.
   *
   * @param checkpoint bytes, or anything else as JSON; throws a RangeError above 64 KiB
   */
  saveCheckpoint(checkpoint: unknown): void;
}

const KEY = Symbol.for("baton.worker-sdk.current-task");
const shared = globalThis as { [KEY]?: AsyncLocalStorage<TaskContext> };
// On the global, so that two installed copies of this package agree.
shared[KEY] ??= new AsyncLocalStorage<TaskContext>();
const storage = shared[KEY];

/** The context of the handler that the caller runs in; undefined outside of one. */
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
