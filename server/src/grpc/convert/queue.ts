import {
  blockedTasksOf,
  type KeyBlock,
  type KeyFigures,
  type QueueView,
} from "../../dispatch/queue-control.ts";
import type {
  FairBy,
  KeySettings,
  OnDead,
  QueueSettings,
  RateLimit,
} from "../../domain/flow/queue-settings.ts";
import type { QueueSettingsInput } from "../../intake/validate-queue.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireRetryPolicy } from "./spec.ts";
import { toWireTime, toWireTimeOrNull } from "./time.ts";

type WireSettings = NonNullable<Received<"UpdateQueueRequest">["settings"]>;
type WireFairBy = NonNullable<WireSettings["fairBy"]>;
type WireOnDead = NonNullable<WireSettings["onDead"]>;
type WireBlock = Received<"QueueKey">["blockedBy"];

const FAIR_BY: Readonly<Record<WireFairBy, FairBy>> = {
  FAIR_BY_UNSPECIFIED: "GRANTS",
  FAIR_BY_GRANTS: "GRANTS",
  FAIR_BY_TIME: "TIME",
};

const ON_DEAD: Readonly<Record<WireOnDead, OnDead>> = {
  ON_DEAD_UNSPECIFIED: "CONTINUE",
  ON_DEAD_CONTINUE: "CONTINUE",
  ON_DEAD_HOLD: "HOLD",
};

const WIRE_BLOCKS: Readonly<Record<KeyBlock["kind"], WireBlock>> = {
  paused: "QUEUE_KEY_BLOCK_PAUSED",
  held: "QUEUE_KEY_BLOCK_HELD",
  concurrency: "QUEUE_KEY_BLOCK_CONCURRENCY",
  rate: "QUEUE_KEY_BLOCK_RATE",
};

/** Reads settings; an enum's number without a name is null. */
export function fromWireSettings(settings: WireSettings | null): QueueSettingsInput | null {
  if (settings === null) {
    return null;
  }
  const { fairBy, onDead, ...rest } = settings;
  return {
    ...rest,
    ...(fairBy !== undefined && { fairBy: valueNamed(FAIR_BY, fairBy) }),
    ...(onDead !== undefined && { onDead: valueNamed(ON_DEAD, onDead) }),
  };
}

/** Writes a queue. */
export function toWireQueue({ stats, settings }: QueueView): Sent<"Queue"> {
  const { queue, counts, oldestReadyAgeMs, blockedBy, blockedKeys } = stats;
  return {
    name: queue,
    settings: toWireSettings(settings),
    scheduled: counts.SCHEDULED,
    ready: counts.READY,
    leased: counts.LEASED,
    succeeded: counts.SUCCEEDED,
    dead: counts.DEAD,
    cancelled: counts.CANCELLED,
    expired: counts.EXPIRED,
    oldestReadyAge: toWireTimeOrNull(oldestReadyAgeMs),
    blocked: blockedTasksOf(stats),
    ...(blockedBy !== undefined && { blockedBy }),
    blockedKeys: blockedKeys ?? 0,
  };
}

/** Writes what a key has of its own; null where that is nothing. */
export function toWireKeySettings(settings: KeySettings | null): Sent<"QueueKeySettings"> | null {
  return settings === null
    ? null
    : {
        ...(settings.weight !== null && { weight: settings.weight }),
        ...(settings.concurrencyLimit !== null && { concurrencyLimit: settings.concurrencyLimit }),
        rateLimit: toWireRate(settings.rateLimit),
        paused: settings.isPaused,
      };
}

/** Writes the figures of a key. */
export function toWireKey(figures: KeyFigures): Sent<"QueueKey"> {
  const { blockedBy } = figures;
  return {
    key: figures.key,
    settings: toWireKeySettings(figures.settings),
    waiting: figures.waiting,
    leased: figures.leased,
    ...(blockedBy !== null && { blockedBy: WIRE_BLOCKS[blockedBy.kind] }),
    ...(blockedBy !== null &&
      "remainingMs" in blockedBy && { remaining: toWireTime(blockedBy.remainingMs) }),
    oldestReadyAge: toWireTimeOrNull(figures.oldestReadyAgeMs),
  };
}

function toWireSettings(settings: QueueSettings): Sent<"QueueSettings"> {
  const { retryPolicy } = settings;
  return {
    paused: settings.isPaused,
    maxBacklog: settings.maxBacklog ?? 0,
    keyMaxBacklog: settings.keyMaxBacklog ?? 0,
    concurrencyLimit: settings.concurrencyLimit ?? 0,
    keyConcurrencyLimit: settings.keyConcurrencyLimit ?? 0,
    rateLimit: toWireRate(settings.rateLimit),
    keyRateLimit: toWireRate(settings.keyRateLimit),
    keyWeight: settings.keyWeight,
    plainWeight: settings.plainWeight,
    fairBy: settings.fairBy === "TIME" ? "FAIR_BY_TIME" : "FAIR_BY_GRANTS",
    onDead: settings.onDead === "HOLD" ? "ON_DEAD_HOLD" : "ON_DEAD_CONTINUE",
    retryPolicy: retryPolicy && toWireRetryPolicy(retryPolicy),
    retention: toWireTimeOrNull(settings.retentionMs),
    attemptHistory: settings.attemptHistory,
  };
}

function toWireRate(rate: RateLimit | null): Sent<"RateLimit"> | null {
  return rate && { tasks: rate.tasks, period: toWireTime(rate.periodMs), burst: rate.burst };
}

function valueNamed<Value>(
  values: Readonly<Record<string, Value>>,
  name: string | number,
): Value | null {
  return Object.hasOwn(values, name) ? (values[name] as Value) : null;
}
