import type { QueueName, TaskId } from "../../domain/ids.ts";
import { spellTaskId, uniqueOfTask } from "../../domain/ids.ts";

/**
 * The roles of a queue's keys, in the order of every script's KEYS; lua/lib/arguments.lua says what each
 * is. All lie under the hash tag `{queue}`, so that one script may touch them in a cluster too.
 */
export const QUEUE_KEY_ROLES = [
  "tasks",
  "runs",
  "details",
  "meta",
  "scheduled",
  "types",
  "attempts",
  "starts",
  "sessions",
  "succeeded",
  "dead",
  "cancelled",
  "expired",
  "stem",
  "flow",
  "keyed",
  "behind",
  "members",
  "parked",
  "until",
  "tats",
  "holds",
  "heads",
] as const;

/** A role of {@link QUEUE_KEY_ROLES}. */
export type QueueKeyRole = (typeof QUEUE_KEY_ROLES)[number];

// Short, since a queue's name and these stand in front of every command.
const SUFFIXES: Readonly<Record<QueueKeyRole, string>> = {
  tasks: "t",
  runs: "r",
  details: "d",
  meta: "m",
  scheduled: "w",
  types: "y",
  attempts: "a",
  starts: "o",
  sessions: "e",
  succeeded: "fs",
  dead: "fd",
  cancelled: "fc",
  expired: "fe",
  stem: "",
  flow: "q",
  keyed: "k",
  behind: "b",
  members: "g",
  parked: "p",
  until: "z",
  tats: "j",
  holds: "u",
  heads: "c",
};

const PREFIX = /^[A-Za-z0-9._-]{1,32}$/;
const UNIQUE_LENGTH = 16;
const ID_BYTES = 12;
const TILDE = 0x7e;

/** Whether a string can begin every key: a brace in it would move the hash tag. */
export function isKeyPrefix(text: string): boolean {
  return PREFIX.test(text);
}

/** Returns one of a queue's keys. */
export function queueKey(prefix: string, queue: QueueName, role: QueueKeyRole): string {
  return `${prefix}{${queue}}:${SUFFIXES[role]}`;
}

/** Returns all of a queue's keys, in the order of {@link QUEUE_KEY_ROLES}. */
export function queueKeys(prefix: string, queue: QueueName): string[] {
  return QUEUE_KEY_ROLES.map((role) => queueKey(prefix, queue, role));
}

/** The registry of queues; it lies in a slot of its own. */
export function registryKey(prefix: string): string {
  return `${prefix}:queues`;
}

/** The registry of queues that have workers; it lies in a slot of its own. */
export function workersKey(prefix: string): string {
  return `${prefix}:workers`;
}

/** The hash of how many partitions queues have; it lies in a slot of its own. */
export function partitionsKey(prefix: string): string {
  return `${prefix}:partitions`;
}

/** The channel of every queue's hints, where one server has all of them. */
export function hintChannel(prefix: string): string {
  return `${prefix}:hints`;
}

/** The channel of one queue's hints, in the queue's own slot of a cluster. */
export function shardedHintChannel(prefix: string, queue: QueueName): string {
  return `${prefix}{${queue}}:hints`;
}

/** A task's id as the store writes it: the 12 bytes that the unique part spells. */
export function idBytes(id: TaskId): Buffer {
  const unique = uniqueOfTask(id);
  // Anything else was made by nobody and is looked for in vain.
  return unique.length === UNIQUE_LENGTH ? Buffer.from(unique, "base64url") : Buffer.from(unique);
}

/** The ids of tasks end to end. What can be no id is twelve zeros, which are nobody's. */
export function packIds<Item>(items: readonly Item[], idOf: (item: Item) => TaskId): Buffer {
  let text = "";
  for (const item of items) {
    const id = idOf(item);
    text += id.charCodeAt(id.length - UNIQUE_LENGTH - 1) === TILDE ? id.slice(-UNIQUE_LENGTH) : "";
  }
  // Decoded in one go; characters that are none of an id's are left out.
  const packed = Buffer.from(text, "base64url");
  return packed.length === items.length * ID_BYTES ? packed : packOneByOne(items.map(idOf));
}

function packOneByOne(ids: readonly TaskId[]): Buffer {
  const packed = Buffer.alloc(ids.length * ID_BYTES);
  for (const [at, id] of ids.entries()) {
    const bytes = idBytes(id);
    if (bytes.length === ID_BYTES) {
      packed.set(bytes, at * ID_BYTES);
    }
  }
  return packed;
}

/** Takes apart what a script put together as {@link packIds} does. */
export function unpackIds(queue: QueueName, packed: Buffer): TaskId[] {
  const ids: TaskId[] = [];
  for (let at = 0; at < packed.length; at += ID_BYTES) {
    ids.push(spellTaskId(queue, packed, at));
  }
  return ids;
}

/** Spells a task's id out again. */
export function idOfBytes(queue: QueueName, bytes: Buffer): TaskId {
  return spellTaskId(queue, bytes, 0);
}
