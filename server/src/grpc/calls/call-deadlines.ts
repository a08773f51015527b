import type { Clock, Timer } from "@baton/proto/shared";

/** A call that can run out of time. */
export interface TimedCall {
  /** Ends the call: its time is up. */
  expire(): void;
}

/** Ends calls that take too long. All have the same time, so one timer serves them all. */
export class CallDeadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #open = new Map<TimedCall, number>();
  #timer: Timer | null = null;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** From now on the call has its time. */
  add(call: TimedCall): void {
    this.#open.set(call, this.#clock.monotonicMs() + this.#timeoutMs);
    this.#timer ??= this.#clock.after(this.#timeoutMs, this.#expire);
  }

  /** The call is over. */
  delete(call: TimedCall): void {
    this.#open.delete(call);
  }

  /** Ends the timer. Calls that are open stay open. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const nowMs = this.#clock.monotonicMs();
    // A map keeps the order of insertion, so the first that has time left ends the search.
    for (const [call, atMs] of this.#open) {
      if (atMs > nowMs) {
        this.#timer = this.#clock.after(atMs - nowMs, this.#expire);
        return;
      }
      this.#open.delete(call);
      call.expire();
    }
  };
}
