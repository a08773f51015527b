const MAX_WIDTH = 8;

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
