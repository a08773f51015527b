import type { Clock, Timer } from "@baton/proto/shared";

const MAX_DELAY_MS = 2 ** 31 - 1;
/** A turn that takes longer than this was blocked: what arrives while it lasts is not read in it. */
const BLOCKED_MS = 100;

/**
 * One timer for many deadlines: it rings at the earliest of them, and whoever is rung looks which are
 * due and sets the next.
 *
 * It rings a turn of the event loop after its time, and another one where something blocked that. A process
 * that was frozen or busy then reads what arrived meanwhile before it takes the silence for a death.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings no later than at this monotonic time; an earlier setting stands. */
  set(atMs: number): void {
    if (atMs >= this.#dueMs) {
      return;
    }
    this.cancel();
    this.#dueMs = atMs;
    const delayMs = Math.min(Math.max(0, atMs - this.#clock.monotonicMs()), MAX_DELAY_MS);
    const timer = this.#clock.after(delayMs, () => this.#ringNextTurn(timer));
    this.#timer = timer;
  }

  /** Forgets the setting. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  #ringNextTurn(timer: Timer): void {
    const atMs = this.#clock.monotonicMs();
    setImmediate(() => {
      if (this.#clock.monotonicMs() - atMs > BLOCKED_MS) {
        setImmediate(() => this.#fire(timer));
      } else {
        this.#fire(timer);
      }
    });
  }

  #fire(timer: Timer): void {
    if (timer === this.#timer) {
      this.#timer = null;
      this.#dueMs = Number.POSITIVE_INFINITY;
      this.#ring();
    }
  }
}
