const MAX_WIDTH = 8;
const TURN = 16;
/** Lease calls and settlements of as many tasks cost little apart from the tasks. */
const QUICK_TURN = 64;

/**
 * How many tasks each session gets at a time, and how many sessions are asked for at once: a few tasks
 * are spread over the workers that wait, a backlog is handed out in full batches. Goes by what the store
 * said was left, and by what this process has stored since; other processes' tasks show with the next
 * lease.
 */
export class FairShare {
  readonly #most: number;
  #left = 0;

  /** @param most the most tasks of one lease call */
  constructor(most: number) {
    this.#most = most;
  }

  /** The most tasks for one session at a time, where so many wait. */
  share(sessionsWaiting: number): number {
    const even = Math.ceil(this.#left / Math.max(1, sessionsWaiting));
    return Math.max(1, Math.min(this.#most, even));
  }

  /**
   * How many tasks a turn at scarce credit is worth: the same time to other queues, not the same number.
   * Where little is known to be left it is no more than it takes to find out.
   */
  turn(isQuick: boolean): number {
    return isQuick ? Math.max(TURN, Math.min(QUICK_TURN, this.#left)) : TURN;
  }

  /** How many lease calls to make at once, where so many sessions wait. */
  width(sessionsWaiting: number): number {
    const calls = Math.ceil(this.#left / this.share(sessionsWaiting));
    return Math.max(1, Math.min(MAX_WIDTH, calls));
  }

  /** Notes that so many tasks came. */
  came(tasks: number): void {
    this.#left += tasks;
  }

  /** Notes how many tasks a lease call has left. */
  isLeft(tasks: number): void {
    this.#left = tasks;
  }
}
