import type { Clock } from "@baton/proto/shared";
import { StoreError } from "../store.ts";

const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 1_000;

interface Rest {
  readonly untilMs: number;
  readonly forMs: number;
}

/**
 * Leaves alone for a moment what failed last, twice as long each time it fails again, so that a call that
 * waits for a dead slot keeps nobody waiting who asks for others. Knows nothing of what answers.
 */
export class Rests {
  readonly #clock: Clock;
  readonly #rests = new Map<string, Rest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it should not be asked now. */
  has(name: string): boolean {
    const rest = this.#rests.get(name);
    return rest !== undefined && this.#clock.monotonicMs() < rest.untilMs;
  }

  /**
   * Asks for something.
   *
   * @throws StoreError what the call throws, or `unavailable` where it rests
   */
  async ask<Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> {
    if (this.has(name)) {
      throw new StoreError("unavailable", "Redis did not answer a moment ago");
    }
    try {
      const answer = await call();
      this.#rests.delete(name);
      return answer;
    } catch (error) {
      if (!(error instanceof StoreError && error.kind === "full")) {
        this.#failed(name);
      }
      throw error;
    }
  }

  #failed(name: string): void {
    // Calls that were under way together are one failure.
    if (!this.has(name)) {
      const before = this.#rests.get(name)?.forMs ?? 0;
      const forMs = Math.min(Math.max(2 * before, FIRST_REST_MS), LONGEST_REST_MS);
      this.#rests.set(name, { untilMs: this.#clock.monotonicMs() + forMs, forMs });
    }
  }
}
