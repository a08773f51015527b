import type { Clock } from "@baton/proto/shared";
import { Alarm } from "../time/alarm.ts";
import type { Attempt } from "./attempt.ts";

/** How long a handler that was told to stop may take before it is worth a word. */
const PATIENCE_MS = 10_000;

/**
 * Says in the log which handlers go on though they were told to stop: each keeps one of the worker's places,
 * and a worker whose places are all kept takes no task any more without anything being wrong with it.
 */
export class DeafHandlers {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #running: ReadonlySet<Attempt>;
  readonly #concurrency: number;
  /** Until when they may end in silence. */
  readonly #told = new Map<Attempt, number>();
  readonly #deaf = new Set<Attempt>();

  /**
   * @param running the attempts whose handlers have not ended
   * @param concurrency how many may run at once
   */
  constructor(clock: Clock, running: ReadonlySet<Attempt>, concurrency: number) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#look());
    this.#running = running;
    this.#concurrency = concurrency;
  }

  /** The attempt's signal was aborted. */
  told(attempt: Attempt): void {
    if (!this.#told.has(attempt) && !this.#deaf.has(attempt)) {
      const untilMs = this.#clock.monotonicMs() + PATIENCE_MS;
      this.#told.set(attempt, untilMs);
      this.#alarm.set(untilMs);
    }
  }

  /** Forgets the timer. */
  stop(): void {
    this.#alarm.cancel();
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const attempt of this.#deaf) {
      if (!this.#running.has(attempt)) {
        this.#deaf.delete(attempt);
      }
    }
    for (const [attempt, untilMs] of this.#told) {
      if (!this.#running.has(attempt)) {
        this.#told.delete(attempt);
      } else if (untilMs <= nowMs) {
        this.#told.delete(attempt);
        this.#deaf.add(attempt);
        attempt.context.logger.warn(
          {
            reason: attempt.aborted?.name,
            deafHandlers: this.#deaf.size,
            concurrency: this.#concurrency,
          },
          "a handler goes on though its signal aborted: it keeps one of the worker's places until it ends",
        );
      } else {
        this.#alarm.set(untilMs);
      }
    }
  }
}
