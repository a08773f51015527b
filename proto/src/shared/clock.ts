/** A timer that can be called off. */
export interface Timer {
  /** Calls it off; does nothing where it has fired. */
  cancel(): void;
}

/** The one source of time and timers, so that tests drive time instead of sleeping. */
export interface Clock {
  /** The time of day, in epoch milliseconds. May jump. */
  nowMs(): number;
  /** Milliseconds since some fixed moment. Never goes back. */
  monotonicMs(): number;
  /** Runs the action once, after the delay. */
  after(delayMs: number, action: () => void): Timer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
