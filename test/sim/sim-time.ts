import type { Clock, Timer } from "@baton/proto/shared";

interface Moment {
  readonly atMs: number;
  readonly order: number;
  readonly process: SimProcess | null;
  readonly action: () => void;
  isCancelled: boolean;
}

/** The time of day at which every simulation begins. */
const START_MS = Date.UTC(2026, 0, 1);

/** Time that passes only from event to event; the same seed gives the same order. */
export class SimTime {
  #nowMs = 0;
  #order = 0;
  readonly #heap: Moment[] = [];

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** A little later with each call, so that what is written down keeps its order. */
  stampMs(): number {
    this.#order += 1;
    return this.#nowMs + this.#order * 1e-7;
  }

  /** The time of day, as a store or a dispatcher sees it. */
  wallMs(): number {
    return START_MS + Math.floor(this.#nowMs);
  }

  /** Does something later: never where its process is dead by then, and later where it is frozen. */
  after(delayMs: number, action: () => void, process: SimProcess | null = null): Timer {
    this.#order += 1;
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const moment = { atMs, order: this.#order, process, action, isCancelled: false };
    this.#push(moment);
    return {
      cancel: () => {
        moment.isCancelled = true;
      },
    };
  }

  /** Goes on to the next moment and does what is due; false where nothing is, or only after the end. */
  step(endMs: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) {
        this.#nowMs = Math.max(this.#nowMs, Math.min(endMs, next?.atMs ?? endMs));
        return false;
      }
      this.#pop();
      const { process } = next;
      if (next.isCancelled || process?.isDead === true) {
        continue;
      }
      if (process !== null && process.frozenUntilMs > next.atMs) {
        this.#push({ ...next, atMs: process.frozenUntilMs, isCancelled: false });
        continue;
      }
      this.#nowMs = next.atMs;
      next.action();
      return true;
    }
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(moment, heap[parent] as Moment)) {
        break;
      }
      heap[at] = heap[parent] as Moment;
      at = parent;
    }
    heap[at] = moment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) {
      return;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Moment)) {
        child += 1;
      }
      if (!isBefore(heap[child] as Moment, last)) {
        break;
      }
      heap[at] = heap[child] as Moment;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(left: Moment, right: Moment): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

/** A process of a simulation: it can die between any two of its events, and freeze. */
export class SimProcess {
  readonly name: string;
  isDead = false;
  frozenUntilMs = 0;
  /** What its code takes its time and its timers from. */
  readonly clock: Clock;
  readonly #time: SimTime;
  readonly #deaths: (() => void)[] = [];

  constructor(time: SimTime, name: string) {
    this.name = name;
    this.#time = time;
    this.clock = {
      nowMs: () => time.wallMs(),
      monotonicMs: () => time.nowMs,
      after: (delayMs, action) => time.after(delayMs, action, this),
    };
  }

  /** Does something later, unless it is dead by then. */
  after(delayMs: number, action: () => void): void {
    this.#time.after(delayMs, action, this);
  }

  /** Calls back when it dies. */
  onDeath(action: () => void): void {
    this.#deaths.push(action);
  }

  die(): void {
    if (!this.isDead) {
      this.isDead = true;
      for (const action of this.#deaths) {
        action();
      }
    }
  }

  /** Nothing happens in it for so long; then everything that waited. */
  freeze(forMs: number): void {
    this.frozenUntilMs = this.#time.nowMs + forMs;
  }
}
