import { TaskError } from "../domain/errors.ts";
import { LIMITS } from "../domain/limits.ts";

/** A place where credit is spent: one queue of a session. */
export interface CreditSpender {
  /** Whether it wanted credit when there was none left for it. */
  isWaiting: boolean;
}

/**
 * How many tasks a session still takes. Credit is reserved before a lease call and given back after it,
 * so that calls on several queues together never exceed it; queues that want it take turns.
 */
export class Credit {
  readonly #spenders: readonly CreditSpender[];
  #open = 0;
  #reserved = 0;

  constructor(spenders: readonly CreditSpender[]) {
    this.#spenders = spenders;
  }

  /** What is neither spent nor reserved. */
  get open(): number {
    return this.#open;
  }

  /** Adds credit; throws INVALID_FIELD where the sum would pass the limit. */
  add(tasks: number): void {
    if (this.#open + this.#reserved + tasks > LIMITS.maxCredit) {
      const description = `the open credit would exceed ${LIMITS.maxCredit}`;
      throw new TaskError("INVALID_FIELD", description, {
        violations: [{ field: "credit.tasks", description }],
      });
    }
    this.#open += tasks;
  }

  /** Reserves at most `most` for a queue, less where other queues wait for their turn. */
  reserve(spender: CreditSpender, most: number): number {
    const others = this.#othersWaiting(spender);
    const share = this.#open / (1 + others);
    // Who has waited takes the odd one, so that a single credit alternates.
    const reserved = Math.min(most, spender.isWaiting ? Math.ceil(share) : Math.floor(share));
    spender.isWaiting = reserved === 0;
    this.#open -= reserved;
    this.#reserved += reserved;
    return reserved;
  }

  /**
   * Ends a reservation of which `spent` were granted.
   *
   * @returns whether queues wait for what was given back
   */
  giveBack(reserved: number, spent: number): boolean {
    this.#reserved -= reserved;
    this.#open += reserved - spent;
    return this.#open > 0 && this.#spenders.some((spender) => spender.isWaiting);
  }

  /** Voids what is open. */
  void(): void {
    this.#open = 0;
  }

  #othersWaiting(spender: CreditSpender): number {
    let others = 0;
    if (this.#spenders.length > 1) {
      for (const other of this.#spenders) {
        if (other !== spender && other.isWaiting) {
          others += 1;
        }
      }
    }
    return others;
  }
}
