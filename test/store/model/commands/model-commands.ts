import type { TaskState } from "../../../../server/src/domain/task-state.ts";

/**
 * Durations are so many units, each kind with a rest of its own, and time moves by whole units: so no two
 * moments that are compared are ever closer than two seconds, and a store whose clock goes on by itself
 * while a test runs still agrees with the model.
 */
export const UNIT_MS = 10_000;

/** What is left over of each kind of duration; any two that are added up stay clear of the others. */
export const RESTS_MS = {
  delay: 3_000,
  runAt: 3_500,
  startDeadline: 2_000,
  ttl: 4_000,
  attemptTimeout: 5_000,
  retention: 6_000,
  window: 7_000,
  hold: 4_500,
} as const;

/** A task to submit; null where a field is not set. */
export interface TaskRecipe {
  readonly queue: number;
  readonly type: number;
  readonly team: number;
  readonly priority: number;
  readonly due: { readonly kind: "now" | "after" | "at"; readonly units: number };
  readonly startDeadline: number | null;
  readonly attemptTimeout: number;
  /** 0 keeps it no longer than its end. */
  readonly retention: number;
  readonly window: number;
  readonly request: number | null;
  readonly payload: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
  /** Null for none. */
  readonly key: number | null;
  readonly line: number | null;
  readonly isOwed: boolean;
}

/** An end of a lease. */
export type OutcomeRecipe =
  | { readonly kind: "complete"; readonly result: string }
  | { readonly kind: "fail" | "timed_out"; readonly retryIn: number | null }
  | {
      readonly kind: "release";
      readonly delay: number;
      readonly hold: { readonly scope: "key" | "queue"; readonly units: number } | null;
    };

/** A rate of one task in so many tenths of a unit. */
export interface RateRecipe {
  readonly tenths: number;
  readonly burst: number;
}

/** What a queue's settings are to be. */
export interface SettingsRecipe {
  readonly isPaused: boolean;
  readonly maxBacklog: number | null;
  readonly keyMaxBacklog: number | null;
  readonly concurrencyLimit: number | null;
  readonly keyConcurrencyLimit: number | null;
  readonly rateLimit: RateRecipe | null;
  readonly keyRateLimit: RateRecipe | null;
  readonly keyWeight: number;
  readonly fairBy: "GRANTS" | "TIME";
  readonly onDead: "CONTINUE" | "HOLD";
  readonly attemptHistory: number;
}

/** What a key is to have of its own. */
export interface KeyRecipe {
  readonly weight: number | null;
  readonly concurrencyLimit: number | null;
  readonly rateLimit: RateRecipe | null;
  readonly isPaused: boolean;
}

/** What a listing is to have; null for all of a kind. */
export interface ListRecipe {
  readonly queue: number;
  readonly states: readonly TaskState[];
  readonly type: number | null;
  readonly team: number | null;
  readonly limit: number;
  readonly newestFirst: boolean;
}

/** One call, with everything it refers to named by small numbers, so that a failure reads well. */
export type Command =
  | { readonly kind: "submit"; readonly tasks: readonly TaskRecipe[] }
  | {
      readonly kind: "open";
      readonly session: number;
      /** Comes late, from the stream before the newest. */
      readonly isOld: boolean;
      readonly ttl: number;
      readonly held: Held;
    }
  | {
      readonly kind: "renew";
      readonly session: number;
      readonly isOld: boolean;
      readonly ttl: number;
    }
  | {
      readonly kind: "lease";
      readonly session: number;
      readonly isOld: boolean;
      readonly limit: number;
      readonly isApart: boolean;
      readonly types: readonly number[] | null;
      readonly maxPayloadBytes: number;
    }
  | {
      readonly kind: "settle";
      readonly items: readonly {
        readonly lease: Pick;
        readonly isForged: boolean;
        readonly outcome: OutcomeRecipe;
      }[];
    }
  | {
      readonly kind: "report";
      readonly lease: Pick;
      /** Comes from another session than was granted the lease. */
      readonly isForged: boolean;
      readonly progress: number | null;
      readonly checkpoint: string | null;
    }
  | { readonly kind: "advance"; readonly units: number }
  | { readonly kind: "fill"; readonly isFull: boolean }
  | { readonly kind: "sweep"; readonly queue: number }
  | { readonly kind: "cancel"; readonly task: Pick; readonly reason: string }
  | { readonly kind: "redrive"; readonly task: Pick }
  | { readonly kind: "settings"; readonly queue: number; readonly settings: SettingsRecipe }
  | {
      readonly kind: "key";
      readonly queue: number;
      readonly key: number;
      readonly settings: KeyRecipe | null;
    }
  /** The next pages of the listing under way, or the first ones of this. */
  | { readonly kind: "list"; readonly listing: ListRecipe; readonly pages: number };

/** One of those there are, counted back from the newest; of the apt ones alone, or of all. */
export interface Pick {
  readonly isApt: boolean;
  readonly back: number;
}

/** Which of the leases it ever had a worker says it holds. */
export type Held = "all" | "none" | "newest" | "others";

/** How many queues, types, sessions and request ids there are to choose from. */
export const QUEUES = 2;
export const TYPES = 2;
export const TEAMS = 2;
export const SESSIONS = 4;
export const REQUESTS = 3;
export const KEYS = 3;
export const LINES = 2;
