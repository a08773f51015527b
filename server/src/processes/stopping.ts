import type { Clock } from "@baton/proto/shared";
import type { DispatchLog } from "../dispatch/log.ts";

/** A part of stopping a dispatcher. */
export interface StopStep {
  /** As the log names it. */
  readonly name: string;
  /** How long it may take, in milliseconds. */
  readonly withinMs: number;
  readonly run: () => Promise<void>;
  /** Ends by force what takes longer, where that is no fault of ours; absent: it counts as a failure. */
  readonly cut?: () => void;
}

/** Stops parts one after the other or side by side, none of which keeps another from being stopped. */
export class Stopping {
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  #hasFailed = false;

  constructor(clock: Clock, log: DispatchLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether a step failed or took too long. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Begins steps in their order and waits until each has ended, failed or had its time. Never rejects. */
  async all(steps: readonly StopStep[]): Promise<void> {
    await Promise.all(steps.map((step) => this.#one(step)));
  }

  async #one({ name, withinMs, run, cut }: StopStep): Promise<void> {
    let timer = { cancel: (): void => {} };
    const isLate = new Promise<true>((resolve) => {
      timer = this.#clock.after(withinMs, () => resolve(true));
    });
    try {
      if ((await Promise.race([run(), isLate])) === true) {
        this.#late(name, withinMs, cut);
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#log.error({ err: error, step: name }, "a step of stopping failed");
    }
    timer.cancel();
  }

  #late(step: string, withinMs: number, cut: (() => void) | undefined): void {
    if (cut === undefined) {
      this.#hasFailed = true;
      this.#log.error({ step, within_ms: withinMs }, "a step of stopping took too long");
    } else {
      this.#log.warn(
        { step, within_ms: withinMs },
        "a step of stopping took too long and was cut short",
      );
      cut();
    }
  }
}
