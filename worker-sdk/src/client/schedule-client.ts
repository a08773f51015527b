import { randomUUID } from "node:crypto";
import type { Call } from "../channel/call.ts";
import type { Checks } from "../values/checks.ts";
import type { Codec } from "../values/codec.ts";
import { LIMITS } from "../values/limits.ts";
import { durationMs, timestampMs, toDuration, toTimestamp } from "../values/time-fields.ts";
import { type Received, type Sent, services } from "../values/wire.ts";
import { check } from "./call-checks.ts";
import { toSpec } from "./submitting/submit-spec.ts";
import { type TaskTemplate, templateOptions } from "./task-template.ts";

const { service: methods } = services.ScheduleService;

/** When a schedule fires: by one of the three. */
export type ScheduleCadence =
  | {
      /** Five fields, or six with seconds first. */
      readonly cron: string;
      /** Default: UTC. */
      readonly timeZone?: string;
    }
  | { readonly everyMs: number }
  | { readonly delayMs: number };

const MISFIRE_POLICIES = ["SKIP", "FIRE_ONCE", "CATCH_UP"] as const;
const OVERLAP_POLICIES = ["SKIP", "QUEUE", "REPLACE", "ALLOW"] as const;

/** What to do about ticks that were missed. */
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/** What to do while tasks of the firing before are not final. */
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** A schedule to store. The defaults of what is left out are in docs/protocol.md. */
export interface ScheduleOptions {
  readonly task: TaskTemplate & { readonly payload?: unknown };
  readonly cadence: ScheduleCadence;
  readonly startTimeMs?: number;
  readonly endTimeMs?: number;
  readonly jitterMs?: number;
  readonly misfire?: MisfirePolicy;
  readonly misfireThresholdMs?: number;
  readonly catchUpLimit?: number;
  readonly overlap?: OverlapPolicy;
  /** How many tasks a firing has, or one for each live worker. Default: one, not sharded. */
  readonly shards?: number | "broadcast";
}

/** A schedule as it is stored. */
export interface ScheduleInfo {
  readonly name: string;
  readonly queue: string;
  readonly type: string;
  readonly cadence: ScheduleCadence;
  readonly startTimeMs: number | undefined;
  readonly endTimeMs: number | undefined;
  readonly jitterMs: number;
  readonly misfire: MisfirePolicy;
  readonly misfireThresholdMs: number;
  readonly catchUpLimit: number;
  readonly overlap: OverlapPolicy;
  readonly shards: number | "broadcast" | undefined;
  readonly paused: boolean;
  /** Undefined where there is none. */
  readonly nextFireTimeMs: number | undefined;
  readonly lastFireTimeMs: number | undefined;
  /** Why it cannot be read, in a list; all but the name says nothing then. Empty where it was read. */
  readonly error: string;
}

/** One firing of a schedule. */
export interface FiringInfo {
  readonly fireTimeMs: number;
  readonly decideTimeMs: number;
  readonly outcome:
    | "SUBMITTED"
    | "SKIPPED_OVERLAP"
    | "SKIPPED_MISFIRE"
    | "SKIPPED_NO_WORKER"
    | "SKIPPED_REDEFINED";
  readonly taskIds: readonly string[];
  /** Whether `trigger` caused it. */
  readonly triggered: boolean;
}

/** Keeps schedules; get it from `TaskClient.schedules`. Every rejection is a `BatonError`. */
export class ScheduleClient {
  readonly #call: Call;
  readonly #codec: Codec;

  constructor(call: Call, codec: Codec) {
    this.#call = call;
    this.#codec = codec;
  }

  /**
   * Creates a schedule or replaces the one of the same name; safe to call at each start of a program. Where
   * cadence, start and end stay the same, ticks that wait fire with the new task; otherwise they are dropped.
   */
  async put(
    name: string,
    options: ScheduleOptions,
  ): Promise<{ readonly schedule: ScheduleInfo; readonly created: boolean }> {
    checkSchedule(name, options);
    const request = { schedule: writeSchedule(name, options, this.#codec) };
    const { schedule, created } = await this.#call(methods.PutSchedule, request);
    return { schedule: readSchedule(schedule), created };
  }

  /** Returns a schedule; rejects with SCHEDULE_NOT_FOUND. */
  async get(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.GetSchedule, { name })).schedule);
  }

  /** Yields every schedule, by name. */
  async *list(): AsyncGenerator<ScheduleInfo> {
    let pageToken = "";
    do {
      const page: Received<"ListSchedulesResponse"> = await this.#call(methods.ListSchedules, {
        pageToken,
      });
      for (const schedule of page.schedules) {
        yield readSchedule(schedule);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }

  /** Stops firing until it is resumed. */
  async pause(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.PauseSchedule, { name })).schedule);
  }

  /** Fires again, from the next tick on. */
  async resume(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.ResumeSchedule, { name })).schedule);
  }

  /** Fires once now. With the same request id, returns the first firing. */
  async trigger(name: string, options: { readonly requestId?: string } = {}): Promise<FiringInfo> {
    check((checks) => {
      checks.name("name", name);
      const { requestId } = checks.options("options", options);
      checks.text("requestId", requestId, LIMITS.maxKeyBytes);
    });
    const { requestId = randomUUID() } = options;
    const { firing } = await this.#call(methods.TriggerSchedule, { name, requestId });
    return readFiring(firing);
  }

  /** Forgets a schedule; returns whether there was one. */
  async delete(
    name: string,
    options: { readonly cancelWaitingTasks?: boolean } = {},
  ): Promise<boolean> {
    check((checks) => {
      checks.name("name", name);
      const { cancelWaitingTasks } = checks.options("options", options);
      checks.boolean("cancelWaitingTasks", cancelWaitingTasks);
    });
    const { cancelWaitingTasks = false } = options;
    return (await this.#call(methods.DeleteSchedule, { name, cancelWaitingTasks })).deleted;
  }

  /** Yields the schedule's last firings, newest first. */
  async *firings(name: string): AsyncGenerator<FiringInfo> {
    checkName(name);
    let pageToken = "";
    do {
      const page: Received<"ListFiringsResponse"> = await this.#call(methods.ListFirings, {
        name,
        pageToken,
      });
      for (const firing of page.firings) {
        yield readFiring(firing);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }
}

function writeSchedule(name: string, options: ScheduleOptions, codec: Codec): Sent<"Schedule"> {
  const { task, cadence, shards, catchUpLimit } = options;
  return {
    name,
    task: toSpec(task.queue, task.type, task.payload, templateOptions(task), codec),
    ...writeCadence(cadence),
    startTime: options.startTimeMs === undefined ? null : toTimestamp(options.startTimeMs),
    endTime: options.endTimeMs === undefined ? null : toTimestamp(options.endTimeMs),
    jitter: options.jitterMs === undefined ? null : toDuration(options.jitterMs),
    misfirePolicy: `MISFIRE_POLICY_${options.misfire ?? "UNSPECIFIED"}`,
    misfireThreshold:
      options.misfireThresholdMs === undefined ? null : toDuration(options.misfireThresholdMs),
    catchUpLimit: catchUpLimit ?? 0,
    overlapPolicy: `OVERLAP_POLICY_${options.overlap ?? "UNSPECIFIED"}`,
    ...(typeof shards === "number" && { staticShards: shards }),
    ...(shards === "broadcast" && { broadcast: true }),
  };
}

/** @throws BatonError that names every wrong field, but for the task's, which `toSpec` looks at */
function checkSchedule(name: string, options: ScheduleOptions): void {
  check((checks) => {
    checks.name("name", name);
    const given = checks.options("options", options ?? null);
    checks.options("task", given.task ?? null);
    checkCadence(checks, given.cadence);
    checks.epochMs("startTimeMs", given.startTimeMs);
    checks.epochMs("endTimeMs", given.endTimeMs);
    checks.number("jitterMs", given.jitterMs, 0, LIMITS.maxDelayMs);
    checks.oneOf("misfire", given.misfire, MISFIRE_POLICIES);
    checks.number("misfireThresholdMs", given.misfireThresholdMs, 0, LIMITS.maxDelayMs);
    checks.integer("catchUpLimit", given.catchUpLimit, 1, LIMITS.maxCatchUp);
    checks.oneOf("overlap", given.overlap, OVERLAP_POLICIES);
    if (given.shards !== "broadcast") {
      checks.integer("shards", given.shards, 1, LIMITS.maxShards);
    }
  });
}

function checkCadence(checks: Checks, given: ScheduleCadence | undefined): void {
  const { cron, timeZone, everyMs, delayMs } = checks.options<{
    cron?: unknown;
    timeZone?: unknown;
    everyMs?: unknown;
    delayMs?: unknown;
  }>("cadence", given ?? {});
  if ([cron, everyMs, delayMs].filter((one) => one !== undefined).length !== 1) {
    checks.refuse("cadence", "must have one of cron, everyMs and delayMs");
  }
  checks.text("cadence.cron", cron, LIMITS.maxReasonBytes);
  checks.text("cadence.timeZone", timeZone, LIMITS.maxReasonBytes);
  checks.number("cadence.everyMs", everyMs, 1, LIMITS.maxDelayMs);
  checks.number("cadence.delayMs", delayMs, 1, LIMITS.maxDelayMs);
}

function checkName(name: string): void {
  check((checks) => checks.name("name", name));
}

function writeCadence(
  cadence: ScheduleCadence,
): Pick<Sent<"Schedule">, "cron" | "fixedRate" | "fixedDelay"> {
  if ("cron" in cadence && cadence.cron !== undefined) {
    return { cron: { expression: cadence.cron, timeZone: cadence.timeZone ?? "" } };
  }
  const { everyMs, delayMs } = cadence as { readonly everyMs?: number; readonly delayMs: number };
  return everyMs === undefined
    ? { fixedDelay: toDuration(delayMs) }
    : { fixedRate: toDuration(everyMs) };
}

function readSchedule(schedule: Received<"PutScheduleResponse">["schedule"]): ScheduleInfo {
  const wire = present(schedule);
  return {
    name: wire.name,
    queue: wire.task?.queue ?? "",
    type: wire.task?.type ?? "",
    cadence: readCadence(wire),
    startTimeMs: timestampMs(wire.startTime),
    endTimeMs: timestampMs(wire.endTime),
    jitterMs: durationMs(wire.jitter),
    misfire: wire.misfirePolicy.replace("MISFIRE_POLICY_", "") as MisfirePolicy,
    misfireThresholdMs: durationMs(wire.misfireThreshold),
    catchUpLimit: wire.catchUpLimit,
    overlap: wire.overlapPolicy.replace("OVERLAP_POLICY_", "") as OverlapPolicy,
    shards: wire.shards === "broadcast" ? "broadcast" : wire.staticShards,
    paused: wire.paused,
    nextFireTimeMs: timestampMs(wire.nextFireTime),
    lastFireTimeMs: timestampMs(wire.lastFireTime),
    error: wire.error,
  };
}

function readCadence(wire: Received<"Schedule">): ScheduleCadence {
  if (wire.cron) {
    return { cron: wire.cron.expression, timeZone: wire.cron.timeZone };
  }
  return wire.fixedRate
    ? { everyMs: durationMs(wire.fixedRate) }
    : { delayMs: durationMs(wire.fixedDelay ?? null) };
}

function readFiring(firing: Received<"Firing"> | null): FiringInfo {
  const wire = present(firing);
  return {
    fireTimeMs: timestampMs(wire.fireTime) ?? 0,
    decideTimeMs: timestampMs(wire.decideTime) ?? 0,
    outcome: wire.outcome.replace("FIRING_OUTCOME_", "") as FiringInfo["outcome"],
    taskIds: wire.taskIds,
    triggered: wire.triggered,
  };
}

function present<Message>(message: Message | null): Message {
  if (message === null) {
    throw new Error("the dispatcher's answer lacks what was asked for");
  }
  return message;
}
