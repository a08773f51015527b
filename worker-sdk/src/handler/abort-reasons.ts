/**
 * Why a handler's signal was aborted: the `reason` of the signal. The handler should stop, since its result will
 * probably not be taken: another worker has the task or will get it, or nobody wants it any more.
 */
export type AbortReason =
  | LeaseLostError
  | TaskCancelledError
  | AttemptTimeoutError
  | WorkerStoppedError;

/** The worker lost the task: the dispatcher said so, or did not answer for almost as long as the lease lasts. */
export class LeaseLostError extends Error {
  override readonly name: string = "LeaseLostError";
}

/** Somebody cancelled the task. */
export class TaskCancelledError extends Error {
  override readonly name: string = "TaskCancelledError";
  /** The reason that was given to `cancel`; empty if there was none. */
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
  /** How long an attempt at the task may run. */
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
