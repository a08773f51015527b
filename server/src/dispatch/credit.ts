import { TaskError } from "../domain/errors.ts";
import { LIMITS } from "../domain/limits.ts";

/**
 * Where there is not as much for each queue that wants credit, who has waited longest takes as much and
 * the others wait: so scarce credit goes round in batches, and a lease call costs as much as ten tasks.
 */
const LEAST_SHARE = 16;

/** A place where credit is spent: one queue of a session. */
export interface CreditSpender {
  /** Its place in the line of those that wanted credit when there was none left; null: not in it. */
  waitsAs: number | null;
}

/**
 * How many tasks a session still takes. Credit is reserved before a lease call and given back after it,
 * so that calls on several queues together never exceed it; queues that want it take turns.
 */
export class Credit {
  readonly #spenders: readonly CreditSpender[];
  #open = 0;
  #reserved = 0;
  #line = 0;

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
    const { others, isFirst } = this.#place(spender);
    const even = Math.floor(this.#open / (1 + others));
    const scarce = isFirst ? LEAST_SHARE : 0;
    const reserved = Math.min(most, this.#open, even < LEAST_SHARE ? scarce : even);
    if (reserved === 0) {
      this.wait(spender);
    } else {
      spender.waitsAs = null;
    }
    this.#open -= reserved;
    this.#reserved += reserved;
    return reserved;
  }

  /** Puts a queue at the end of the line for credit, unless it is in it. */
  wait(spender: CreditSpender): void {
    if (spender.waitsAs === null) {
      this.#line += 1;
      spender.waitsAs = this.#line;
    }
  }

  /**
   * Takes a queue out of the line: it has nothing to spend credit on.
   *
   * @returns whether others wait for what is open
   */
  leave(spender: CreditSpender): boolean {
    if (spender.waitsAs === null) {
      return false;
    }
    spender.waitsAs = null;
    return this.#isWanted();
  }

  /**
   * Ends a reservation of which `spent` were granted.
   *
   * @returns whether queues wait for what was given back
   */
  giveBack(reserved: number, spent: number): boolean {
    this.#reserved -= reserved;
    this.#open += reserved - spent;
    return this.#isWanted();
  }

  /** Voids what is open. */
  void(): void {
    this.#open = 0;
  }

  #isWanted(): boolean {
    return this.#open > 0 && this.#spenders.some(({ waitsAs }) => waitsAs !== null);
  }

  /** How many others wait, and whether none of them has waited longer. */
  #place(spender: CreditSpender): { others: number; isFirst: boolean } {
    let others = 0;
    let longerWaiting = 0;
    for (const { waitsAs } of this.#spenders) {
      if (waitsAs !== null && waitsAs !== spender.waitsAs) {
        others += 1;
        longerWaiting += waitsAs < (spender.waitsAs ?? Number.POSITIVE_INFINITY) ? 1 : 0;
      }
    }
    return { others, isFirst: longerWaiting === 0 };
  }
}
