/** What {@link Passes} run. */
export interface PassesOptions {
  /** Makes one pass. */
  readonly pass: () => Promise<void>;
  /** Whether a pass may begin now. */
  readonly mayRun: () => boolean;
  /** Asked behind each pass: whether it missed something, so that another one is to follow. */
  readonly isMissed: () => boolean;
  /** Told when passes begin and when none runs any more. */
  readonly begins: () => void;
  readonly ends: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Runs the passes of a queue's granter, of which there is one at a time:
 *
 * | passes  | what it means                             | on wake | on the end of a pass               |
 * | ------- | ----------------------------------------- | ------- | ---------------------------------- |
 * | idle    | no pass runs                              | due     |                                    |
 * | due     | one is to begin, behind the one that runs | due     | running                            |
 * | running | one runs, and nothing came since it began | due     | idle; due where it missed tasks    |
 *
 * No pass begins while none may run: due is idle then.
 */
export class Passes {
  readonly #options: PassesOptions;
  #state: "idle" | "due" | "running" = "idle";
  #run: Promise<void> = Promise.resolve();

  constructor(options: PassesOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  /** Begins a pass, or has the one under way followed by another. */
  wake(): void {
    const isIdle = this.isIdle;
    this.#state = "due";
    if (isIdle) {
      this.#options.begins();
      this.#run = this.#runAll().catch((error: unknown) => this.#options.failed(error));
    }
  }

  /** Resolves once no pass runs. */
  idle(): Promise<void> {
    return this.#run;
  }

  async #runAll(): Promise<void> {
    const { pass, mayRun, isMissed, ends } = this.#options;
    try {
      while (this.#state === "due" && mayRun()) {
        this.#state = "running";
        await pass();
        if (isMissed()) {
          this.#state = "due";
        }
      }
    } finally {
      this.#state = "idle";
      ends();
    }
  }
}
