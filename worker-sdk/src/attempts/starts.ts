import type { Clock } from "@baton/proto/shared";
import type { Handler } from "../handler/handler.ts";
import type { Attempt } from "./attempt.ts";

/**
 * How long handlers may be started one after the other before the event loop turns. A handler that blocks
 * the loop takes more by itself, so that it is the only one of its turn.
 */
const START_BUDGET_MS = 5;
/**
 * How many turns are given then: the first lets out what was written, the second has the timers fire that
 * came due and reads what arrived, the third lets out what that brought about.
 */
const TURNS_GIVEN = 3;
/** A task that waited for longer than this part of its attempt's time has too little of it left. */
const MAX_WAITED = 0.1;

/** Says when handlers may be started. */
export interface StartPacer {
  /** Whether more may be started; where not, `startWaiting` is called once they may. */
  mayStart(): boolean;
  /**
   * Handlers were started: all that waited, or some.
   *
   * @param spentMs how long it took where the event loop is to turn before others are; else 0
   */
  onStarted(spentMs: number): void;
}

/** What becomes of those that wait. */
export interface StartsListener {
  /** Runs the handler. */
  start(attempt: Attempt, handler: Handler): void;
  /** Gives the task back: its handler will not be run. */
  giveBack(attempt: Attempt, reason: string): void;
}

/**
 * The leases whose handlers have not started: held like the others, and renewed with them.
 *
 * Handlers are started in one turn of the event loop as long as that takes no more than a few
 * milliseconds. One that blocks the loop so keeps leases from being renewed and settled, its own and
 * those of others, for as long as it blocks itself and no longer.
 */
export class Starts {
  readonly #clock: Clock;
  readonly #pacer: StartPacer;
  readonly #listener: StartsListener;
  #waiting: { readonly attempt: Attempt; readonly handler: Handler }[] = [];
  #state: "idle" | "starting" | "turning" = "idle";
  #sinceMs = 0;

  constructor(clock: Clock, pacer: StartPacer, listener: StartsListener) {
    this.#clock = clock;
    this.#pacer = pacer;
    this.#listener = listener;
  }

  /** Whether handlers are being started, and what they bring about is to wait for the last of them. */
  get isStarting(): boolean {
    return this.#state === "starting";
  }

  /** Has a handler wait for `startWaiting`, behind those that wait already. */
  add(attempt: Attempt, handler: Handler): void {
    this.#waiting.push({ attempt, handler });
  }

  /**
   * Starts the handlers that wait, as far as they may.
   *
   * @param isTurnFirst whether something was written that has to leave before
   */
  startWaiting(isTurnFirst = false): void {
    if (this.#state !== "idle" || this.#waiting.length === 0) {
      return;
    }
    if (isTurnFirst) {
      this.#turn();
    } else if (this.#pacer.mayStart()) {
      this.#state = "starting";
      this.#sinceMs = this.#clock.monotonicMs();
      this.#startNext();
    }
  }

  /** Gives all of them back. */
  giveBackAll(reason: string): void {
    for (const { attempt } of this.#waiting.splice(0)) {
      this.#listener.giveBack(attempt, reason);
    }
  }

  /** Forgets them. */
  stop(): void {
    this.#waiting = [];
  }

  // Each when the one before has done all that it does without waiting for an event: the bytes that it
  // returns are taken before the next may write to them, and what blocks after an `await` is noticed too.
  #startNext(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#listener.start(next.attempt, next.handler);
    }
    queueMicrotask(() => process.nextTick(() => this.#started()));
  }

  #started(): void {
    const spentMs = this.#clock.monotonicMs() - this.#sinceMs;
    if (spentMs > START_BUDGET_MS) {
      this.#turn();
      this.#pacer.onStarted(spentMs);
    } else if (this.#waiting.length > 0) {
      this.#startNext();
    } else {
      this.#state = "idle";
      this.#pacer.onStarted(0);
    }
  }

  #turn(left = TURNS_GIVEN): void {
    this.#state = "turning";
    setImmediate(() => {
      if (left > 1) {
        this.#turn(left - 1);
        return;
      }
      this.#state = "idle";
      this.#giveBackLate();
      this.startWaiting();
    });
  }

  // The dispatcher counts an attempt's time from the grant: granted again, it has all of it.
  #giveBackLate(): void {
    const nowMs = this.#clock.monotonicMs();
    const late = this.#waiting.filter(
      ({ attempt }) => nowMs - attempt.grantedAtMs > attempt.timeoutMs * MAX_WAITED,
    );
    if (late.length > 0) {
      this.#waiting = this.#waiting.filter((one) => !late.includes(one));
      for (const { attempt } of late) {
        this.#listener.giveBack(attempt, "it waited for long behind another handler");
      }
    }
  }
}
