import type { DispatchLog } from "../dispatch/log.ts";
import type { Clock, Timer } from "../domain/clock.ts";

/** What a {@link SweepLoop} needs. */
export interface SweepLoopOptions {
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** A pass begins at least this often. */
  readonly intervalMs: number;
  /** Does what is due. Returns how long until more is; null where it does not know of any. */
  readonly pass: () => Promise<number | null>;
}

/** Runs passes, one at a time: when something falls due, when it is woken, and now and then. */
export class SweepLoop {
  readonly #options: SweepLoopOptions;
  #timer: Timer | null = null;
  #nextAtMs = Number.POSITIVE_INFINITY;
  #run: Promise<void> | null = null;
  #isStopped = true;

  constructor(options: SweepLoopOptions) {
    this.#options = options;
  }

  /** Begins at once. */
  start(): void {
    this.#isStopped = false;
    this.wakeIn(0);
  }

  /** Ends it; resolves once no pass runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#run;
  }

  /** Has a pass begin after the delay at the latest. */
  wakeIn(delayMs: number): void {
    const atMs = this.#options.clock.monotonicMs() + delayMs;
    if (atMs < this.#nextAtMs) {
      this.#nextAtMs = atMs;
      this.#arm();
    }
  }

  #arm(): void {
    this.#timer?.cancel();
    // While a pass runs, its end sets the timer.
    if (!this.#isStopped && this.#run === null && this.#nextAtMs !== Number.POSITIVE_INFINITY) {
      const { clock } = this.#options;
      const inMs = Math.max(0, Math.ceil(this.#nextAtMs - clock.monotonicMs()));
      this.#timer = clock.after(inMs, () => {
        this.#nextAtMs = Number.POSITIVE_INFINITY;
        this.#run = this.#pass();
      });
    }
  }

  async #pass(): Promise<void> {
    const { log, intervalMs, pass } = this.#options;
    let inMs = intervalMs;
    try {
      inMs = Math.min(intervalMs, (await pass()) ?? intervalMs);
    } catch (error) {
      log.debug({ err: error }, "a sweep of documents failed");
    }
    this.#run = null;
    this.wakeIn(inMs);
    this.#arm();
  }
}
