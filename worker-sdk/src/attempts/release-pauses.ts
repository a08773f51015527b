import { DEFAULTS } from "../values/limits.ts";

/** Those that were given back last; of others it is forgotten how often they were. */
const MAX_REMEMBERED = 10_000;

/**
 * How long tasks wait that handlers give back. A released task keeps its place, so that one that is given
 * back again and again would be granted before all others for ever: each time it waits longer, whatever
 * its handler asks for.
 */
export class ReleasePauses {
  readonly #times = new Map<string, number>();

  /**
   * Notes that a handler gives a task back.
   *
   * @param askedMs undefined where the handler leaves it open
   */
  next(taskId: string, askedMs: number | undefined): number {
    const { baseMs, capMs } = DEFAULTS.release;
    const times = this.#times.get(taskId) ?? 0;
    this.#times.delete(taskId);
    this.#times.set(taskId, times + 1);
    if (this.#times.size > MAX_REMEMBERED) {
      const [oldest] = this.#times.keys();
      this.#times.delete(oldest as string);
    }
    const growing = Math.min(capMs, baseMs * 2 ** Math.min(times, 30));
    return times === 0 ? (askedMs ?? growing) : Math.max(askedMs ?? 0, growing);
  }

  /** Notes that an attempt of the task ended otherwise. */
  forget(taskId: string): void {
    this.#times.delete(taskId);
  }
}
