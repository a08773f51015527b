import type { Span } from "@opentelemetry/api";
import { type Lease, LeaseMap } from "../attempts/lease-map.ts";
import { backoffMs } from "../channel/backoff.ts";
import {
  failForGood,
  type Outcome,
  outcomeBytes,
  release,
  toSettlement,
} from "../handler/outcome.ts";
import { DEFAULTS } from "../values/limits.ts";
import type { Sent } from "../values/wire.ts";

/** About what a settlement takes on the wire beside its outcome. */
const OVERHEAD_BYTES = 256;

/** An outcome that the dispatcher has not answered yet. */
export interface Unsettled {
  readonly lease: Lease;
  outcome: Outcome;
  /** The attempt's last progress, where no heartbeat is known to have brought it. */
  readonly progress: Sent<"Progress"> | undefined;
  /** What the attempt saved; where it is owed, it must reach the dispatcher before the outcome does. */
  readonly checkpoint: Uint8Array | undefined;
  owesCheckpoint: boolean;
  /** Undefined where nobody traces. */
  readonly span: Span | undefined;
  /** How many times the dispatcher asked for another try. */
  tries: number;
  /** How many times the dispatcher refused the outcome itself. */
  rejections: number;
}

interface Delayed {
  readonly dueMs: number;
  readonly entry: Unsettled;
}

/** Makes an entry of the outbox. */
export function unsettled(
  lease: Lease,
  outcome: Outcome,
  said: Partial<Pick<Unsettled, "span" | "progress" | "checkpoint" | "owesCheckpoint">> = {},
): Unsettled {
  const { span, progress, checkpoint, owesCheckpoint = false } = said;
  return { lease, outcome, progress, checkpoint, owesCheckpoint, span, tries: 0, rejections: 0 };
}

/**
 * The outcomes that are not answered: kept until they are, sent again on every new stream. Sending
 * twice is harmless, since the lease's token settles once.
 */
export class Outbox {
  readonly #entries = new LeaseMap<Unsettled>();
  #unsent: Unsettled[] = [];
  #delayed: Delayed[] = [];

  /** How many outcomes are not answered. */
  get size(): number {
    return this.#entries.size;
  }

  /** The outcomes that are not answered. */
  entries(): Iterable<Unsettled> {
    return this.#entries.values();
  }

  has({ taskId, leaseToken }: Lease): boolean {
    return this.#entries.get(taskId, leaseToken) !== undefined;
  }

  add(entry: Unsettled): void {
    this.#entries.add(entry);
    this.#unsent.push(entry);
  }

  /** Whether a checkpoint must go out before the next batch. */
  get owesCheckpoint(): boolean {
    return this.#unsent.some((entry) => entry.owesCheckpoint);
  }

  /** Takes outcomes to send, the oldest first: at least one where there is any. */
  take(maxItems: number, maxBytes: number): Sent<"Settlement">[] {
    const batch: Sent<"Settlement">[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#unsent) {
      bytes += OVERHEAD_BYTES + outcomeBytes(entry.outcome);
      if (batch.length === maxItems || (batch.length > 0 && bytes > maxBytes)) {
        break;
      }
      taken += 1;
      // It may have been answered on the stream before.
      if (this.#isOpen(entry)) {
        batch.push(toSettlement(entry.lease, entry.outcome, entry.progress));
      }
    }
    this.#unsent = this.#unsent.slice(taken);
    return batch;
  }

  /** Sends everything again: the stream broke, and what was sent on it may not have arrived. */
  resendAll(): void {
    this.#unsent = [...this.#entries.values()];
    this.#delayed = [];
    for (const entry of this.#unsent) {
      entry.owesCheckpoint = entry.checkpoint !== undefined;
    }
  }

  /** The dispatcher took the outcome, or it does not count any more. Undefined where it is not known. */
  remove({ taskId, leaseToken }: Lease): Unsettled | undefined {
    const entry = this.#entries.remove(taskId, leaseToken);
    if (entry !== undefined) {
      entry.owesCheckpoint = false;
    }
    return entry;
  }

  /** The dispatcher asks for another try. */
  retryLater({ taskId, leaseToken }: Lease, nowMs: number): void {
    const entry = this.#entries.get(taskId, leaseToken);
    if (entry !== undefined) {
      this.#delayed.push({ dueMs: nowMs + backoffMs(DEFAULTS.backoff, entry.tries), entry });
      entry.tries += 1;
    }
  }

  /** Queues the retries that are due. Returns when the next is; infinity where none is. */
  queueDue(nowMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    const later: Delayed[] = [];
    for (const delayed of this.#delayed) {
      if (delayed.dueMs > nowMs) {
        later.push(delayed);
        nextMs = Math.min(nextMs, delayed.dueMs);
      } else if (this.#isOpen(delayed.entry)) {
        this.#unsent.push(delayed.entry);
      }
    }
    this.#delayed = later;
    return nextMs;
  }

  /**
   * The dispatcher refused the outcome itself, which sending again does not change. A failure is
   * settled instead, a release should that be refused as well, and then nothing.
   */
  reject(lease: Lease, reason: string): Unsettled | undefined {
    const entry = this.#entries.get(lease.taskId, lease.leaseToken);
    if (entry === undefined) {
      return undefined;
    }
    entry.rejections += 1;
    if (entry.rejections > 2) {
      return this.remove(lease);
    }
    entry.outcome =
      entry.rejections === 1
        ? failForGood("SettlementRejected", new Error(reason))
        : release("the dispatcher refused every other outcome");
    this.#unsent.push(entry);
    return entry;
  }

  #isOpen(entry: Unsettled): boolean {
    return this.#entries.get(entry.lease.taskId, entry.lease.leaseToken) === entry;
  }
}
