import { StoreError } from "../../../server/src/store/store.ts";

/** How long a process lives, counted in calls of what it uses. */
export class Life {
  /** How many calls were made. */
  calls = 0;
  readonly #lastCall: number;
  readonly #isLastDone: boolean;

  /**
   * @param lastCall the call in which the process dies; the first is 1
   * @param isLastDone whether that call still takes effect
   */
  constructor(lastCall = Number.POSITIVE_INFINITY, isLastDone = false) {
    this.#lastCall = lastCall;
    this.#isLastDone = isLastDone;
  }

  /** Whether the process died. */
  get isOver(): boolean {
    return this.calls >= this.#lastCall;
  }

  /** Makes a call, or dies in it. */
  async spend<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    this.calls += 1;
    if (this.calls < this.#lastCall) {
      return call();
    }
    if (this.calls === this.#lastCall && this.#isLastDone) {
      await call();
    }
    throw new StoreError("unavailable", "the process is dead");
  }
}

/** Returns the same with every method spending from a life. */
export function mortal<Target extends object>(target: Target, life: Life): Target {
  return new Proxy(target, {
    get(_, name) {
      const method: unknown = Reflect.get(target, name);
      return typeof method === "function"
        ? (...args: unknown[]) => life.spend(async () => method.apply(target, args))
        : method;
    },
  });
}
