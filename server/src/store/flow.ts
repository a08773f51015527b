import type { KeySettings, QueueSettings } from "../domain/flow/queue-settings.ts";
import type { QueueName, TaskId } from "../domain/ids.ts";
import type { TaskState } from "../domain/task-state.ts";

/** Keeps how queues and their concurrency keys flow, and tells what holds tasks back. */
export interface FlowStore {
  /** Returns the settings of each queue; the defaults of one that has none, or is not known. */
  settings(queues: readonly QueueName[]): Promise<StoredSettings[]>;

  /**
   * Replaces a queue's settings where they are still those of a revision, and makes the queue known. They hold
   * from the next lease call on; what they let go is let go by that call or by a sweep, and hinted.
   */
  putSettings(queue: QueueName, settings: QueueSettings, revision: string): Promise<PutOutcome>;

  /**
   * Sets what a concurrency key has in place of its queue's settings, and makes the queue known; null takes it back.
   * At most {@link MAX_SET_KEYS} keys of a queue have settings of their own.
   */
  putKey(queue: QueueName, key: string, settings: KeySettings | null): Promise<PutKeyOutcome>;

  /** Returns a page of the concurrency keys that have tasks that are not final, or settings of their own. */
  keys(query: KeysQuery): Promise<KeysPage>;

  /** Returns all that may hold a task back, null where there is no such task. */
  blockers(id: TaskId): Promise<Blockers | null>;

  /**
   * Forgets a queue with its settings, and with its tasks where they are to be purged. Where many tasks are left it
   * does a part and answers `more`: call again.
   */
  deleteQueue(queue: QueueName, purge: boolean): Promise<DeleteQueueOutcome>;
}

/** Settings, and what tells them from those that were there before or come after. */
export interface StoredSettings {
  readonly settings: QueueSettings;
  /** Empty where nobody set any. */
  readonly revision: string;
}

/** How many keys of a queue may have settings of their own. */
export const MAX_SET_KEYS = 10_000;

/**
 * `changed`: they are others by now. `too_few`: the queue is spread over partitions, to which its limits are dealt
 * out, and one of them is below their number. Nothing was written then.
 */
export type PutOutcome =
  | { readonly kind: "ok" | "changed" }
  | { readonly kind: "too_few"; readonly field: DealtLimit; readonly partitions: number };

/** A limit that is dealt out to the partitions of a queue, by the name of what is below their number. */
export type DealtLimit = "maxBacklog" | "concurrencyLimit" | "rateLimit.tasks" | "rateLimit.burst";

/** `too_many`: as many keys as may have settings of their own have some; nothing was written. */
export type PutKeyOutcome = { readonly kind: "ok" | "too_many" };

/** `has_tasks`: tasks are kept and were not to be purged; nothing changed. */
export type DeleteQueueOutcome =
  | { readonly kind: "ok" | "more" | "not_found" }
  | { readonly kind: "has_tasks"; readonly tasks: number };

/** Which keys to list. */
export interface KeysQuery {
  readonly queue: QueueName;
  /** `all`; `blocked`: with READY tasks that a limit, a hold or a pause holds back; `set`: with settings of their own. */
  readonly filter: "all" | "blocked" | "set";
  /** `next` of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

/** A page of keys, in an order of the store's own. */
export interface KeysPage {
  readonly keys: readonly KeyFigures[];
  /** Null where there is no more. */
  readonly next: string | null;
}

/** Figures of one concurrency key. */
export interface KeyFigures {
  readonly key: string;
  /** Its own; null where it has none. */
  readonly settings: KeySettings | null;
  /** Tasks that are SCHEDULED or READY. */
  readonly waiting: number;
  readonly leased: number;
  /** What holds its READY tasks back; null where nothing does, or it has none. */
  readonly blockedBy: KeyBlock | null;
  /** How long its next READY task has been waiting; null where it has none. */
  readonly oldestReadyAgeMs: number | null;
}

/** Why no task of a key may be leased. */
export type KeyBlock =
  | { readonly kind: "paused" }
  | { readonly kind: "concurrency" }
  | { readonly kind: "rate" | "held"; readonly remainingMs: number };

/** All that may hold a task back, whether it does now or not. */
export interface Blockers {
  readonly isPaused: boolean;
  /** How long a worker holds the queue; null where none does. */
  readonly heldForMs: number | null;
  readonly concurrency: Holding;
  /** How long until the queue's rate lets one go; null where it does now, or there is no limit. */
  readonly nextTokenMs: number | null;
  /** Null where the task has no concurrency key. */
  readonly key: KeyBlockers | null;
  /** Null where the task has no ordering key, or is the one whose turn it is. */
  readonly order: OrderBlocker | null;
  /** How many keys are dealt to before the task's own, and how many tasks of its own are before it. */
  readonly keysAhead: number;
  readonly aheadInKey: number;
}

/** A limit on how many are leased at once, and who is. */
export interface Holding {
  readonly limit: number | null;
  /** Present where the limit is one partition's share, of so many, of what the queue may have. */
  readonly partitions?: number;
  readonly leased: number;
  /** Up to ten, in no particular order. */
  readonly holders: readonly TaskId[];
}

/** What may hold back the tasks of one concurrency key. */
export interface KeyBlockers {
  readonly key: string;
  readonly isPaused: boolean;
  readonly weight: number;
  readonly concurrency: Holding;
  readonly nextTokenMs: number | null;
  readonly heldForMs: number | null;
}

/** The task of an ordering key that the others wait for. */
export interface OrderBlocker {
  readonly key: string;
  readonly head: TaskId;
  readonly state: TaskState;
  /** How many more are before it. */
  readonly ahead: number;
}
