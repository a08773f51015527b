import type { Clock, Timer } from "../domain/clock.ts";
import type { TaskId } from "../domain/ids.ts";
import type { Store, StoreError } from "../store/store.ts";
import type { DispatchLog } from "./log.ts";
import type { DispatchSettings } from "./settings.ts";

const PROBE_INTERVAL_MS = 1_000;
/** Of a store that fails: workers wait for it. */
const FAILING_PROBE_INTERVAL_MS = 250;

// A well-formed id of a task that nobody can have made: queues' names have no place for chance.
const PROBE_ID = "baton-probe~AAAAAAAAAAAAAAAA" as TaskId;

/** What a {@link StoreHealth} needs. */
export interface StoreHealthOptions {
  readonly clock: Clock;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told when a store that failed answers again. */
  readonly onRecovered: () => void;
}

/** Knows whether the store answers: from every call that is made anyway, and from a probe when idle. */
export class StoreHealth {
  readonly #clock: Clock;
  readonly #log: DispatchLog;
  readonly #readyWithinMs: number;
  readonly #onRecovered: () => void;
  #answeredAtMs: number | null = null;
  #isFailing = false;
  #timer: Timer | null = null;

  constructor(options: StoreHealthOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#readyWithinMs = options.settings.readyWithinMs;
    this.#onRecovered = options.onRecovered;
  }

  /** Whether the store answered lately and did not fail since. */
  get isReady(): boolean {
    return (
      !this.#isFailing &&
      this.#answeredAtMs !== null &&
      this.#clock.monotonicMs() - this.#answeredAtMs <= this.#readyWithinMs
    );
  }

  /** Notes that a call was answered. */
  answered(): void {
    this.#answeredAtMs = this.#clock.monotonicMs();
    if (this.#isFailing) {
      this.#isFailing = false;
      this.#log.info({}, "the store answers again");
      this.#onRecovered();
    }
  }

  /** Notes that a call failed. */
  failed(error: StoreError): void {
    if (!this.#isFailing) {
      this.#isFailing = true;
      this.#log.warn({ err: error }, "the store failed");
    }
  }

  /** Begins to probe a store that nothing else is asked of; resolves once it has answered or failed. */
  start(store: Store): Promise<void> {
    return this.#probe(store);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #probe(store: Store): Promise<void> {
    const delayMs = this.#isFailing ? FAILING_PROBE_INTERVAL_MS : PROBE_INTERVAL_MS;
    this.#timer = this.#clock.after(delayMs, () => void this.#probe(store));
    if (this.#answeredAtMs !== null && !this.#isFailing && this.#idleMs() < PROBE_INTERVAL_MS) {
      return;
    }
    try {
      await store.get([PROBE_ID]);
    } catch (error) {
      this.#log.debug({ err: error }, "the probe failed");
    }
  }

  #idleMs(): number {
    return this.#clock.monotonicMs() - (this.#answeredAtMs ?? 0);
  }
}
