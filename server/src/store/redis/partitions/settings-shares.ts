import type { QueueSettings, RateLimit } from "../../../domain/flow/queue-settings.ts";
import type { DealtLimit } from "../../flow.ts";
import { shareOf } from "./partition-merge.ts";

/** The first limit that cannot be dealt out to so many partitions. */
export function tooFew(settings: QueueSettings, partitions: number): DealtLimit | null {
  const limits: readonly (readonly [DealtLimit, number | null | undefined])[] = [
    ["maxBacklog", settings.maxBacklog],
    ["concurrencyLimit", settings.concurrencyLimit],
    ["rateLimit.tasks", settings.rateLimit?.tasks],
    ["rateLimit.burst", settings.rateLimit?.burst],
  ];
  const found = limits.find(([, limit]) => limit != null && limit < partitions);
  return found === undefined ? null : found[0];
}

/** What of a queue's settings is the share of one of so many partitions. */
export function shareOfSettings(settings: QueueSettings, at: number, parts: number): QueueSettings {
  const share = (limit: number | null) => (limit === null ? null : shareOf(limit, at, parts));
  return {
    ...settings,
    maxBacklog: share(settings.maxBacklog),
    concurrencyLimit: share(settings.concurrencyLimit),
    rateLimit: shareOfRate(settings.rateLimit, at, parts),
  };
}

function shareOfRate(rate: RateLimit | null, at: number, parts: number): RateLimit | null {
  return rate === null
    ? null
    : {
        tasks: shareOf(rate.tasks, at, parts),
        periodMs: rate.periodMs,
        burst: shareOf(rate.burst, at, parts),
      };
}
