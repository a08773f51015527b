import type { QueueName } from "../../domain/ids.ts";

const MAX_QUEUES = 500;

/** The label of the queues that have none of their own. */
const OTHER_QUEUES = "(others)";

/**
 * Bounds the label set of metrics by queue: the first 500 queues have names, those after share one.
 * Names come from callers, and a time series a name would grow without end.
 */
export class QueueLabel {
  readonly #known = new Set<QueueName>();

  /** The label of a queue that exists. */
  of(queue: QueueName): string {
    if (this.#known.has(queue)) {
      return queue;
    }
    if (this.#known.size >= MAX_QUEUES) {
      return OTHER_QUEUES;
    }
    this.#known.add(queue);
    return queue;
  }

  /** The label of a queue that a caller only says there is: it takes no place from those that exist. */
  ofClaimed(queue: QueueName): string {
    return this.#known.has(queue) ? queue : OTHER_QUEUES;
  }
}
