import type { KeySettings, QueueSettings } from "../domain/flow/queue-settings.ts";
import type { SettingsUpdate } from "../domain/flow/settings-update.ts";
import type { QueueName } from "../domain/ids.ts";
import type { KeysPage, KeysQuery, QueueStats } from "../store/store.ts";

export type { KeyBlock, KeyFigures, KeysPage, KeysQuery } from "../store/store.ts";
export { blockedTasksOf } from "../store/store.ts";

/** What operators do with queues and their concurrency keys. Every rejection is a `TaskError`. */
export interface QueueControl {
  /** Returns a queue; rejects with QUEUE_NOT_FOUND where it has neither tasks nor settings. */
  get(queue: QueueName): Promise<QueueView>;

  /** Queues after one by name, as many as the limit; an empty name is before all. */
  list(after: string, limit: number): Promise<QueuesPage>;

  /**
   * Changes settings of a queue and leaves the others as they are, whoever else changes some at the same time. Rejects
   * with INVALID_FIELD where a limit is below the number of the queue's partitions.
   */
  update(queue: QueueName, update: SettingsUpdate): Promise<QueueView>;

  /** Sets what a key has in place of its queue's settings; null takes it back. Rejects with KEYS_FULL. */
  putKey(queue: QueueName, key: string, settings: KeySettings | null): Promise<void>;

  keys(query: KeysQuery): Promise<KeysPage>;

  /** Counts dead tasks by queue and failure type: of one queue, or of those after one by name. */
  countDead(query: DeadQuery): Promise<DeadPage>;

  /** Deletes a queue; rejects with QUEUE_NOT_EMPTY where tasks are kept that are not to be purged. */
  remove(queue: QueueName, purge: boolean): Promise<QueueRemoval>;
}

/** A queue with how it flows. */
export interface QueueView {
  readonly stats: QueueStats;
  readonly settings: QueueSettings;
}

/** A page of queues, by name. */
export interface QueuesPage {
  readonly queues: readonly QueueView[];
  /** Queues of the page that the store does not answer for. */
  readonly unanswered: readonly QueueName[];
  /** The last queue of the page, after which the next one begins; null where there is no more. */
  readonly next: QueueName | null;
}

/** What became of a queue that was to be deleted. */
export interface QueueRemoval {
  /** Whether there was one. */
  readonly wasThere: boolean;
  /** Whether so many tasks are left that it is to be deleted again. */
  readonly isPart: boolean;
}

/** Which dead tasks to count. */
export interface DeadQuery {
  /** Null for all queues. */
  readonly queue: QueueName | null;
  /** The queue after which the page begins; empty for the first. */
  readonly after: string;
  /** How many queues to look at. */
  readonly limit: number;
}

/** Dead tasks of one queue that died of one type of failure. */
export interface DeadGroup {
  readonly queue: QueueName;
  /** Null for those of every other type. */
  readonly failureType: string | null;
  readonly tasks: number;
}

/** A page of dead tasks, counted: queue by queue, the most first. */
export interface DeadPage extends Pick<QueuesPage, "unanswered" | "next"> {
  readonly groups: readonly DeadGroup[];
}
