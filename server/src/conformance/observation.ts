import type { Clock } from "@baton/proto/shared";

/** A worker did not do what a check asks; the message says what was seen. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Wakes those who wait for something to happen, each time that anything did. */
export class Observation {
  readonly #listeners = new Set<() => void>();
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Milliseconds since some fixed moment. */
  now(): number {
    return this.clock.monotonicMs();
  }

  /** Says that something happened. */
  note(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  /**
   * Resolves with what the probe finds, now or after something happened; a probe that finds nothing
   * returns undefined or false. Rejects with a {@link Violation} that names what was missing, or with
   * what the probe throws.
   *
   * @param what a function is asked once it is known to be missing
   */
  until<Found>(
    what: string | (() => string),
    withinMs: number,
    probe: () => Found | undefined | false,
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.#listeners.delete(look);
        timer.cancel();
        settle();
      };
      const look = (): void => {
        try {
          const found = probe();
          if (found !== undefined && found !== false) {
            finish(() => resolve(found));
          }
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = this.clock.after(withinMs, () =>
        finish(() => {
          const missing = typeof what === "string" ? what : what();
          reject(new Violation(`no ${missing} within ${Math.round(withinMs)} ms`));
        }),
      );
      this.#listeners.add(look);
      look();
    });
  }

  /** Lets time pass, for what must not happen in it. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(ms, resolve);
    });
  }
}

/** Throws a {@link Violation} unless the condition holds. */
export function expect(condition: boolean, seen: string): asserts condition {
  if (!condition) {
    throw new Violation(seen);
  }
}
