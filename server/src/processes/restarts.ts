import type { Clock, Timer } from "@baton/proto/shared";

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** What served for so long is not what the one before failed of. */
const HEALTHY_AFTER_MS = 10_000;

/** Says when to start a process again: the later, the more of them ended soon after one another. */
export class Restarts {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #timers = new Set<Timer>();
  #failures = 0;

  /** @param random from 0 (included) to 1 (excluded) */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Starts one after a while that doubles with each that did not serve for long, from 100 ms to 10 s, spread
   * by half.
   *
   * @param servedMs how long the one that ended served; 0 where it could not start
   * @returns the while
   */
  after(servedMs: number, start: () => void): number {
    this.#failures = servedMs >= HEALTHY_AFTER_MS ? 0 : this.#failures + 1;
    const longestMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, this.#failures - 1));
    const delayMs = Math.ceil(longestMs * (0.5 + this.#random() / 2));
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      start();
    });
    this.#timers.add(timer);
    return delayMs;
  }

  /** Starts none any more. */
  cancel(): void {
    for (const timer of this.#timers) {
      timer.cancel();
    }
    this.#timers.clear();
  }

  /** How many are to be started. */
  get waiting(): number {
    return this.#timers.size;
  }
}
