import type { RetryPolicy } from "../task.ts";

/** How many tasks may be granted in which time; GCRA with a burst (gcra.ts). */
export interface RateLimit {
  /** 1 to 1,000,000. */
  readonly tasks: number;
  /** 100 ms to 24 h. */
  readonly periodMs: number;
  /** How many may be granted at once after a pause; 1 to 1,000,000. */
  readonly burst: number;
}

/** What a grant costs its concurrency key: one share, or one share and the time that the attempt ran. */
export type FairBy = "GRANTS" | "TIME";

/** What a dead task of an ordering key does to those behind it: nothing, or it holds them until it is redriven. */
export type OnDead = "CONTINUE" | "HOLD";

/** How a queue flows. They are kept in the store, and hold from the next lease call of every dispatcher on. */
export interface QueueSettings {
  /** Grants nothing and accepts submits (G14). */
  readonly isPaused: boolean;
  /** The most tasks that may be SCHEDULED and READY; null for no limit. */
  readonly maxBacklog: number | null;
  /** The same of one concurrency key. */
  readonly keyMaxBacklog: number | null;
  /** The most tasks that may be LEASED at once (G10); null for no limit. */
  readonly concurrencyLimit: number | null;
  /** The same of one concurrency key, where the key has no limit of its own. */
  readonly keyConcurrencyLimit: number | null;
  readonly rateLimit: RateLimit | null;
  /** Of one concurrency key, where the key has none of its own. */
  readonly keyRateLimit: RateLimit | null;
  /** The share of a concurrency key that has no weight of its own; 1 to 100. */
  readonly keyWeight: number;
  /** The share of all tasks without a concurrency key together; 1 to 100. */
  readonly plainWeight: number;
  readonly fairBy: FairBy;
  readonly onDead: OnDead;
  /** Of tasks that are submitted without one; null for the product's own default. */
  readonly retryPolicy: RetryPolicy | null;
  /** Of tasks that are submitted without one; null for the product's own default. */
  readonly retentionMs: number | null;
  /** How many of a task's newest past attempts are kept beside the first; 0 to 100, none with 0. */
  readonly attemptHistory: number;
}

/** What one concurrency key has in place of its queue's settings; null where it has the queue's. */
export interface KeySettings {
  /** 1 to 100. */
  readonly weight: number | null;
  readonly concurrencyLimit: number | null;
  readonly rateLimit: RateLimit | null;
  /** Whether nothing of the key is granted. */
  readonly isPaused: boolean;
}

/** How a queue flows of which nobody said anything. */
export const DEFAULT_QUEUE_SETTINGS: QueueSettings = Object.freeze({
  isPaused: false,
  maxBacklog: null,
  keyMaxBacklog: null,
  concurrencyLimit: null,
  keyConcurrencyLimit: null,
  rateLimit: null,
  keyRateLimit: null,
  keyWeight: 1,
  plainWeight: 1,
  fairBy: "GRANTS",
  onDead: "CONTINUE",
  retryPolicy: null,
  retentionMs: null,
  attemptHistory: 20,
});
