import type { Clock, Timer } from "@baton/proto/shared";

/** Whatever a store says, a queue is not looked at again sooner: a clock may run a little ahead of another. */
const MIN_WAIT_MS = 2;

/**
 * Has a queue looked at again when time lets tasks go that its settings hold back, which no hint tells of. There is at
 * most one timer, for the soonest of what was said: what was said of later is said again then.
 */
export class HeldBack {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #timer: Timer | null = null;
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Takes in what a lease call says: how long until time lets tasks go; null or nothing where it does not. */
  note(forMs: number | null | undefined): void {
    if (forMs === null || forMs === undefined) {
      return;
    }
    const waitMs = Math.max(MIN_WAIT_MS, Math.ceil(forMs));
    const dueAtMs = this.#clock.monotonicMs() + waitMs;
    if (dueAtMs >= this.#dueAtMs) {
      return;
    }
    this.stop();
    this.#dueAtMs = dueAtMs;
    this.#timer = this.#clock.after(waitMs, () => {
      this.stop();
      this.#onDue();
    });
  }

  /** Waits for nothing any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }
}
