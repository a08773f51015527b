import type { Clock, Timer } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";

/** How long a queue of which a call failed may take to answer a probe until it counts as away. */
const PATIENCE_MS = 100;
/** Each queue that is away is asked about this often, the first ones more often. */
const ROUND_MS = 2_000;
const MAX_SPACING_MS = 250;
const MIN_SPACING_MS = 20;
const MAX_PROBES_AT_ONCE = 8;
/** Others fail call by call, as if nothing were known of them. */
const MAX_OUTAGES = 10_000;
const MIN_RETRY_AFTER_MS = 250;
const MAX_RETRY_AFTER_MS = 5_000;

/** What a queue answered when it was asked; see {@link OutagesOptions.probe}. */
export interface ProbeAnswer {
  readonly takesWrites: boolean;
  readonly takesReads: boolean;
}

/** What {@link Outages} need. */
export interface OutagesOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Asks a queue whether it answers. Never rejects. */
  readonly probe: (queue: QueueName) => Promise<ProbeAnswer>;
  /** Told of a queue that is away from now on. */
  readonly onAway: (queue: QueueName) => void;
  /** Told of a queue that was away and answers again. */
  readonly onBack: (queue: QueueName) => void;
  /** Told of a queue of which a call failed that is not away. */
  readonly onAlone: (queue: QueueName) => void;
}

/** A queue of which a call failed, until it answers a probe. */
interface Outage {
  readonly queue: QueueName;
  readonly sinceMs: number;
  /** False while the first probe is waited for: the failure may have been that one call's alone. */
  isAway: boolean;
  refusesReads: boolean;
  isProbing: boolean;
}

/**
 * The queues that the store does not answer for. Who asks for one that is away is refused here at once;
 * only probes go to it, one at a time, and when it answers one it is asked by everybody again. An answer
 * of another queue says nothing: each may lie on another server.
 *
 * Keeps nothing of queues that answer.
 */
export class Outages {
  readonly #options: OutagesOptions;
  /** Who was probed longest ago comes first. */
  readonly #outages = new Map<QueueName, Outage>();
  #probing = 0;
  #away = 0;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor(options: OutagesOptions) {
    this.#options = options;
  }

  /** Whether nothing failed of late. */
  get isCalm(): boolean {
    return this.#outages.size === 0;
  }

  /** How many queues are away. */
  get count(): number {
    return this.#away;
  }

  /** Notes that a call to a queue failed. */
  failed(queue: QueueName, isRead: boolean): void {
    const known = this.#outages.get(queue);
    if (known !== undefined) {
      known.refusesReads ||= isRead;
    } else if (this.#outages.size < MAX_OUTAGES && !this.#isStopped) {
      const sinceMs = this.#options.clock.monotonicMs();
      const outage = { queue, sinceMs, isAway: false, refusesReads: isRead, isProbing: false };
      this.#outages.set(queue, outage);
      void this.#probe(outage);
    }
  }

  /**
   * For how long nobody should ask for a queue, in milliseconds; null where it may be asked. The longer it
   * is away, the longer.
   */
  retryAfterMs(queue: QueueName, isRead: boolean): number | null {
    const outage = this.#outages.get(queue);
    if (outage === undefined || (isRead && !outage.refusesReads)) {
      return null;
    }
    const forMs = this.#options.clock.monotonicMs() - outage.sinceMs;
    if (!outage.isAway) {
      if (forMs < PATIENCE_MS) {
        return null;
      }
      this.#isAway(outage);
    }
    const meanMs = Math.min(Math.max(forMs, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
    return Math.round(meanMs * (0.75 + this.#options.random() / 2));
  }

  /** Probes each queue soon: something answers that did not. */
  hurry(): void {
    if (this.#outages.size > 0) {
      this.#next();
    }
  }

  /** Ends the probing. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #probe(outage: Outage): Promise<void> {
    const { queue } = outage;
    outage.isProbing = true;
    this.#probing += 1;
    const { takesWrites, takesReads } = await this.#options.probe(queue);
    this.#probing -= 1;
    outage.isProbing = false;
    if (this.#isStopped) {
      return;
    }
    if (takesWrites && takesReads) {
      this.#outages.delete(queue);
      if (outage.isAway) {
        this.#away -= 1;
        this.#options.onBack(queue);
        // What was away together comes back together.
        this.hurry();
      } else {
        this.#options.onAlone(queue);
      }
    } else {
      outage.refusesReads = !takesReads;
      this.#isAway(outage);
      this.#arm();
    }
  }

  #isAway(outage: Outage): void {
    if (!outage.isAway) {
      outage.isAway = true;
      this.#away += 1;
      this.#options.onAway(outage.queue);
    }
  }

  #next(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#probing < MAX_PROBES_AT_ONCE) {
      for (const outage of this.#outages.values()) {
        if (!outage.isProbing) {
          this.#outages.delete(outage.queue);
          this.#outages.set(outage.queue, outage);
          void this.#probe(outage);
          break;
        }
      }
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#timer === null && this.#outages.size > 0 && !this.#isStopped) {
      const { clock, random } = this.#options;
      const evenMs = ROUND_MS / this.#outages.size;
      const spacingMs = Math.min(Math.max(evenMs, MIN_SPACING_MS), MAX_SPACING_MS);
      this.#timer = clock.after(spacingMs * (0.75 + random() / 2), () => this.#next());
    }
  }
}
