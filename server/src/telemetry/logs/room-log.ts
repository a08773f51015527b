import type { Clock } from "@baton/proto/shared";
import type { DispatchLog } from "../../dispatch/log.ts";

/** How often a store that stays full is told of. */
const INTERVAL_MS = 60_000;
/** A store takes everything again once it has refused nothing for so long. */
const CALM_MS = 5_000;

/** Tells the operator that the store is full: at once, then once a minute, and when it has room again. */
export class RoomLog {
  readonly #log: DispatchLog;
  readonly #clock: Clock;
  #isFull = false;
  #refused = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #refusedAtMs = 0;

  constructor(log: DispatchLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** A call, or a part of one, was refused for want of room. */
  refused(call: string, error: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    this.#isFull = true;
    this.#refused += 1;
    this.#refusedAtMs = nowMs;
    if (nowMs - this.#toldAtMs < INTERVAL_MS) {
      return;
    }
    this.#log.warn(
      { call, refused: this.#refused, ...(error === null ? {} : { err: error }) },
      "the store is full: it refuses submits and large results, and works off what it has",
    );
    this.#toldAtMs = nowMs;
    this.#refused = 0;
  }

  /** A submit was stored. */
  submitted(): void {
    if (this.#isFull && this.#clock.monotonicMs() - this.#refusedAtMs >= CALM_MS) {
      this.#isFull = false;
      this.#refused = 0;
      this.#log.info({}, "the store has room again");
    }
  }
}
