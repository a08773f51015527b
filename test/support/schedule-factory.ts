import type { QueueName } from "../../server/src/domain/ids.ts";
import type { Schedule, ScheduleDefinition } from "../../server/src/domain/schedules/schedule.ts";
import { createdState } from "../../server/src/domain/schedules/schedule-changes.ts";
import { newSpec } from "./task-factory.ts";

/** The queue that schedules of tests submit to. */
export const REPORTS = "reports" as QueueName;

/** Returns a definition that fires every minute, with every default filled in. */
export function newDefinition(overrides: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    name: "report",
    task: newSpec({ queue: REPORTS }),
    cadence: { kind: "cron", expression: "* * * * *", timeZone: "UTC" },
    startAtMs: null,
    endAtMs: null,
    jitterMs: 0,
    misfirePolicy: "FIRE_ONCE",
    misfireThresholdMs: 60_000,
    catchUpLimit: 10,
    overlapPolicy: "SKIP",
    shards: { kind: "none" },
    ...overrides,
  };
}

/** Returns a schedule as it is when it was just created. */
export function newSchedule(overrides: Partial<ScheduleDefinition>, createdAtMs: number): Schedule {
  const definition = newDefinition(overrides);
  return { definition, state: createdState(definition, createdAtMs, "") };
}
