import type { TaskId } from "../../domain/ids.ts";
import type { SubmitOutcome } from "../../store/store.ts";

/** Tasks on their way into the store. */
export class EarlyLease {
  /** Those that no lease has brought so far, as they were offered. */
  readonly #missing: Set<TaskId>;
  readonly #offered: readonly TaskId[];
  /** What leases brought beside them: the store may have given one of them another id. */
  readonly #others = new Set<TaskId>();
  #isStored = false;

  constructor(offered: readonly TaskId[]) {
    this.#offered = offered;
    this.#missing = new Set(offered);
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  get isMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** Notes what became of them, one each in order; absent where that is not known. */
  stored(outcomes: readonly SubmitOutcome[] = []): void {
    this.#isStored = true;
    for (let at = 0; at < outcomes.length; at += 1) {
      const { kind, id } = outcomes[at] as SubmitOutcome;
      if (kind !== "created" || (id !== undefined && this.#others.has(id))) {
        this.#missing.delete(this.#offered[at] as TaskId);
      }
    }
  }

  /** Notes a task that a lease brought. */
  leased(id: TaskId): void {
    if (!this.#missing.delete(id)) {
      this.#others.add(id);
    }
  }
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
  begin(ids: readonly TaskId[]): EarlyLease {
    const early = new EarlyLease(ids);
    this.#open.add(early);
    return early;
  }

  /** Ends that: they were not stored, or nobody knows. */
  drop(early: EarlyLease): void {
    this.#open.delete(early);
  }

  /** Notes tasks that a lease brought. */
  leased(tasks: readonly { readonly id: TaskId }[]): void {
    for (const early of this.#open) {
      for (const { id } of tasks) {
        early.leased(id);
      }
    }
  }

  /** Forgets what is stored; returns whether leases missed some of it. */
  takeMissed(): boolean {
    let isMissed = false;
    for (const early of this.#open) {
      if (early.isStored) {
        this.#open.delete(early);
        isMissed ||= early.isMissing;
      }
    }
    return isMissed;
  }
}
