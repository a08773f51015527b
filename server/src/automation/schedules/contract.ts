import type { TaskId } from "../../domain/ids.ts";
import type { Firing, Schedule, ScheduleDefinition } from "../../domain/schedules/schedule.ts";
import type { Undecodable } from "../../domain/undecodable.ts";

/** What the transport asks of schedules. Inputs were checked; every rejection is a `TaskError`. */
export interface Schedules {
  /** Creates a schedule or replaces the one of the same name; rejects where it would never fire. */
  put(definition: ScheduleDefinition): Promise<{ schedule: Schedule; created: boolean }>;

  /** Returns a schedule; rejects with SCHEDULE_NOT_FOUND or RECORD_UNDECODABLE. */
  get(name: string): Promise<Schedule>;

  /** Returns at most so many schedules after a name, by name. */
  list(after: string | null, limit: number): Promise<(Schedule | Undecodable)[]>;

  /** Stops or starts firing; rejects with SCHEDULE_NOT_FOUND. */
  setPaused(name: string, isPaused: boolean): Promise<Schedule>;

  /**
   * Fires now, beside the ticks, and returns the firing. The same trigger id returns the first firing, as
   * long as that is remembered. Rejects with SCHEDULE_NOT_FOUND or TRIGGERS_FULL.
   */
  trigger(name: string, triggerId: string): Promise<Firing>;

  /** Forgets a schedule; returns whether there was one. */
  remove(name: string, cancelsWaiting: boolean): Promise<boolean>;

  /** Returns what is remembered of a schedule's firings, newest first; rejects with SCHEDULE_NOT_FOUND. */
  firings(name: string): Promise<Firing[]>;

  /** Returns the ids of the tasks of a schedule's firing, by shard. */
  taskIds(name: string, firing: Firing): Promise<TaskId[]>;

  /** Begins to fire. */
  start(): void;

  /** Ends the firing; resolves once nothing is under way. */
  stop(): Promise<void>;
}
