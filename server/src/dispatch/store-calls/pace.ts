import type { Clock } from "@baton/proto/shared";

/** Bounds how many calls are under way and how many begin in a time; those beyond wait in turn. */
export class Pace {
  readonly #clock: Clock;
  readonly #calls: number;
  readonly #inMs: number;
  /** When the last ones began, the earliest first; no more than the bound. */
  readonly #beganAtMs: number[] = [];
  readonly #waiting = new Map<object, () => void>();
  #underWay = 0;
  #isLifted = false;
  #isCalling = false;
  #isTimerSet = false;

  /**
   * @param calls so many are under way at most
   * @param inMs and as many begin in so many milliseconds; 0 for any number
   */
  constructor(clock: Clock, calls: number, inMs: number) {
    this.#clock = clock;
    this.#calls = calls;
    this.#inMs = inMs;
  }

  /** Whether a call of somebody's begins now. Else `go` is called once, when it may be tried again. */
  begin(who: object, go: () => void): boolean {
    const isNext = this.#isCalling || this.#waiting.size === 0;
    if (isNext && this.#restMs() === 0) {
      this.#underWay += 1;
      this.#beganAtMs.push(this.#clock.monotonicMs());
      if (this.#beganAtMs.length > this.#calls) {
        this.#beganAtMs.shift();
      }
      return true;
    }
    this.#waiting.set(who, go);
    this.#next();
    return false;
  }

  /** Notes the end of a call that began. */
  ended(): void {
    this.#underWay -= 1;
    this.#next();
  }

  /** Lets everybody go at once from now on. */
  lift(): void {
    this.#isLifted = true;
    this.#next();
  }

  /** How long until a call may begin; infinity where one has to end before. */
  #restMs(): number {
    if (this.#isLifted) {
      return 0;
    }
    if (this.#underWay >= this.#calls) {
      return Number.POSITIVE_INFINITY;
    }
    const [first = 0] = this.#beganAtMs;
    const isFull = this.#inMs > 0 && this.#beganAtMs.length === this.#calls;
    return isFull ? Math.max(0, Math.ceil(first + this.#inMs - this.#clock.monotonicMs())) : 0;
  }

  #next(): void {
    if (this.#isCalling || (this.#isTimerSet && !this.#isLifted)) {
      return;
    }
    this.#isCalling = true;
    for (const [who, go] of this.#waiting) {
      if (this.#restMs() > 0) {
        break;
      }
      this.#waiting.delete(who);
      go();
    }
    this.#isCalling = false;
    const restMs = this.#restMs();
    if (this.#waiting.size > 0 && restMs < Number.POSITIVE_INFINITY) {
      this.#isTimerSet = true;
      this.#clock.after(restMs, () => {
        this.#isTimerSet = false;
        this.#next();
      });
    }
  }
}
