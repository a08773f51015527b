import type { TaskOrigin } from "../flow/task-address.ts";
import type { QueueName, SessionId } from "../ids.ts";
import type { TaskSpec } from "../task.ts";

/** When a schedule fires. */
export type Cadence =
  | { readonly kind: "cron"; readonly expression: string; readonly timeZone: string }
  | { readonly kind: "fixed_rate"; readonly intervalMs: number }
  | { readonly kind: "fixed_delay"; readonly delayMs: number };

/** What to do about ticks that were missed. */
export type MisfirePolicy = "SKIP" | "FIRE_ONCE" | "CATCH_UP";

/** What to do where tasks of the firing before are not final. */
export type OverlapPolicy = "SKIP" | "QUEUE" | "REPLACE" | "ALLOW";

/** Over how many tasks a firing is spread. */
export type Shards =
  | { readonly kind: "none" }
  | { readonly kind: "static"; readonly total: number }
  | { readonly kind: "broadcast" };

/** What somebody asked for, checked and with every default filled in. */
export interface ScheduleDefinition {
  readonly name: string;
  readonly task: TaskSpec;
  readonly cadence: Cadence;
  readonly startAtMs: number | null;
  readonly endAtMs: number | null;
  readonly jitterMs: number;
  readonly misfirePolicy: MisfirePolicy;
  readonly misfireThresholdMs: number;
  readonly catchUpLimit: number;
  readonly overlapPolicy: OverlapPolicy;
  readonly shards: Shards;
}

/** A wish to fire beside the ticks. */
export interface Trigger {
  readonly id: string;
  readonly atMs: number;
}

/** What was done at a tick. */
export type FiringOutcome =
  | "SUBMITTED"
  | "SKIPPED_OVERLAP"
  | "SKIPPED_MISFIRE"
  | "SKIPPED_NO_WORKER"
  | "SKIPPED_REDEFINED";

/** A tick that was acted on, or a trigger, with where its tasks go. */
export interface Firing extends TaskOrigin {
  /** Counts a schedule's firings; the newest has the highest. */
  readonly sequence: number;
  /**
   * Names the firing within its schedule, the generation first; with the schedule's name it is the tasks'
   * request id.
   */
  readonly key: string;
  readonly fireAtMs: number;
  readonly decidedAtMs: number;
  readonly outcome: FiringOutcome;
  /** Empty for a tick. */
  readonly triggerId: string;
  /** How many tasks it has. */
  readonly tasks: number;
  /** Whether the tasks are told which shard they are. */
  readonly isSharded: boolean;
  /** The session of each task of a broadcast; null otherwise. */
  readonly sessions: readonly SessionId[] | null;
}

/** A firing that was decided, written down before it is carried out. */
interface FiringPlan {
  readonly firing: Firing;
  /** Firings whose tasks are to be cancelled first. */
  readonly replaces: readonly Firing[];
}

/** Where a schedule is. */
export interface ScheduleState {
  /**
   * Tells the schedule from others that have had its name, so that what those did is not taken for its own.
   * Empty where it was made before there were generations.
   */
  readonly generation: string;
  /** Where tasks of earlier definitions may wait, newest last. */
  readonly formerQueues: readonly QueueName[];
  /** When it was paused, by the store's clock; null where it is not. Ticks up to then still fire. */
  readonly pausedAtMs: number | null;
  /** What a fixed rate is counted from. */
  readonly anchorMs: number;
  /** The earliest tick that nothing was decided about; null where there is none, or none is known yet. */
  readonly nextTickMs: number | null;
  /** The newest tick that was acted on. */
  readonly lastTickMs: number | null;
  /** Ticks that are to fire, oldest first. */
  readonly waiting: readonly number[];
  readonly triggers: readonly Trigger[];
  readonly plan: FiringPlan | null;
  /** Firings whose tasks were not all final when last looked at. */
  readonly active: readonly Firing[];
  /** The sequence of the next firing. */
  readonly sequence: number;
}

/** A schedule as it is stored. */
export interface Schedule {
  readonly definition: ScheduleDefinition;
  readonly state: ScheduleState;
}

/** How many of a schedule's firings are remembered. */
export const FIRING_HISTORY = 100;

/** How many queues that a schedule's tasks went to before are remembered. */
export const MAX_FORMER_QUEUES = 20;

/** How many ticks, and how many triggers, may wait at once. */
export const MAX_WAITING = 1_000;
