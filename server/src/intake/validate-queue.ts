import { LIMITS } from "@baton/proto/shared";
import type { TaskError } from "../domain/errors.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type FairBy,
  type KeySettings,
  type OnDead,
  type QueueSettings,
  type RateLimit,
} from "../domain/flow/queue-settings.ts";
import type { SettingName, SettingsUpdate } from "../domain/flow/settings-update.ts";
import type { QueueName } from "../domain/ids.ts";
import { checkInteger, checkName, FieldChecks } from "./validate-fields.ts";
import { checkRetryPolicy, type RetryPolicyInput } from "./validate-retry-policy.ts";
import { checkKey, shownKey } from "./validate-text.ts";
import { checkDuration, checkRetention, type DurationInput } from "./validate-time.ts";

/** A rate as it comes from the wire. */
export interface RateLimitInput {
  readonly tasks: number;
  readonly period: DurationInput | null;
  readonly burst?: number;
}

/** Settings of a queue as they come from the wire but for the enums; what is not set is undefined or null. */
export interface QueueSettingsInput {
  readonly paused?: boolean;
  readonly maxBacklog?: string;
  readonly keyMaxBacklog?: string;
  readonly concurrencyLimit?: number;
  readonly keyConcurrencyLimit?: number;
  readonly rateLimit: RateLimitInput | null;
  readonly keyRateLimit: RateLimitInput | null;
  readonly keyWeight?: number;
  readonly plainWeight?: number;
  /** Null for what is none. */
  readonly fairBy?: FairBy | null;
  /** Null for what is none. */
  readonly onDead?: OnDead | null;
  readonly retryPolicy: RetryPolicyInput | null;
  readonly retention: DurationInput | null;
  readonly attemptHistory?: number;
}

/** What a key has of its own, as it comes from the wire. */
export interface KeySettingsInput {
  readonly weight?: number;
  readonly concurrencyLimit?: number;
  readonly rateLimit: RateLimitInput | null;
  readonly paused: boolean;
}

const DEFAULT_PERIOD_MS = 1_000;

/** Each setting by its name on the wire. */
const SETTING_NAMES = {
  paused: "isPaused",
  max_backlog: "maxBacklog",
  key_max_backlog: "keyMaxBacklog",
  concurrency_limit: "concurrencyLimit",
  key_concurrency_limit: "keyConcurrencyLimit",
  rate_limit: "rateLimit",
  key_rate_limit: "keyRateLimit",
  key_weight: "keyWeight",
  plain_weight: "plainWeight",
  fair_by: "fairBy",
  on_dead: "onDead",
  retry_policy: "retryPolicy",
  retention: "retentionMs",
  attempt_history: "attemptHistory",
} as const satisfies Readonly<Record<string, SettingName>>;

const EVERY_NAME: readonly SettingName[] = Object.values(SETTING_NAMES);

/**
 * Checks what is to be changed about a queue.
 *
 * @param paths those of the update mask; none for the settings that are set
 */
export function validateSettingsUpdate(
  input: QueueSettingsInput | null,
  paths: readonly string[],
): SettingsUpdate | TaskError {
  if (input === null) {
    return new FieldChecks("settings").missing();
  }
  const mask = new FieldChecks("update_mask");
  const names = paths.length === 0 ? namesOfSet(input) : checkPaths(mask, paths);
  if (names.length === 0 && mask.isClean) {
    mask.refuse("", "is required where settings has none that is set");
  }
  const checks = new FieldChecks("settings");
  const settings = checkSettings(checks, input);
  return mask.error() ?? checks.error() ?? { names, settings };
}

/** Checks what a concurrency key is to have of its own; null where that is nothing. */
export function validateKeySettings(
  queue: string,
  key: string,
  input: KeySettingsInput | null,
): KeySettings | null | TaskError {
  const checks = new FieldChecks("");
  checkName(checks, "queue", queue);
  if (key === "") {
    checks.refuse("key", "is required");
  }
  checkKey(checks, "key", key);
  const settings: KeySettings = {
    weight: weightOr(checks, "settings.weight", input?.weight, null),
    concurrencyLimit:
      input?.concurrencyLimit === undefined
        ? null
        : checkInteger(
            checks,
            "settings.concurrency_limit",
            input.concurrencyLimit,
            1,
            LIMITS.maxConcurrencyLimit,
          ),
    rateLimit: checkRate(checks, "settings.rate_limit", input?.rateLimit ?? null),
    isPaused: input?.paused ?? false,
  };
  return checks.error() ?? (isNothing(settings) ? null : settings);
}

/** Checks the name of a queue. */
export function checkedQueue(field: string, name: string): QueueName {
  const checks = new FieldChecks("");
  checkName(checks, field, name);
  checks.throwIfWrong();
  return name as QueueName;
}

function isNothing({ weight, concurrencyLimit, rateLimit, isPaused }: KeySettings): boolean {
  return weight === null && concurrencyLimit === null && rateLimit === null && !isPaused;
}

function namesOfSet(input: QueueSettingsInput): SettingName[] {
  const isSet: Readonly<Record<SettingName, boolean>> = {
    isPaused: input.paused !== undefined,
    maxBacklog: input.maxBacklog !== undefined,
    keyMaxBacklog: input.keyMaxBacklog !== undefined,
    concurrencyLimit: input.concurrencyLimit !== undefined,
    keyConcurrencyLimit: input.keyConcurrencyLimit !== undefined,
    rateLimit: input.rateLimit !== null,
    keyRateLimit: input.keyRateLimit !== null,
    keyWeight: input.keyWeight !== undefined,
    plainWeight: input.plainWeight !== undefined,
    fairBy: input.fairBy !== undefined,
    onDead: input.onDead !== undefined,
    retryPolicy: input.retryPolicy !== null,
    retentionMs: input.retention !== null,
    attemptHistory: input.attemptHistory !== undefined,
  };
  return EVERY_NAME.filter((name) => isSet[name]);
}

function checkPaths(checks: FieldChecks, paths: readonly string[]): readonly SettingName[] {
  const names = new Set<SettingName>();
  for (const [index, path] of paths.entries()) {
    if (path === "*") {
      for (const name of EVERY_NAME) names.add(name);
    } else if (Object.hasOwn(SETTING_NAMES, path)) {
      names.add(SETTING_NAMES[path as keyof typeof SETTING_NAMES]);
    } else {
      checks.refuse(`paths[${index}]`, wrongWithPath(path));
    }
  }
  return [...names];
}

function wrongWithPath(path: string): string {
  const [whole = ""] = path.split(".", 1);
  return Object.hasOwn(SETTING_NAMES, whole)
    ? `is a part of a setting: name ${whole}, which is replaced whole`
    : `is no setting: ${shownKey(path)}`;
}

function checkSettings(checks: FieldChecks, input: QueueSettingsInput): QueueSettings {
  const { maxBacklog, maxConcurrencyLimit } = LIMITS;
  const limit = (field: string, value: string | number | undefined, max: number): number | null =>
    checkInteger(checks, field, Number(value ?? 0), 0, max) || null;
  const defaults = DEFAULT_QUEUE_SETTINGS;
  return {
    isPaused: input.paused ?? defaults.isPaused,
    maxBacklog: limit("max_backlog", input.maxBacklog, maxBacklog),
    keyMaxBacklog: limit("key_max_backlog", input.keyMaxBacklog, maxBacklog),
    concurrencyLimit: limit("concurrency_limit", input.concurrencyLimit, maxConcurrencyLimit),
    keyConcurrencyLimit: limit(
      "key_concurrency_limit",
      input.keyConcurrencyLimit,
      maxConcurrencyLimit,
    ),
    rateLimit: checkRate(checks, "rate_limit", input.rateLimit),
    keyRateLimit: checkRate(checks, "key_rate_limit", input.keyRateLimit),
    keyWeight: weightOr(checks, "key_weight", input.keyWeight, defaults.keyWeight),
    plainWeight: weightOr(checks, "plain_weight", input.plainWeight, defaults.plainWeight),
    fairBy: known(checks, "fair_by", input.fairBy, defaults.fairBy),
    onDead: known(checks, "on_dead", input.onDead, defaults.onDead),
    retryPolicy: input.retryPolicy && checkRetryPolicy(checks, input.retryPolicy),
    retentionMs: input.retention && checkRetention(checks, "retention", input.retention),
    attemptHistory: checkInteger(
      checks,
      "attempt_history",
      input.attemptHistory ?? defaults.attemptHistory,
      0,
      LIMITS.maxAttemptHistory,
    ),
  };
}

function checkRate(
  checks: FieldChecks,
  field: string,
  input: RateLimitInput | null,
): RateLimit | null {
  if (input === null) {
    return null;
  }
  const { maxRateTasks, maxRateBurst, minRatePeriodMs, maxRatePeriodMs } = LIMITS;
  const { tasks, period, burst } = input;
  return {
    tasks: checkInteger(checks, `${field}.tasks`, tasks, 1, maxRateTasks),
    periodMs:
      period === null
        ? DEFAULT_PERIOD_MS
        : checkDuration(checks, `${field}.period`, period, minRatePeriodMs, maxRatePeriodMs),
    burst:
      burst === undefined ? tasks : checkInteger(checks, `${field}.burst`, burst, 1, maxRateBurst),
  };
}

function weightOr<Default>(
  checks: FieldChecks,
  field: string,
  value: number | undefined,
  otherwise: Default,
): number | Default {
  return value === undefined ? otherwise : checkInteger(checks, field, value, 1, LIMITS.maxWeight);
}

function known<Value>(
  checks: FieldChecks,
  field: string,
  value: Value | null | undefined,
  otherwise: Value,
): Value {
  if (value === null) {
    checks.refuse(field, "is none of the values that there are");
  }
  return value ?? otherwise;
}
