import type { Clock, Timer } from "@baton/proto/shared";
import type { DispatchLog } from "../dispatch/log.ts";

/** What a {@link SweepLoop} needs. */
export interface SweepLoopOptions {
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** A pass begins at least this often. */
  readonly sweepIntervalMs: number;
}

/** Some of what is due: there may be more at once. */
export const SOME = "some";

/** How long until something is due where nothing is now; null where nothing will be. */
export type Swept = typeof SOME | number | null;

/**
 * Sweeps until nothing is due, one pass at a time: when something falls due, when it is woken, and now and
 * then. Any number of loops may sweep one store.
 */
export class SweepLoop {
  readonly #options: SweepLoopOptions;
  readonly #sweep: () => Promise<Swept>;
  #timer: Timer | null = null;
  #nextAtMs = Number.POSITIVE_INFINITY;
  #run: Promise<void> | null = null;
  #isStopped = true;

  /** @param sweep does some of what is due */
  constructor(options: SweepLoopOptions, sweep: () => Promise<Swept>) {
    this.#options = options;
    this.#sweep = sweep;
  }

  /** Begins at once. */
  start(): void {
    this.#isStopped = false;
    // It may have been woken before, which armed nothing.
    this.#nextAtMs = Number.POSITIVE_INFINITY;
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
    const { log, sweepIntervalMs } = this.#options;
    let inMs = sweepIntervalMs;
    try {
      let swept: Swept = SOME;
      while (swept === SOME && !this.#isStopped) {
        swept = await this.#sweep();
      }
      inMs = typeof swept === "number" ? Math.min(sweepIntervalMs, swept) : sweepIntervalMs;
    } catch (error) {
      log.debug({ err: error }, "a sweep of documents failed");
    }
    this.#run = null;
    this.wakeIn(inMs);
    this.#arm();
  }
}
