import type { QueueName } from "../domain/ids.ts";

const MAX_QUEUES = 500;
const OTHERS = "(others)";

/**
 * Bounds the label set of metrics by queue: the first 500 queues have names, those after share one.
 * Names come from callers, and a time series a name would grow without end.
 */
export class QueueLabel {
  readonly #known = new Set<QueueName>();

  /** The label of a queue. */
  of(queue: QueueName): string {
    if (this.#known.has(queue)) {
      return queue;
    }
    if (this.#known.size >= MAX_QUEUES) {
      return OTHERS;
    }
    this.#known.add(queue);
    return queue;
  }
}
