import type { Program } from "../processes.ts";

/** A process that the demo kills, and when. */
export interface Strike {
  readonly name: string;
  readonly victim: Program;
  /** The part of the tasks that must be done before. 0 to 1. */
  readonly afterShare: number;
  /** Whether to wait until the victim says that it begins a task. */
  readonly whileWorking: boolean;
}

/** Kills processes with SIGKILL as the tasks get done. */
export class Strikes {
  readonly #pending: Set<Strike>;
  readonly #total: number;
  readonly #onStruck: (strike: Strike) => void;
  #done = 0;

  constructor(strikes: readonly Strike[], total: number, onStruck: (strike: Strike) => void) {
    this.#pending = new Set(strikes);
    this.#total = total;
    this.#onStruck = onStruck;
    for (const strike of strikes.filter(({ whileWorking }) => whileWorking)) {
      strike.victim.onLine((line) => {
        if (line.startsWith("started ") && this.#isDue(strike)) {
          this.#strike(strike);
        }
      });
    }
  }

  /** Takes in how many tasks are done. */
  progressed(done: number): void {
    this.#done = done;
    for (const strike of this.#pending) {
      if (!strike.whileWorking && this.#isDue(strike)) {
        this.#strike(strike);
      }
    }
  }

  #isDue(strike: Strike): boolean {
    return this.#pending.has(strike) && this.#done >= this.#total * strike.afterShare;
  }

  #strike(strike: Strike): void {
    this.#pending.delete(strike);
    strike.victim.signal("SIGKILL");
    this.#onStruck(strike);
  }
}
