import { durationMs } from "../../values/time-fields.ts";
import type { Received } from "../../values/wire.ts";
import {
  type QueueKeySettings,
  type QueueSettings,
  readKeySettings,
  readSettings,
} from "./queue-settings.ts";

/** A queue as it was when it was read. */
export interface QueueInfo {
  readonly name: string;
  readonly settings: QueueSettings;
  /** Tasks that wait for their time, or for their next attempt. */
  readonly scheduled: number;
  /** Tasks that wait for a worker, `blocked` included. */
  readonly ready: number;
  /**
   * READY tasks that a pause, a hold, a limit or an ordering key keeps from every worker. More workers do not help
   * them: scale by `ready - blocked`.
   */
  readonly blocked: number;
  /** What holds the blocked ones back. */
  readonly blockedBy: BlockedTasks;
  /** Concurrency keys with READY tasks that a pause, a hold or a limit of the key holds back. */
  readonly blockedKeys: number;
  /** Tasks that a worker has. */
  readonly leased: number;
  /** Final tasks that are still kept. */
  readonly succeeded: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly expired: number;
  /** How long the READY task that is due longest is due; undefined if none is READY. */
  readonly oldestReadyAgeMs: number | undefined;
  /** Empty, unless a list could not read the queue: then it says why, and only `name` has a meaning. */
  readonly error: string;
}

/** READY tasks that are held back, each counted once, at the first cause. They add up to `QueueInfo.blocked`. */
export interface BlockedTasks {
  /** Their queue is paused. */
  readonly paused: number;
  /** A worker holds their queue (`RateLimitedError`). */
  readonly held: number;
  /** Their queue is at its concurrency limit. */
  readonly concurrency: number;
  /** Their queue is at its rate limit. */
  readonly rate: number;
  /** Their concurrency key is paused, held or at a limit. */
  readonly key: number;
  /** An earlier task of their ordering key is not over. */
  readonly ordering: number;
}

/** A concurrency key as it was when it was read. */
export interface QueueKeyInfo {
  readonly key: string;
  /** What it has in place of the queue's settings; undefined if it has nothing. */
  readonly settings: QueueKeySettings | undefined;
  /** Its tasks that are SCHEDULED or READY. */
  readonly waiting: number;
  /** Its tasks that a worker has. */
  readonly leased: number;
  /** What holds its READY tasks back; undefined if nothing does, or it has none. */
  readonly blockedBy: "PAUSED" | "HELD" | "CONCURRENCY" | "RATE" | undefined;
  /** How long that will last; undefined if only the end of a task or an operator ends it. */
  readonly remainingMs: number | undefined;
  /** How long its next READY task has been waiting; undefined if it has none. */
  readonly oldestReadyAgeMs: number | undefined;
}

/** Reads a queue. */
export function toQueueInfo(queue: Received<"Queue">): QueueInfo {
  return {
    name: queue.name,
    settings: readSettings(queue.settings),
    scheduled: Number(queue.scheduled),
    ready: Number(queue.ready),
    blocked: Number(queue.blocked),
    blockedBy: toBlockedTasks(queue.blockedBy),
    blockedKeys: Number(queue.blockedKeys),
    leased: Number(queue.leased),
    succeeded: Number(queue.succeeded),
    dead: Number(queue.dead),
    cancelled: Number(queue.cancelled),
    expired: Number(queue.expired),
    oldestReadyAgeMs: orUndefined(queue.oldestReadyAge),
    error: "",
  };
}

/** A queue of which a list knows no more than that it is there. */
export function unansweredQueue(name: string): QueueInfo {
  return {
    name,
    settings: readSettings(null),
    scheduled: 0,
    ready: 0,
    blocked: 0,
    blockedBy: toBlockedTasks(null),
    blockedKeys: 0,
    leased: 0,
    succeeded: 0,
    dead: 0,
    cancelled: 0,
    expired: 0,
    oldestReadyAgeMs: undefined,
    error: "the store's server that has it does not answer",
  };
}

/** Reads a concurrency key. */
export function toKeyInfo(wire: Received<"QueueKey">): QueueKeyInfo {
  const block = String(wire.blockedBy).replace("QUEUE_KEY_BLOCK_", "");
  return {
    key: wire.key,
    settings: wire.settings === null ? undefined : readKeySettings(wire.settings),
    waiting: Number(wire.waiting),
    leased: Number(wire.leased),
    blockedBy: block === "UNSPECIFIED" ? undefined : (block as QueueKeyInfo["blockedBy"]),
    remainingMs: orUndefined(wire.remaining),
    oldestReadyAgeMs: orUndefined(wire.oldestReadyAge),
  };
}

function toBlockedTasks(blocked: Received<"BlockedTasks"> | null): BlockedTasks {
  return {
    paused: Number(blocked?.paused ?? 0),
    held: Number(blocked?.held ?? 0),
    concurrency: Number(blocked?.concurrency ?? 0),
    rate: Number(blocked?.rate ?? 0),
    key: Number(blocked?.key ?? 0),
    ordering: Number(blocked?.ordering ?? 0),
  };
}

function orUndefined(duration: Received<"Queue">["oldestReadyAge"]): number | undefined {
  return duration === null ? undefined : durationMs(duration);
}
