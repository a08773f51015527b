const MAX_WIDTH = 8;
const GROWTH = 1.5;

/**
 * How many tasks each session gets at a time, and how many sessions are asked for at once. The store
 * does not say how many tasks wait, so it starts small, grows while every call comes back full, and
 * remembers: a few tasks are spread over the workers, a backlog is handed out in full batches.
 */
export class FairShare {
  readonly #most: number;
  #share = 1;
  #width = 1;
  #turns = 0;

  /** @param most the most tasks of one lease call */
  constructor(most: number) {
    this.#most = most;
  }

  /** The most tasks for one session at a time, where several wait. */
  get share(): number {
    return this.#share;
  }

  /** How many lease calls to make at once. */
  get width(): number {
    return this.#width;
  }

  /** Notes that so many calls came back full, each to another of the sessions that wait. */
  full(calls: number, sessionsWaiting: number): void {
    this.#turns += calls;
    if (this.#turns >= sessionsWaiting) {
      this.#turns = 0;
      this.#width = Math.min(MAX_WIDTH, this.#width * 2);
      this.#share = Math.min(this.#most, Math.ceil(this.#share * GROWTH));
    }
  }

  /** Notes that nothing is left of what was handed out to the sessions that waited. */
  dry(granted: number, sessionsWaiting: number): void {
    this.#width = 1;
    this.#turns = 0;
    const even = Math.max(1, Math.ceil(granted / Math.max(1, sessionsWaiting)));
    // One more than even, where that is little: the last call then comes back short, and says that
    // nothing is left, without another that finds nothing.
    this.#share = Math.min(this.#most, even > 2 ? even + 1 : even);
  }
}
