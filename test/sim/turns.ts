const realSetImmediate = globalThis.setImmediate;

/**
 * Counts what waits for the next turn of the event loop, so that a simulation knows when the code under
 * it has done all that it does without time passing.
 */
export class Turns {
  #waiting = 0;

  /** Takes `setImmediate` over for this process. */
  install(): void {
    const counted = (
      action: (...args: unknown[]) => void,
      ...args: unknown[]
    ): NodeJS.Immediate => {
      this.#waiting += 1;
      return realSetImmediate(() => {
        this.#waiting -= 1;
        action(...args);
      });
    };
    globalThis.setImmediate = counted as typeof setImmediate;
  }

  uninstall(): void {
    globalThis.setImmediate = realSetImmediate;
  }

  /** Resolves once no code waits for anything but time. */
  async settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => realSetImmediate(resolve));
    } while (this.#waiting > 0);
  }
}
