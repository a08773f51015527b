/**
 * Why a handler's signal was aborted. Its result will not be taken, or may not be: somebody else has
 * the task, or soon will.
 */
export type AbortReason =
  | LeaseLostError
  | TaskCancelledError
  | AttemptTimeoutError
  | WorkerStoppedError;

/** The lease is over: the dispatcher said so, or did not answer for almost the lease's ttl. */
export class LeaseLostError extends Error {
  override readonly name: string = "LeaseLostError";
}

/** Somebody cancelled the task. */
export class TaskCancelledError extends Error {
  override readonly name: string = "TaskCancelledError";
  /** Why, as the canceller said; empty where nothing was said. */
  readonly cancelReason: string;

  constructor(cancelReason: string) {
    super(
      cancelReason === "" ? "the task was cancelled" : `the task was cancelled: ${cancelReason}`,
    );
    this.cancelReason = cancelReason;
  }
}

/** The attempt ran longer than the task's attempt timeout. */
export class AttemptTimeoutError extends Error {
  override readonly name: string = "AttemptTimeoutError";
  /** How long it may run. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`the attempt ran longer than its timeout of ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** The worker stops, and the handler did not finish within the drain timeout; the task is given back. */
export class WorkerStoppedError extends Error {
  override readonly name: string = "WorkerStoppedError";

  constructor() {
    super("the worker stops");
  }
}
