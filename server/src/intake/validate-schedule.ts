import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../domain/errors.ts";
import { ambiguityOf, isCronProblem, readCron } from "../domain/schedules/cron.ts";
import type {
  Cadence,
  MisfirePolicy,
  OverlapPolicy,
  ScheduleDefinition,
  Shards,
} from "../domain/schedules/schedule.ts";
import { checkInteger, checkName, FieldChecks } from "./validate-fields.ts";
import { type TaskSpecInput, validateTaskSpec } from "./validate-task-spec.ts";
import { checkText } from "./validate-text.ts";
import {
  checkDuration,
  checkTimestamp,
  type DurationInput,
  type TimestampInput,
} from "./validate-time.ts";

/** A schedule as it comes from the wire, but for its enums; null where one is not set. */
export interface ScheduleInput {
  readonly name: string;
  readonly task: TaskSpecInput | null;
  readonly cron?: { readonly expression: string; readonly timeZone: string } | null;
  readonly fixedRate?: DurationInput | null;
  readonly fixedDelay?: DurationInput | null;
  /** Which of the three is meant. */
  readonly cadence?: "cron" | "fixedRate" | "fixedDelay";
  readonly startTime: TimestampInput | null;
  readonly endTime: TimestampInput | null;
  readonly jitter: DurationInput | null;
  readonly misfirePolicy: MisfirePolicy | null;
  readonly misfireThreshold: DurationInput | null;
  readonly catchUpLimit: number;
  readonly overlapPolicy: OverlapPolicy | null;
  readonly staticShards?: number;
  readonly broadcast?: boolean;
  /** Which of the two is meant. */
  readonly shards?: "staticShards" | "broadcast";
}

const DEFAULT_TIME_ZONE = "UTC";
const DEFAULT_MISFIRE_THRESHOLD_MS = 60_000;
const DEFAULT_CATCH_UP = 10;
const NO_CADENCE: Cadence = { kind: "fixed_rate", intervalMs: LIMITS.minIntervalMs };

/**
 * Checks a schedule and fills in every default. What would never fire is for the caller to find, who
 * knows what time it is by the store.
 */
export function validateSchedule(
  input: ScheduleInput | null,
  nowMs: number,
  path: string,
): ScheduleDefinition | TaskError {
  const checks = new FieldChecks(path);
  if (input === null) {
    return checks.missing();
  }
  const fields = checkFields(checks, input);
  checkTemplate(checks, input.task);
  const error = checks.error();
  if (error !== null) {
    return error;
  }
  const task = validateTaskSpec(input.task, nowMs, `${path}.task`);
  if (task instanceof TaskError) {
    return task;
  }
  checkFiringBytes(checks, fields.shards, task.payload.length);
  return checks.error() ?? { ...fields, task };
}

/** Says that a schedule would never fire. */
export function neverFires(path: string, definition: ScheduleDefinition): TaskError {
  const checks = new FieldChecks(path);
  const isBounded = definition.endAtMs !== null;
  const field = definition.cadence.kind === "cron" ? "cron.expression" : definition.cadence.kind;
  checks.refuse(isBounded ? "end_time" : field, "leaves no tick: the schedule would never fire");
  return checks.error() as TaskError;
}

function checkFields(checks: FieldChecks, input: ScheduleInput): Omit<ScheduleDefinition, "task"> {
  checkName(checks, "name", input.name);
  const startAtMs = input.startTime && checkTimestamp(checks, "start_time", input.startTime);
  const endAtMs = input.endTime && checkTimestamp(checks, "end_time", input.endTime);
  if (startAtMs !== null && endAtMs !== null && endAtMs < startAtMs) {
    checks.refuse("end_time", "is before start_time");
  }
  return {
    name: input.name,
    cadence: checkCadence(checks, input),
    startAtMs,
    endAtMs,
    jitterMs: input.jitter
      ? checkDuration(checks, "jitter", input.jitter, 0, LIMITS.maxJitterMs)
      : 0,
    misfirePolicy: input.misfirePolicy ?? "FIRE_ONCE",
    misfireThresholdMs: input.misfireThreshold
      ? checkDuration(
          checks,
          "misfire_threshold",
          input.misfireThreshold,
          LIMITS.minIntervalMs,
          LIMITS.maxMisfireThresholdMs,
        )
      : DEFAULT_MISFIRE_THRESHOLD_MS,
    catchUpLimit:
      input.catchUpLimit === 0
        ? DEFAULT_CATCH_UP
        : checkInteger(checks, "catch_up_limit", input.catchUpLimit, 1, LIMITS.maxCatchUp),
    overlapPolicy: input.overlapPolicy ?? "SKIP",
    shards: checkShards(checks, input),
  };
}

function checkCadence(checks: FieldChecks, input: ScheduleInput): Cadence {
  if (input.cadence === "cron" && input.cron) {
    return checkCron(checks, input.cron);
  }
  if (input.cadence === "fixedRate" && input.fixedRate) {
    return { kind: "fixed_rate", intervalMs: checkInterval(checks, "fixed_rate", input.fixedRate) };
  }
  if (input.cadence === "fixedDelay" && input.fixedDelay) {
    return { kind: "fixed_delay", delayMs: checkInterval(checks, "fixed_delay", input.fixedDelay) };
  }
  checks.refuse("cadence", "is required: cron, fixed_rate or fixed_delay");
  return NO_CADENCE;
}

function checkInterval(checks: FieldChecks, field: string, value: DurationInput): number {
  return checkDuration(checks, field, value, LIMITS.minIntervalMs, LIMITS.maxIntervalMs);
}

function checkCron(
  checks: FieldChecks,
  cron: { readonly expression: string; readonly timeZone: string },
): Cadence {
  const timeZone = cron.timeZone === "" ? DEFAULT_TIME_ZONE : cron.timeZone;
  const before = checks.isClean;
  if (cron.expression === "") {
    checks.refuse("cron.expression", "is required");
    return NO_CADENCE;
  }
  checkText(checks, "cron.expression", cron.expression, LIMITS.maxCronBytes);
  checkText(checks, "cron.time_zone", timeZone, LIMITS.maxTimeZoneBytes);
  if (before && !checks.isClean) {
    return NO_CADENCE;
  }
  const read = readCron(cron.expression, timeZone);
  if (isCronProblem(read)) {
    checks.refuse(`cron.${read.field}`, read.description);
    return NO_CADENCE;
  }
  const ambiguity = ambiguityOf(timeZone);
  if (ambiguity !== null) {
    checks.refuse("cron.time_zone", ambiguity);
    return NO_CADENCE;
  }
  return { kind: "cron", expression: cron.expression.trim(), timeZone };
}

function checkShards(checks: FieldChecks, input: ScheduleInput): Shards {
  if (input.shards === "staticShards") {
    const total = input.staticShards ?? 0;
    return {
      kind: "static",
      total: checkInteger(checks, "static_shards", total, 1, LIMITS.maxShards),
    };
  }
  if (input.shards === "broadcast") {
    if (input.broadcast !== true) {
      checks.refuse("broadcast", "must be true if it is set");
    }
    return { kind: "broadcast" };
  }
  return { kind: "none" };
}

function checkFiringBytes(checks: FieldChecks, shards: Shards, payloadBytes: number): void {
  const most = LIMITS.maxShardsTimesPayloadBytes;
  if (shards.kind === "static" && shards.total * payloadBytes > most) {
    const bytes = shards.total * payloadBytes;
    const shown = `${shards.total} shards with a payload of ${payloadBytes} bytes each have ${bytes} bytes`;
    checks.refuse("static_shards", `is too many: ${shown}; at most ${most} are allowed`);
  }
}

function checkTemplate(checks: FieldChecks, task: TaskSpecInput | null): void {
  if (task === null) {
    checks.refuse("task", "is required");
    return;
  }
  if (task.requestId !== "") {
    checks.refuse("task.request_id", "must be empty: the schedule sets it");
  }
  if (task.due !== undefined) {
    checks.refuse(
      task.due === "delay" ? "task.delay" : "task.run_at",
      "must be empty: the schedule sets it",
    );
  }
}
