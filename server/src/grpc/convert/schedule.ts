import type { TaskId } from "../../domain/ids.ts";
import type {
  Cadence,
  Firing,
  FiringOutcome,
  MisfirePolicy,
  OverlapPolicy,
  Schedule,
  ScheduleState,
  Shards,
} from "../../domain/schedules/schedule.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { FieldChecks } from "../../intake/validate-fields.ts";
import type { ScheduleInput } from "../../intake/validate-schedule.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireSpec } from "./spec.ts";
import { toWireTime, toWireTimeOrNull } from "./time.ts";

type WireSchedule = NonNullable<Received<"PutScheduleRequest">["schedule"]>;

const MISFIRE_POLICIES: Readonly<Record<WireSchedule["misfirePolicy"], MisfirePolicy | null>> = {
  MISFIRE_POLICY_UNSPECIFIED: null,
  MISFIRE_POLICY_SKIP: "SKIP",
  MISFIRE_POLICY_FIRE_ONCE: "FIRE_ONCE",
  MISFIRE_POLICY_CATCH_UP: "CATCH_UP",
};

const OVERLAP_POLICIES: Readonly<Record<WireSchedule["overlapPolicy"], OverlapPolicy | null>> = {
  OVERLAP_POLICY_UNSPECIFIED: null,
  OVERLAP_POLICY_SKIP: "SKIP",
  OVERLAP_POLICY_QUEUE: "QUEUE",
  OVERLAP_POLICY_REPLACE: "REPLACE",
  OVERLAP_POLICY_ALLOW: "ALLOW",
};

const OUTCOMES: Readonly<Record<FiringOutcome, `FIRING_OUTCOME_${FiringOutcome}`>> = {
  SUBMITTED: "FIRING_OUTCOME_SUBMITTED",
  SKIPPED_OVERLAP: "FIRING_OUTCOME_SKIPPED_OVERLAP",
  SKIPPED_MISFIRE: "FIRING_OUTCOME_SKIPPED_MISFIRE",
  SKIPPED_NO_WORKER: "FIRING_OUTCOME_SKIPPED_NO_WORKER",
  SKIPPED_REDEFINED: "FIRING_OUTCOME_SKIPPED_REDEFINED",
};

/** Reads a schedule. Throws INVALID_FIELD where a policy is none. */
export function fromWireSchedule(schedule: WireSchedule | null): ScheduleInput | null {
  return (
    schedule && {
      ...schedule,
      misfirePolicy: policyOf("misfire_policy", MISFIRE_POLICIES, schedule.misfirePolicy),
      overlapPolicy: policyOf("overlap_policy", OVERLAP_POLICIES, schedule.overlapPolicy),
    }
  );
}

// The loader hands a number without a name over as it is.
function policyOf<Wire extends string, Policy>(
  field: string,
  policies: Readonly<Record<Wire, Policy>>,
  value: Wire,
): Policy {
  if (!Object.hasOwn(policies, value)) {
    const checks = new FieldChecks("schedule");
    checks.refuse(field, "is no policy");
    checks.throwIfWrong();
  }
  return policies[value];
}

/** Writes a schedule; of one that cannot be read the name and why. */
export function toWireSchedule(schedule: Schedule | Undecodable): Sent<"Schedule"> {
  if (schedule instanceof Undecodable) {
    return { name: schedule.recordName, error: schedule.message };
  }
  const { definition, state } = schedule;
  return {
    name: definition.name,
    task: toWireSpec(definition.task),
    ...toWireCadence(definition.cadence),
    startTime: toWireTimeOrNull(definition.startAtMs),
    endTime: toWireTimeOrNull(definition.endAtMs),
    jitter: toWireTime(definition.jitterMs),
    misfirePolicy: `MISFIRE_POLICY_${definition.misfirePolicy}`,
    misfireThreshold: toWireTime(definition.misfireThresholdMs),
    catchUpLimit: definition.catchUpLimit,
    overlapPolicy: `OVERLAP_POLICY_${definition.overlapPolicy}`,
    ...toWireShards(definition.shards),
    paused: state.pausedAtMs !== null,
    nextFireTime: toWireTimeOrNull(nextTickOf(state)),
    lastFireTime: toWireTimeOrNull(state.lastTickMs),
  };
}

/** Writes a firing of a schedule. */
export function toWireFiring(firing: Firing, taskIds: TaskId[]): Sent<"Firing"> {
  return {
    fireTime: toWireTime(firing.fireAtMs),
    decideTime: toWireTime(firing.decidedAtMs),
    outcome: OUTCOMES[firing.outcome],
    taskIds,
    triggered: firing.triggerId !== "",
  };
}

function toWireCadence(
  cadence: Cadence,
): Pick<Sent<"Schedule">, "cron" | "fixedRate" | "fixedDelay"> {
  switch (cadence.kind) {
    case "cron":
      return { cron: { expression: cadence.expression, timeZone: cadence.timeZone } };
    case "fixed_rate":
      return { fixedRate: toWireTime(cadence.intervalMs) };
    case "fixed_delay":
      return { fixedDelay: toWireTime(cadence.delayMs) };
  }
}

function toWireShards(shards: Shards): Pick<Sent<"Schedule">, "staticShards" | "broadcast"> {
  switch (shards.kind) {
    case "none":
      return {};
    case "static":
      return { staticShards: shards.total };
    case "broadcast":
      return { broadcast: true };
  }
}

// Of one that is paused only what it still owes.
function nextTickOf({ pausedAtMs, waiting, nextTickMs }: ScheduleState): number | null {
  const isOwed = pausedAtMs === null || (nextTickMs ?? Number.POSITIVE_INFINITY) <= pausedAtMs;
  return waiting[0] ?? (isOwed ? nextTickMs : null);
}
