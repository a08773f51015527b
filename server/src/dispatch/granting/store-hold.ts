import type { Clock } from "@baton/proto/shared";

/**
 * Keeps a queue from being leased from while the store fails, as a circuit breaker does:
 *
 * | state     | lease calls  | the store fails           | the store answers | the time is over |
 * | --------- | ------------ | ------------------------- | ----------------- | ---------------- |
 * | closed    | are made     | open; workers are told    | closed            |                  |
 * | open      | are not made | open for the time again   | closed            | half open        |
 * | half open | are made     | open; nobody is told      | closed            |                  |
 */
export class StoreHold {
  readonly #clock: Clock;
  readonly #holdMs: number;
  /** Until when it is open; null where it is closed. */
  #untilMs: number | null = null;

  constructor(clock: Clock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  /** Whether it is open: no lease call is to be made. */
  get isOpen(): boolean {
    return this.#untilMs !== null && this.#clock.monotonicMs() < this.#untilMs;
  }

  /** Opens it; returns whether it was closed. */
  failed(): boolean {
    const wasClosed = this.#untilMs === null;
    this.#untilMs = this.#clock.monotonicMs() + this.#holdMs;
    return wasClosed;
  }

  /** Closes it. */
  answered(): void {
    this.#untilMs = null;
  }
}
