import type { Clock, Timer } from "@baton/proto/shared";

interface ManualTimer {
  readonly dueAtMs: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #wallMs: number;
  #elapsedMs = 0;
  readonly #timers = new Set<ManualTimer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = { dueAtMs: this.#elapsedMs + Math.max(0, delayMs), action };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** How many timers wait; a test that stopped everything finds none. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves time on and fires what is due, in order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    for (let next = this.#nextUntil(untilMs); next !== null; next = this.#nextUntil(untilMs)) {
      this.#moveTo(Math.max(next.dueAtMs, this.#elapsedMs));
      this.#timers.delete(next);
      next.action();
    }
    this.#moveTo(untilMs);
  }

  /** Sets the time of day on or back, as an operator or NTP does; timers do not notice. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  #moveTo(elapsedMs: number): void {
    this.#wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }

  #nextUntil(untilMs: number): ManualTimer | null {
    let next: ManualTimer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueAtMs <= untilMs && (next === null || timer.dueAtMs < next.dueAtMs)) {
        next = timer;
      }
    }
    return next;
  }
}
