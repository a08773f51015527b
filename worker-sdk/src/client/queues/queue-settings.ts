import { LIMITS } from "@baton/proto/shared";
import type { Checks } from "../../values/checks.ts";
import { durationMs, toDuration } from "../../values/time-fields.ts";
import type { Received, Sent } from "../../values/wire.ts";
import {
  checkRetry,
  type RetryOptions,
  readRetry,
  writeRetry,
} from "../submitting/retry-options.ts";

/**
 * How many tasks may be granted in which time: in any time t at most `burst` + t × `tasks` / `periodMs`. Every grant
 * counts, those of later attempts too.
 */
export interface RateLimit {
  /** How many tasks in a period. 1 to 1,000,000. */
  readonly tasks: number;
  /** In milliseconds, 100 ms to 24 h. Default: 1 s. */
  readonly periodMs?: number;
  /** How many may be granted at once after a pause. 1 to 1,000,000. Default: `tasks`. */
  readonly burst?: number;
}

const FAIR_BY = ["GRANTS", "TIME"] as const;
const ON_DEAD = ["CONTINUE", "HOLD"] as const;

/** How a queue flows; docs/flow-control.md says what each means exactly. Null stands for no limit. */
export interface QueueSettings {
  /** Nothing is granted, and submits are accepted. Default: false. */
  readonly paused: boolean;
  /** How many tasks may be SCHEDULED and READY; more submits reject with QUEUE_FULL. 1 to 10⁹. Default: null. */
  readonly maxBacklog: number | null;
  /** The same of each concurrency key. */
  readonly keyMaxBacklog: number | null;
  /** How many tasks may be LEASED at once. 1 to 1,000,000. Default: null. */
  readonly concurrencyLimit: number | null;
  /** The same of each concurrency key that has no limit of its own. */
  readonly keyConcurrencyLimit: number | null;
  /** How many tasks may be granted in which time. Default: null. */
  readonly rateLimit: RateLimit | null;
  /** The same of each concurrency key that has no rate of its own. */
  readonly keyRateLimit: RateLimit | null;
  /** The share of a concurrency key that has no weight of its own. 1 to 100. Default: 1. */
  readonly keyWeight: number;
  /** The share of all tasks without a concurrency key together. 1 to 100. Default: 1. */
  readonly plainWeight: number;
  /** Whether a share is of the grants, or a second of run time counts as another grant. Default: `GRANTS`. */
  readonly fairBy: (typeof FAIR_BY)[number];
  /** What a DEAD task does to those behind it in its ordering key: nothing, or it holds them. Default: `CONTINUE`. */
  readonly onDead: (typeof ON_DEAD)[number];
  /** Of tasks that are submitted without one. Default: null, as `RetryOptions` says. */
  readonly retry: RetryOptions | null;
  /** Of tasks that are submitted without one, in milliseconds. 0 to 366 days. Default: null, 24 h. */
  readonly retentionMs: number | null;
  /** How many of a task's newest past attempts `TaskClient.get` can tell beside the first. 0 to 100; 0 for none. Default: 20. */
  readonly attemptHistory: number;
}

/** What one concurrency key has in place of its queue's settings; what is not given is as in the queue. */
export interface QueueKeySettings {
  /** Its share. 1 to 100. */
  readonly weight?: number;
  /** How many of its tasks may be LEASED at once. 1 to 1,000,000. */
  readonly concurrencyLimit?: number;
  /** How many of its tasks may be granted in which time. */
  readonly rateLimit?: RateLimit;
  /** Nothing of it is granted, and submits are accepted. Default: false. */
  readonly paused?: boolean;
}

/** What the wire calls each setting. */
const PATHS: Readonly<Record<keyof QueueSettings, string>> = {
  paused: "paused",
  maxBacklog: "max_backlog",
  keyMaxBacklog: "key_max_backlog",
  concurrencyLimit: "concurrency_limit",
  keyConcurrencyLimit: "key_concurrency_limit",
  rateLimit: "rate_limit",
  keyRateLimit: "key_rate_limit",
  keyWeight: "key_weight",
  plainWeight: "plain_weight",
  fairBy: "fair_by",
  onDead: "on_dead",
  retry: "retry_policy",
  retentionMs: "retention",
  attemptHistory: "attempt_history",
};

const KEY_SETTINGS = ["weight", "concurrencyLimit", "rateLimit", "paused"];
const RATE_PARTS = ["tasks", "periodMs", "burst"];

/** Checks a change of settings. */
export function checkSettings(checks: Checks, given: Partial<QueueSettings> | null): void {
  const settings: Partial<QueueSettings> = checks.options("settings", given);
  const names = Object.keys(settings).filter((name) => read(settings, name) !== undefined);
  refuseOthers(checks, settings, Object.keys(PATHS), "settings", "setting of a queue");
  if (names.length === 0) {
    checks.refuse("settings", "must name a setting to change");
  }
  checks.boolean("settings.paused", settings.paused);
  for (const name of ["maxBacklog", "keyMaxBacklog"] as const) {
    checks.integer(`settings.${name}`, orNone(settings[name]), 1, LIMITS.maxBacklog);
  }
  for (const name of ["concurrencyLimit", "keyConcurrencyLimit"] as const) {
    checks.integer(`settings.${name}`, orNone(settings[name]), 1, LIMITS.maxConcurrencyLimit);
  }
  for (const name of ["rateLimit", "keyRateLimit"] as const) {
    checkRate(checks, `settings.${name}`, orNone(settings[name]));
  }
  for (const name of ["keyWeight", "plainWeight"] as const) {
    checks.integer(`settings.${name}`, settings[name], 1, LIMITS.maxWeight);
  }
  checks.oneOf("settings.fairBy", settings.fairBy, FAIR_BY);
  checks.oneOf("settings.onDead", settings.onDead, ON_DEAD);
  checkRetry(checks, "settings.retry", orNone(settings.retry));
  checks.number("settings.retentionMs", orNone(settings.retentionMs), 0, LIMITS.maxRetentionMs);
  checks.integer("settings.attemptHistory", settings.attemptHistory, 0, LIMITS.maxAttemptHistory);
}

/** Checks what a concurrency key is to have of its own. */
export function checkKeySettings(checks: Checks, given: QueueKeySettings | null): void {
  const settings: QueueKeySettings = checks.options("settings", given);
  refuseOthers(checks, settings, KEY_SETTINGS, "settings", "setting of a key");
  checks.integer("settings.weight", settings.weight, 1, LIMITS.maxWeight);
  const { concurrencyLimit } = settings;
  checks.integer("settings.concurrencyLimit", concurrencyLimit, 1, LIMITS.maxConcurrencyLimit);
  checkRate(checks, "settings.rateLimit", settings.rateLimit);
  checks.boolean("settings.paused", settings.paused);
}

/** Writes a change of settings that was checked: those given, and which those are. */
export function writeSettings(
  settings: Partial<QueueSettings>,
): Pick<Sent<"UpdateQueueRequest">, "settings" | "updateMask"> {
  const { rateLimit, keyRateLimit, fairBy, onDead, retry, retentionMs } = settings;
  const given = (Object.keys(PATHS) as (keyof QueueSettings)[]).filter(
    (name) => settings[name] !== undefined,
  );
  const wire: Sent<"QueueSettings"> = {
    rateLimit: rateLimit ? writeRate(rateLimit) : null,
    keyRateLimit: keyRateLimit ? writeRate(keyRateLimit) : null,
    retryPolicy: retry ? writeRetry(retry) : null,
    retention: typeof retentionMs === "number" ? toDuration(retentionMs) : null,
    ...(fairBy !== undefined && { fairBy: `FAIR_BY_${fairBy}` }),
    ...(onDead !== undefined && { onDead: `ON_DEAD_${onDead}` }),
  };
  for (const name of AS_THEY_ARE) {
    const value = settings[name];
    // What the mask names and is not there is taken back.
    if (value !== undefined && value !== null) {
      Object.assign(wire, { [name]: value });
    }
  }
  return { settings: wire, updateMask: { paths: given.map((name) => PATHS[name]) } };
}

/** Settings that the wire has under the same name, with the same value. */
const AS_THEY_ARE = [
  "paused",
  "maxBacklog",
  "keyMaxBacklog",
  "concurrencyLimit",
  "keyConcurrencyLimit",
  "keyWeight",
  "plainWeight",
  "attemptHistory",
] as const;

/** Reads the settings of a queue. */
export function readSettings(wire: Received<"QueueSettings"> | null): QueueSettings {
  return {
    paused: wire?.paused ?? false,
    maxBacklog: Number(wire?.maxBacklog ?? 0) || null,
    keyMaxBacklog: Number(wire?.keyMaxBacklog ?? 0) || null,
    concurrencyLimit: wire?.concurrencyLimit || null,
    keyConcurrencyLimit: wire?.keyConcurrencyLimit || null,
    rateLimit: wire?.rateLimit ? readRate(wire.rateLimit) : null,
    keyRateLimit: wire?.keyRateLimit ? readRate(wire.keyRateLimit) : null,
    keyWeight: wire?.keyWeight ?? 1,
    plainWeight: wire?.plainWeight ?? 1,
    fairBy: wire?.fairBy === "FAIR_BY_TIME" ? "TIME" : "GRANTS",
    onDead: wire?.onDead === "ON_DEAD_HOLD" ? "HOLD" : "CONTINUE",
    retry: wire?.retryPolicy ? readRetry(wire.retryPolicy) : null,
    retentionMs: wire?.retention ? durationMs(wire.retention) : null,
    attemptHistory: wire?.attemptHistory ?? 20,
  };
}

/** Writes what a concurrency key is to have of its own. */
export function writeKeySettings(settings: QueueKeySettings): Sent<"QueueKeySettings"> {
  const { weight, concurrencyLimit, rateLimit, paused = false } = settings;
  return {
    paused,
    ...(weight !== undefined && { weight }),
    ...(concurrencyLimit !== undefined && { concurrencyLimit }),
    rateLimit: rateLimit === undefined ? null : writeRate(rateLimit),
  };
}

/** Reads what a concurrency key has of its own. */
export function readKeySettings(wire: Received<"QueueKeySettings">): QueueKeySettings {
  const { weight, concurrencyLimit, rateLimit, paused } = wire;
  return {
    ...(weight !== undefined && { weight }),
    ...(concurrencyLimit !== undefined && { concurrencyLimit }),
    ...(rateLimit !== null && { rateLimit: readRate(rateLimit) }),
    paused,
  };
}

/** A name that is misspelled would take back what is meant to be set. */
function refuseOthers(
  checks: Checks,
  given: object,
  known: readonly string[],
  field: string,
  what: string,
): void {
  for (const name of Object.keys(given)) {
    if (read(given, name) !== undefined && !known.includes(name)) {
      checks.refuse(`${field}.${name}`, `is no ${what}`);
    }
  }
}

function checkRate(checks: Checks, field: string, given: RateLimit | undefined): void {
  if (given === undefined) {
    return;
  }
  const { tasks, periodMs, burst } = checks.options(field, given);
  refuseOthers(checks, given, RATE_PARTS, field, "part of a rate");
  checks.integer(`${field}.tasks`, tasks ?? null, 1, LIMITS.maxRateTasks);
  checks.number(`${field}.periodMs`, periodMs, LIMITS.minRatePeriodMs, LIMITS.maxRatePeriodMs);
  checks.integer(`${field}.burst`, burst, 1, LIMITS.maxRateBurst);
}

function writeRate({ tasks, periodMs, burst }: RateLimit): Sent<"RateLimit"> {
  return {
    tasks,
    period: periodMs === undefined ? null : toDuration(periodMs),
    ...(burst !== undefined && { burst }),
  };
}

function readRate({ tasks, period, burst }: Received<"RateLimit">): RateLimit {
  return { tasks, periodMs: durationMs(period), burst: burst ?? tasks };
}

/** Null takes a setting back, and is as good as not given where its value is looked at. */
function orNone<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}

function read(from: object, name: string): unknown {
  return (from as Readonly<Record<string, unknown>>)[name];
}
