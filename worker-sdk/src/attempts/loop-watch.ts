import type { Clock } from "@baton/proto/shared";
import type { Logger } from "../logger.ts";
import { Alarm } from "../time/alarm.ts";
import type { Attempt } from "./attempt.ts";

/** It looks this many times in the time that is too long. */
const LOOKS = 4;
const MAX_NAMED = 5;

/**
 * Says in the log that the event loop stood still for longer than a heartbeat interval while handlers ran, and
 * which: nothing is renewed, settled or heard meanwhile, and the dispatcher looks dead from here.
 */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #alarm: Alarm;
  readonly #running: ReadonlySet<Attempt>;
  #maxMs = Number.POSITIVE_INFINITY;
  #turnedAtMs = Number.POSITIVE_INFINITY;
  /** Those whose handlers ended while the loop may have stood still. */
  #ended: Attempt[] = [];

  /** @param running the attempts whose handlers have not ended */
  constructor(clock: Clock, logger: Logger, running: ReadonlySet<Attempt>) {
    this.#clock = clock;
    this.#logger = logger;
    this.#running = running;
    this.#alarm = new Alarm(clock, () => this.#look());
  }

  /** For how long the loop may stand still; without end before this was said. */
  set maxMs(maxMs: number) {
    this.#maxMs = maxMs;
  }

  /** There is a handler to watch. */
  watch(): void {
    if (this.#turnedAtMs === Number.POSITIVE_INFINITY && Number.isFinite(this.#maxMs)) {
      this.#lookLater();
    }
  }

  /** A handler did all that it does without waiting for an event. */
  began(attempt: Attempt, spentMs: number): void {
    if (spentMs > this.#maxMs) {
      this.#say(spentMs, [attempt], "a handler blocked the event loop");
      // Else it would be said once more.
      this.#turnedAtMs = this.#clock.monotonicMs();
    }
  }

  /** A handler ended. */
  ended(attempt: Attempt, nowMs: number): void {
    if (nowMs - this.#turnedAtMs > this.#maxMs && this.#ended.length < MAX_NAMED) {
      this.#ended.push(attempt);
    }
  }

  stop(): void {
    this.#alarm.cancel();
  }

  #look(): void {
    const blockedMs = this.#clock.monotonicMs() - this.#turnedAtMs;
    if (blockedMs > this.#maxMs) {
      const suspects = [...this.#ended, ...this.#running];
      this.#say(blockedMs, suspects, "the event loop was blocked while handlers ran");
    }
    this.#ended = [];
    this.#turnedAtMs = Number.POSITIVE_INFINITY;
    if (this.#running.size > 0) {
      this.#lookLater();
    }
  }

  #lookLater(): void {
    this.#turnedAtMs = this.#clock.monotonicMs();
    this.#alarm.set(this.#turnedAtMs + this.#maxMs / LOOKS);
  }

  #say(blockedMs: number, attempts: readonly Attempt[], what: string): void {
    const tasks = attempts
      .slice(0, MAX_NAMED)
      .map(({ lease, granted }) => ({ taskId: lease.taskId, type: granted.type }));
    const fields = { blockedMs: Math.round(blockedMs), tasks, handlers: attempts.length };
    this.#logger.warn(fields, `${what}: no lease is renewed meanwhile; run such work on a thread`);
  }
}
