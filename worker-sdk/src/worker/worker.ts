import { type Clock, systemClock } from "@baton/proto/shared";
import type { TaskTypes } from "../handler/task-types.ts";
import {
  checkWorkerOptions,
  type WorkerOptions,
  type WorkerSettings,
} from "../handler/worker-options.ts";
import { StopTimeoutError, type WorkerEnd, type WorkerState } from "../handler/worker-state.ts";
import { callSafely } from "../logger.ts";
import { within } from "../time/within.ts";
import type { BatonError } from "../values/baton-error.ts";
import { bindMethods } from "../values/bind-methods.ts";
import { Checks } from "../values/checks.ts";
import { OptionsError } from "../values/options-error.ts";
import { Session } from "./session.ts";

/** How to run a worker. */
export interface RunOptions {
  /** Stops the worker when it aborts, as `stop` does. Wire it to SIGTERM. */
  readonly signal?: AbortSignal;
}

/** How long the end of a stream is waited for once everything is answered. */
const GOODBYE_MS = 1_000;

/**
 * Takes tasks from a dispatcher and runs a handler for each.
 *
 * Every task is run at least once, and may run again if its worker or its connection is lost. A worker that loses a
 * task's lease aborts the handler's signal; a result that it has all the same counts only if the store still knows
 * the lease. If the dispatcher goes away, the worker
 * says so in the log and connects again, for as long as it takes.
 *
 * @example
 * const worker = new Worker({
 *   address: "127.0.0.1:7400",
 *   queues: { email: async ({ payload }, { signal }) => send(payload, { signal }) },
 * });
 * const stop = new AbortController();
 * process.once("SIGTERM", () => stop.abort());
 * await worker.run({ signal: stop.signal });
 */
export class Worker<Types extends TaskTypes<Types> = TaskTypes> implements AsyncDisposable {
  readonly #settings: WorkerSettings;
  readonly #clock: Clock;
  readonly #session: Session;
  #state: WorkerState = "idle";
  #wasRun = false;
  #stopping: Promise<void> | undefined;
  #end: WorkerEnd = { cause: "stopped" };
  #finish: (error?: unknown) => void = () => {};

  /**
   * Connects to nothing before `run`. Throws an `OptionsError` that names every wrong option.
   *
   * @param clock for tests of the SDK itself
   */
  constructor(options: WorkerOptions<Types>, clock: Clock = systemClock) {
    bindMethods(this, Worker);
    this.#settings = checkWorkerOptions(options);
    this.#clock = clock;
    this.#session = new Session(this.#settings, clock, {
      onUp: () => this.#become("running", "connecting"),
      onDown: () => this.#become("connecting", "running"),
      onRefused: (error) => this.#fail(error),
      onDismissed: (reason) => this.#dismissed(reason),
    });
  }

  /** Where the worker is in its life. */
  get state(): WorkerState {
    return this.#state;
  }

  /** The worker's name. */
  get workerId(): string {
    return this.#settings.workerId;
  }

  /**
   * Works until `stop` is called, the signal aborts or an operator asks the worker to go, and resolves when the worker
   * has stopped, with why; at once if it was stopped before. Rejects with a `BatonError` if a dispatcher refuses the worker for good, and with a
   * `StopTimeoutError` if the worker cannot stop in time. A worker runs once: for another run, make another one.
   */
  async run(options: RunOptions = {}): Promise<WorkerEnd> {
    const checks = new Checks();
    const { signal } = checks.options("options", options);
    checks.signal("signal", signal);
    if (checks.violations.length > 0) {
      throw new OptionsError(checks.violations);
    }
    if (this.#wasRun) {
      throw new Error(`a worker runs once, and this one is ${this.#state}`);
    }
    this.#wasRun = true;
    // A signal to the process may come while it starts.
    if (this.#state === "stopped") {
      return this.#end;
    }
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    const stop = (): void => {
      // What goes wrong with stopping rejects `run`.
      this.stop().catch(() => {});
    };
    this.#become("connecting");
    this.#session.start();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) {
      stop();
    }
    try {
      await finished;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    return this.#end;
  }

  /**
   * Takes no more tasks and waits up to `drainTimeoutMs` for the handlers that run. Then it aborts their signals,
   * gives their tasks back and disconnects. Rejects with a `StopTimeoutError` if that takes longer than
   * `stopTimeoutMs`. You may call it at any time, and more than once.
   */
  async stop(): Promise<void> {
    if (this.#state === "idle") {
      this.#become("stopped");
    } else if (this.#state === "connecting" || this.#state === "running") {
      this.#stopping = this.#drain();
    }
    await this.#stopping;
  }

  /**
   * Runs the worker while the action runs, then stops it, and returns what the action returned. Rejects with what the
   * action or the worker rejected with; with an `AggregateError` if both did. For tests and short programs.
   */
  async runUntil<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    const running = this.run();
    const failed = new Promise<never>((_, reject) => {
      running.catch(reject);
    });
    const errors: unknown[] = [];
    let result: Result | undefined;
    try {
      result = await Promise.race([Promise.resolve().then(action), failed]);
    } catch (error) {
      errors.push(error);
    }
    try {
      await this.stop();
      await running;
    } catch (error) {
      if (!errors.includes(error)) {
        errors.push(error);
      }
    }
    if (errors.length > 1) {
      throw new AggregateError(errors, "both the action and the worker failed");
    }
    if (errors.length === 1) {
      throw errors[0];
    }
    return result as Result;
  }

  /** Calls `stop`; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #dismissed(reason: string): void {
    if (this.#state === "connecting" || this.#state === "running") {
      const { logger, workerId } = this.#settings;
      logger.info({ workerId, reason }, "an operator asked the worker to go");
      this.#end = { cause: "dismissed", reason };
      // What goes wrong with stopping rejects `run`.
      this.stop().catch(() => {});
    }
  }

  async #drain(): Promise<void> {
    const { drainTimeoutMs, stopTimeoutMs } = this.#settings;
    this.#become("draining");
    this.#session.drain();
    if (!(await within(this.#clock, drainTimeoutMs, this.#session.idle()))) {
      this.#session.abortHandlers();
    }
    // A handler that was aborted may still save a checkpoint; its task waits no longer than this.
    const release = this.#clock.after(stopTimeoutMs / 2, () => this.#session.releaseAll());
    const done = Promise.all([this.#session.idle(), this.#session.settled()]);
    await within(this.#clock, stopTimeoutMs, done);
    release.cancel();
    if (this.#state !== "draining") {
      return;
    }
    const { runningHandlers, unsettled } = this.#session;
    if (runningHandlers > 0 || unsettled > 0) {
      const error = new StopTimeoutError(runningHandlers, unsettled);
      this.#finishAs("failed", error);
      throw error;
    }
    await within(this.#clock, GOODBYE_MS, this.#session.close());
    this.#finishAs("stopped");
  }

  #fail(error: BatonError): void {
    this.#session.abortHandlers();
    this.#finishAs("failed", error);
  }

  #finishAs(state: WorkerState, error?: Error): void {
    this.#session.destroy();
    this.#become(state);
    this.#finish(error);
  }

  #become(state: WorkerState, onlyFrom?: WorkerState): void {
    const previous = this.#state;
    if (onlyFrom !== undefined && previous !== onlyFrom) {
      return;
    }
    this.#state = state;
    const { onStateChange, logger } = this.#settings;
    callSafely(
      () => onStateChange(state, previous),
      (error) => logger.error({ err: error }, "onStateChange threw"),
    );
  }
}
