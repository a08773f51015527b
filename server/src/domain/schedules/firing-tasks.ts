import { createHash } from "node:crypto";
import { addressOfRequest, type TaskAddress } from "../flow/task-address.ts";
import { DEFAULTS } from "../limits.ts";
import { formatTime } from "../rfc3339.ts";
import type { Due, TaskSpec } from "../task.ts";
import { withoutSpan } from "../trace-context.ts";
import type { Firing, ScheduleDefinition } from "./schedule.ts";

/** The label that a schedule's tasks carry; its value is the schedule's name. */
export const SCHEDULE_LABEL = "baton.schedule";
/** The header that tells a handler the tick that its task belongs to, as RFC 3339. */
const FIRE_TIME_HEADER = "baton-fire-time";

/** Returns the addresses of a firing's tasks, by shard. */
export function addressesOfFiring(schedule: string, firing: Firing): TaskAddress[] {
  return Array.from({ length: firing.tasks }, (_, index) =>
    addressOfRequest(firing, requestIdOf(schedule, firing, index)),
  );
}

/**
 * Makes a firing's tasks one by one, as they are asked for. The same firing gives the same tasks, whoever
 * asks and however often.
 */
export function* tasksOfFiring(
  definition: ScheduleDefinition,
  firing: Firing,
): Generator<TaskSpec> {
  for (let index = 0; index < firing.tasks; index += 1) {
    yield taskOf(definition, firing, index);
  }
}

/**
 * Whether a request id is one of a schedule's, as told by {@link Firing.key}; without a generation, of any
 * schedule that had the name.
 */
export function isTaskOfSchedule(
  schedule: string,
  generation: string,
  requestId: string | null,
): boolean {
  return requestId?.startsWith(`schedule/${schedule}/${generation}`) ?? false;
}

function taskOf(definition: ScheduleDefinition, firing: Firing, index: number): TaskSpec {
  const { name, task } = definition;
  const requestId = requestIdOf(name, firing, index);
  const spec: TaskSpec = {
    ...task,
    requestId,
    // Each firing is the root of a trace of its own.
    headers: { ...withoutSpan(task.headers), [FIRE_TIME_HEADER]: formatTime(firing.fireAtMs) },
    labels: { ...task.labels, [SCHEDULE_LABEL]: name },
    due: dueOf(definition, firing, requestId),
    deduplicationWindowMs: Math.max(task.deduplicationWindowMs, DEFAULTS.deduplicationWindowMs),
  };
  const sessionId = firing.sessions?.[index] ?? null;
  return firing.isSharded ? { ...spec, shard: { index, total: firing.tasks, sessionId } } : spec;
}

function requestIdOf(schedule: string, { key }: Firing, index: number): string {
  return `schedule/${schedule}/${key}/${index}`;
}

// Derived instead of drawn, so that a firing that is carried out again is the same one.
function dueOf({ jitterMs }: ScheduleDefinition, { fireAtMs }: Firing, requestId: string): Due {
  if (jitterMs === 0) {
    return { kind: "now" };
  }
  const hash = createHash("sha256").update(requestId).digest().readUInt32BE(0);
  return { kind: "at", atMs: fireAtMs + (hash % (jitterMs + 1)) };
}
