import { randomUUID } from "node:crypto";
import { LIMITS } from "@baton/proto/shared";
import type { Call } from "../channel/call.ts";
import { bindMethods } from "../values/bind-methods.ts";
import type { Checks } from "../values/checks.ts";
import type { Codec } from "../values/codec.ts";
import { durationMs, timestampMs, toDuration, toTimestamp } from "../values/time-fields.ts";
import { type Received, type Sent, services } from "../values/wire.ts";
import { check } from "./call-checks.ts";
import { pagesOf } from "./pages.ts";
import { toSpec } from "./submitting/submit-spec.ts";
import { type TaskTemplate, templateOptions } from "./task-template.ts";

const { service: methods } = services.ScheduleService;

/**
 * When a schedule fires: at the times of a cron expression, every so many milliseconds whatever its tasks do, or
 * so many milliseconds after the last task of a firing has ended. From 1 s to 366 days.
 */
export type ScheduleCadence =
  | {
      /** Minute, hour, day of month, month, day of week; or six fields, with seconds first. */
      readonly cron: string;
      /** A zone of the tz database, such as `Europe/Berlin`. Default: UTC. */
      readonly timeZone?: string;
    }
  | { readonly everyMs: number }
  | { readonly delayMs: number };

const MISFIRE_POLICIES = ["SKIP", "FIRE_ONCE", "CATCH_UP"] as const;
const OVERLAP_POLICIES = ["SKIP", "QUEUE", "REPLACE", "ALLOW"] as const;

/**
 * What happens to ticks that were missed by more than `misfireThresholdMs`: none is made up for (`SKIP`), only
 * the newest fires (`FIRE_ONCE`), or the newest `catchUpLimit` of them fire, the oldest first (`CATCH_UP`).
 */
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/**
 * What happens at a tick while a task of an earlier firing has not ended: the tick is skipped (`SKIP`), it waits
 * for that end (`QUEUE`), the earlier tasks are cancelled (`REPLACE`), or it fires all the same (`ALLOW`).
 */
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** A schedule to store. Durations are in milliseconds, times are epoch milliseconds. */
export interface ScheduleOptions {
  /** The task that each firing submits. */
  readonly task: TaskTemplate & { readonly payload?: unknown };
  /** When it fires. */
  readonly cadence: ScheduleCadence;
  /** No tick before this time. Default: no limit. */
  readonly startTimeMs?: number;
  /** No tick after this time. Default: no limit. */
  readonly endTimeMs?: number;
  /** Each task runs up to this much later than its tick, by chance. 0 to 1 h. Default: 0. */
  readonly jitterMs?: number;
  /** Default: `FIRE_ONCE`. */
  readonly misfire?: MisfirePolicy;
  /** How late a tick may fire before it counts as missed. Up to 24 h. Default: 60 s. */
  readonly misfireThresholdMs?: number;
  /** How many missed ticks `CATCH_UP` fires at most. 1 to 1000. Default: 10. */
  readonly catchUpLimit?: number;
  /** Default: `SKIP`. */
  readonly overlap?: OverlapPolicy;
  /**
   * How many tasks each firing submits, 1 to 1000, of which each knows its `TaskContext.shard`; or `broadcast`: one
   * for each worker that is connected at that time. Default: one task, without a shard.
   */
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
  /** Undefined if it will not fire any more, or is paused. */
  readonly nextFireTimeMs: number | undefined;
  /** Undefined if it has not fired yet. */
  readonly lastFireTimeMs: number | undefined;
  /** Empty, unless a list could not read the schedule: then it says why, and only `name` has a meaning. */
  readonly error: string;
}

/** One tick of a schedule, and what the dispatcher did about it. Times are epoch milliseconds. */
export interface FiringInfo {
  /** The tick itself. */
  readonly fireTimeMs: number;
  /** When the dispatcher decided about it. */
  readonly decideTimeMs: number;
  readonly outcome:
    | "SUBMITTED"
    | "SKIPPED_OVERLAP"
    | "SKIPPED_MISFIRE"
    | "SKIPPED_NO_WORKER"
    | "SKIPPED_REDEFINED";
  /** The tasks that were submitted, by shard; empty if the tick was skipped. */
  readonly taskIds: readonly string[];
  /** Whether `trigger` caused it. */
  readonly triggered: boolean;
}

/**
 * Creates, reads and deletes schedules. Get it from `TaskClient.schedules`. Every call rejects with a `BatonError`;
 * its reason is SCHEDULE_NOT_FOUND if a call needs a schedule and there is none of the name.
 *
 * @example
 * await client.schedules.put("nightly", {
 *   cadence: { cron: "0 2 * * *", timeZone: "Europe/Berlin" },
 *   task: { queue: "reports", type: "nightly", payload: { all: true } },
 * });
 */
export class ScheduleClient {
  readonly #call: Call;
  readonly #codec: Codec;

  constructor(call: Call, codec: Codec) {
    bindMethods(this, ScheduleClient);
    this.#call = call;
    this.#codec = codec;
  }

  /**
   * Creates a schedule, or replaces the one of the same name. You may call it at every start of a program. If
   * cadence, start and end are as before, ticks that still wait fire with the new task; otherwise they are dropped.
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

  /** Returns a schedule. */
  async get(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.GetSchedule, { name })).schedule);
  }

  /** Yields every schedule, by name. */
  async *list(): AsyncGenerator<ScheduleInfo> {
    const listing = pagesOf((pageToken) => this.#call(methods.ListSchedules, { pageToken }));
    for await (const page of listing) {
      for (const schedule of page.schedules) {
        yield readSchedule(schedule);
      }
    }
  }

  /** Stops a schedule from firing until `resume`. */
  async pause(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.PauseSchedule, { name })).schedule);
  }

  /** Lets a paused schedule fire again, from the next tick on. */
  async resume(name: string): Promise<ScheduleInfo> {
    checkName(name);
    return readSchedule((await this.#call(methods.ResumeSchedule, { name })).schedule);
  }

  /**
   * Fires a schedule once, now, whatever its cadence. A repeat with the same request id fires nothing and returns
   * the first firing; without one, each call fires.
   */
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

  /**
   * Deletes a schedule, and returns whether there was one. Its tasks go on; with `cancelWaitingTasks` those that no
   * worker has are cancelled. If many wait, the call may reject with DEADLINE_EXCEEDED; the dispatcher goes on all the
   * same: call again to learn when it is done.
   */
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

  /** Yields the last firings of a schedule, the newest first. The dispatcher remembers 100. */
  async *firings(name: string): AsyncGenerator<FiringInfo> {
    checkName(name);
    const listing = pagesOf((pageToken) =>
      this.#call(methods.ListFirings, {
        name,
        pageToken,
      }),
    );
    for await (const page of listing) {
      for (const firing of page.firings) {
        yield readFiring(firing);
      }
    }
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
