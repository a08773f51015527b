import type { TaskId } from "../../domain/ids.ts";

/** Tasks on their way into the store. */
export interface EarlyLease {
  /** Those that no lease has brought so far. */
  readonly missing: Set<TaskId>;
  isStored: boolean;
}

/**
 * Submits that went to the store with a lease call right behind them. A store that carries out calls in
 * the order they were made in brings their tasks with that call: no pass has to look for them once they are
 * stored, whichever answer comes first. Where it did otherwise, one has to.
 */
export class EarlyLeases {
  readonly #open = new Set<EarlyLease>();

  /** How many were begun and neither ended nor forgotten. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins to look for tasks that are about to be stored. */
  begin(ids: Iterable<TaskId>): EarlyLease {
    const early = { missing: new Set(ids), isStored: false };
    this.#open.add(early);
    return early;
  }

  /** Ends that: they were not stored, or nobody knows. */
  drop(early: EarlyLease): void {
    this.#open.delete(early);
  }

  /** Notes tasks that a lease brought. */
  leased(tasks: readonly { readonly id: TaskId }[]): void {
    for (const { missing } of this.#open) {
      for (const { id } of tasks) {
        missing.delete(id);
      }
    }
  }

  /** Forgets what is stored; returns whether leases missed some of it. */
  takeMissed(): boolean {
    let isMissed = false;
    for (const early of this.#open) {
      if (early.isStored) {
        this.#open.delete(early);
        isMissed ||= early.missing.size > 0;
      }
    }
    return isMissed;
  }
}
