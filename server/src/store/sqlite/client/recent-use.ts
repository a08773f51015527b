import type { QueueName } from "../../../domain/ids.ts";
import { QUEUE_MEMORY_MS } from "../../store.ts";

/** When something came to queues last, of those to which something came lately. */
export class RecentUse {
  /** The one that was used longest ago first. */
  readonly #lastAtMs = new Map<QueueName, number>();

  /** Notes that tasks or sessions came to a queue. */
  note(queue: QueueName, nowMs: number): void {
    this.#lastAtMs.delete(queue);
    this.#lastAtMs.set(queue, nowMs);
    for (const [name, lastAtMs] of this.#lastAtMs) {
      if (nowMs - lastAtMs < QUEUE_MEMORY_MS) {
        break;
      }
      this.#lastAtMs.delete(name);
    }
  }

  /** Forgets a queue. */
  forget(queue: QueueName): void {
    this.#lastAtMs.delete(queue);
  }

  /** Whether a queue was used within {@link QUEUE_MEMORY_MS}. */
  isRecent(queue: QueueName, nowMs: number): boolean {
    return nowMs - (this.#lastAtMs.get(queue) ?? Number.NEGATIVE_INFINITY) < QUEUE_MEMORY_MS;
  }

  /** The queues that were used within so many milliseconds, by name. */
  within(ms: number, nowMs: number): QueueName[] {
    const names: QueueName[] = [];
    for (const [name, lastAtMs] of this.#lastAtMs) {
      if (nowMs - lastAtMs <= ms) {
        names.push(name);
      }
    }
    return names.sort();
  }
}
