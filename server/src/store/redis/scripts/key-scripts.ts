import type { QueueName, TaskId } from "../../../domain/ids.ts";
import type { TaskSpec } from "../../../domain/task.ts";
import type {
  Blockers,
  Holding,
  KeyBlock,
  KeyBlockers,
  KeyFigures,
  OrderBlocker,
} from "../../flow.ts";
import { arrayOf, bufferOf, defineScript, numberOf, type ReplyItem } from "../client/script.ts";
import { idBytes, idOfBytes, unpackIds } from "../keys.ts";
import { unpackKeySettings } from "./packing/flow-packing.ts";
import { specOfRecord, stateOfNumber } from "./packing/record.ts";

const NOTHING = Buffer.alloc(0);
const KEY_PARTS = 8;
const BLOCKS = ["none", "paused", "held", "concurrency", "rate"] as const;

/** Where keys are looked for: among tasks that are not final, those that are parked, those with settings of their own. */
export type KeyPlace = "members" | "parked" | "set";

/** Which keys to read. */
export interface KeySlice {
  readonly place: KeyPlace;
  /** Of the slice before, with how much of it was read; empty and 0 to begin. */
  readonly cursor: Buffer;
  readonly skipped: number;
  /** How many to look at, more than 0. */
  readonly limit: number;
  /** Leaves out of `set` what lies there too. */
  readonly without: "members" | "parked" | null;
}

/** Some keys, and where the next ones are; null where there is no more. */
export interface KeysRead {
  readonly keys: readonly KeyFigures[];
  readonly next: Pick<KeySlice, "cursor" | "skipped"> | null;
}

/** Reads some of a queue's concurrency keys; those whose text cannot be read are left out. */
export const listKeys = defineScript<KeySlice, KeysRead>({
  name: "list_keys",
  encode: ({ place, cursor, skipped, limit, without }) => [
    place,
    cursor,
    skipped,
    limit,
    without ?? "",
  ],
  decode: (reply, queue) => {
    const [cursor, skipped] = reply.rest;
    return {
      keys: reply
        .groups(KEY_PARTS, 2)
        .map((parts) => keyFigures(queue, parts))
        .filter((key) => key !== null),
      next:
        bufferOf(cursor).length === 0
          ? null
          : { cursor: bufferOf(cursor), skipped: numberOf(skipped) },
    };
  },
});

function keyFigures(queue: QueueName, parts: readonly ReplyItem[]): KeyFigures | null {
  const [, packed, record, waiting, leased, block, remaining, age] = parts;
  const own = unpackKeySettings(bufferOf(packed));
  const key = own?.key ?? specOf(queue, bufferOf(record))?.concurrencyKey ?? "";
  return key === ""
    ? null
    : {
        key,
        settings: own?.settings ?? null,
        waiting: numberOf(waiting),
        leased: numberOf(leased),
        blockedBy: keyBlock(numberOf(block), numberOf(remaining)),
        oldestReadyAgeMs: msOrNull(age),
      };
}

function keyBlock(number: number, remainingMs: number): KeyBlock | null {
  const kind = BLOCKS[number] ?? "none";
  switch (kind) {
    case "none":
      return null;
    case "paused":
    case "concurrency":
      return { kind };
    case "held":
    case "rate":
      return { kind, remainingMs };
  }
}

/** Reads all that may hold a task back. */
export const getBlockers = defineScript<TaskId, Blockers | null>({
  name: "get_blockers",
  encode: (id) => [idBytes(id)],
  decode: (reply, queue) => {
    const [record, paused, held, limit, leased, holders, token, keysAhead, ahead, key, order] =
      reply.rest;
    if (record === undefined) {
      return null;
    }
    const spec = specOf(queue, bufferOf(record));
    return {
      isPaused: numberOf(paused) === 1,
      heldForMs: msOrNull(held),
      concurrency: holdingOf(queue, limit, leased, holders),
      nextTokenMs: msOrNull(token),
      key: keyBlockers(queue, spec?.concurrencyKey ?? "", arrayOf(key)),
      order: orderBlocker(queue, spec?.orderingKey ?? "", arrayOf(order)),
      keysAhead: numberOf(keysAhead),
      aheadInKey: numberOf(ahead),
    };
  },
});

function keyBlockers(
  queue: QueueName,
  key: string,
  parts: readonly ReplyItem[],
): KeyBlockers | null {
  if (parts.length === 0) {
    return null;
  }
  const [paused, weight, limit, leased, holders, token, held] = parts;
  return {
    key,
    isPaused: numberOf(paused) === 1,
    weight: numberOf(weight),
    concurrency: holdingOf(queue, limit, leased, holders),
    nextTokenMs: msOrNull(token),
    heldForMs: msOrNull(held),
  };
}

function orderBlocker(
  queue: QueueName,
  key: string,
  parts: readonly ReplyItem[],
): OrderBlocker | null {
  if (parts.length === 0) {
    return null;
  }
  const [head, state, ahead] = parts;
  return {
    key,
    head: idOfBytes(queue, bufferOf(head)),
    state: stateOfNumber(numberOf(state)),
    ahead: numberOf(ahead),
  };
}

function holdingOf(
  queue: QueueName,
  limit: ReplyItem | undefined,
  leased: ReplyItem | undefined,
  holders: ReplyItem | undefined,
): Holding {
  return {
    limit: numberOf(limit) || null,
    leased: numberOf(leased),
    holders: unpackIds(queue, bufferOf(holders)),
  };
}

/** Null where there is none, or it cannot be read. */
function specOf(queue: QueueName, record: Buffer): TaskSpec | null {
  if (record.length === 0) {
    return null;
  }
  const spec = specOfRecord(queue, record, NOTHING);
  return spec.undecodable === true ? null : spec;
}

/** Milliseconds of which less than none is never. */
function msOrNull(item: ReplyItem | undefined): number | null {
  const ms = numberOf(item);
  return ms < 0 ? null : ms;
}
