/**
 * Where a worker is in its life.
 *
 * - `idle`: it was made and not run.
 * - `connecting`: it has no stream to a dispatcher; what it runs goes on. Entered by `run` and whenever
 *   the stream breaks.
 * - `running`: a dispatcher said Welcome.
 * - `draining`: `stop` was called, or an operator asked the worker to go; no new task is taken.
 * - `stopped`: every handler ended and every settlement was answered.
 * - `failed`: a dispatcher refused the worker for good, or it could not stop in time.
 */
export type WorkerState = "idle" | "connecting" | "running" | "draining" | "stopped" | "failed";

/**
 * Why a worker stopped.
 *
 * - `stopped`: it was told to here, by `stop` or the signal.
 * - `dismissed`: an operator asked it to go (`WorkerClient.drain`), and gave this reason. Whatever starts it anew brings
 *   another worker.
 */
export type WorkerEnd =
  | { readonly cause: "stopped" }
  | { readonly cause: "dismissed"; readonly reason: string };

/** How an attempt ended, for `WorkerOptions.onAttemptEnd`. */
export interface AttemptReport {
  readonly taskId: string;
  readonly queue: string;
  readonly type: string;
  readonly attempt: number;
  /** `dropped`: the lease was lost or the task was cancelled, so that the outcome went nowhere. */
  readonly outcome: "complete" | "fail" | "release" | "dropped";
  /** How long the handler ran. */
  readonly durationMs: number;
}

/** What `Worker.stop` and `run` reject with if handlers or the dispatcher kept the worker from stopping in time. */
export class StopTimeoutError extends Error {
  override readonly name: string = "StopTimeoutError";
  /** How many handlers ignored their signal and still run. */
  readonly runningHandlers: number;
  /** How many outcomes no dispatcher has answered; their tasks may run again. */
  readonly unsettled: number;

  constructor(runningHandlers: number, unsettled: number) {
    super(
      `the worker did not stop in time: ${runningHandlers} handlers still run, ${unsettled} settlements are unanswered`,
    );
    this.runningHandlers = runningHandlers;
    this.unsettled = unsettled;
  }
}
