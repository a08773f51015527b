import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../domain/errors.ts";

/**
 * How many tasks a session still takes. Credit is reserved before a lease call and given back after it,
 * so that calls on several of its queues together never exceed it; queues that want it take turns.
 */
export class Credit<Spender> {
  /** Those that wanted credit when there was none left; who has waited longest comes first. */
  readonly #waiting = new Set<Spender>();
  #open = 0;
  #reserved = 0;

  /** What is neither spent nor reserved. */
  get open(): number {
    return this.#open;
  }

  /** Whether lease calls are under way that may spend some. */
  get isReserved(): boolean {
    return this.#reserved > 0;
  }

  /** Whose turn it is; null where nobody waits or nothing is open. */
  get next(): Spender | null {
    const [first] = this.#waiting;
    return this.#open > 0 && first !== undefined ? first : null;
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

  /**
   * Reserves at most `most` for a queue. Where others wait it is an even share of what is open; where
   * that is less than a turn is worth, who has waited longest takes a turn's worth and the others wait.
   */
  reserve(spender: Spender, most: number, turn: number): number {
    const [first] = this.#waiting;
    const others = this.#waiting.size - (this.isWaiting(spender) ? 1 : 0);
    const even = Math.floor(this.#open / (1 + others));
    const isFirst = others === 0 || first === spender;
    const scarce = isFirst ? turn : 0;
    const reserved = Math.min(most, this.#open, even < turn ? scarce : even);
    if (reserved === 0) {
      this.wait(spender);
    } else {
      this.#waiting.delete(spender);
    }
    this.#open -= reserved;
    this.#reserved += reserved;
    return reserved;
  }

  /** Reserves credit for one task, whoever waits; returns whether some was open. */
  reserveOne(): boolean {
    if (this.#open === 0) {
      return false;
    }
    this.#open -= 1;
    this.#reserved += 1;
    return true;
  }

  /** Whether a queue waits for credit. */
  isWaiting(spender: Spender): boolean {
    return this.#waiting.has(spender);
  }

  /** Has a queue wait for credit, behind those that wait already. */
  wait(spender: Spender): void {
    this.#waiting.add(spender);
  }

  /** Has a queue wait no longer: it has nothing to spend credit on. Returns whether it waited. */
  leave(spender: Spender): boolean {
    return this.#waiting.delete(spender);
  }

  /** Ends a reservation of which `spent` were granted. */
  giveBack(reserved: number, spent: number): void {
    this.#reserved -= reserved;
    this.#open += reserved - spent;
  }

  /** Voids what is open. */
  void(): void {
    this.#open = 0;
  }
}
