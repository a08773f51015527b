import type { QueueName, TaskType } from "../ids.ts";
import { DEFAULTS } from "../limits.ts";
import type { Due, RetryPolicy, Shard, SpecOrigins, TaskSpec } from "../task.ts";
import { expectSound, isMapOfTexts } from "../undecodable.ts";

/** The spec's rarely set fields; what equals its default is left out. */
interface SpecHead {
  /** What it is leased by, see {@link leaseKindOf}. */
  t: string;
  /** The type, where that is not what it is leased by. */
  y?: string;
  c?: string;
  h?: Readonly<Record<string, string>>;
  l?: Readonly<Record<string, string>>;
  q?: string;
  p?: number;
  d?: Due;
  s?: number;
  a?: number;
  r?: RetryPolicy;
  k?: number;
  w?: number;
  n?: string;
  o?: string;
  x?: Shard;
  f?: SpecOrigins;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const NOW: Due = Object.freeze({ kind: "now" });
/** What {@link encodeSpec} writes the head's length in. */
export const HEAD_LENGTH_BYTES = 4;

// Nearly every task's head is one of a few, and to write or to parse it anew costs more than to find it.
const MAX_KEPT_HEADS = 1_000;
const MAX_KEPT_HEAD_BYTES = 256;
const packedHeads = new Map<string, Buffer>();
const readHeads = new Map<string, SpecHead>();

/**
 * Packs a spec for a store: the length of the head (uint32, big-endian), the head as JSON with the
 * defaults left out, then the payload as it is. The queue is not in it; the task's id names that.
 */
export function encodeSpec(spec: TaskSpec): Buffer {
  const head = encodeSpecHead(spec);
  const bytes = Buffer.allocUnsafe(HEAD_LENGTH_BYTES + head.length + spec.payload.length);
  bytes.writeUInt32BE(head.length, 0);
  bytes.set(head, HEAD_LENGTH_BYTES);
  bytes.set(spec.payload, HEAD_LENGTH_BYTES + head.length);
  return bytes;
}

/** The head that {@link encodeSpec} packs; not to be written to, since other specs may have the same. */
export function encodeSpecHead(spec: TaskSpec): Buffer {
  const head = headOf(spec);
  if (!isUsual(head)) {
    return Buffer.from(JSON.stringify(head));
  }
  const name = `${head.t} ${head.c ?? ""}`;
  let packed = packedHeads.get(name);
  if (packed === undefined) {
    packed = Buffer.from(JSON.stringify(head));
    keep(packedHeads, name, packed);
  }
  return packed;
}

/**
 * Unpacks what {@link encodeSpec} packed, from a place in bytes to their end.
 *
 * @param payload the payload where it is not in the bytes; otherwise it is a view on them, not a copy
 */
export function decodeSpec(
  queue: QueueName,
  bytes: Buffer,
  from = 0,
  payload?: Uint8Array,
): TaskSpec {
  const headAt = from + HEAD_LENGTH_BYTES;
  const payloadAt = headAt + bytes.readUInt32BE(from);
  const head = decodeHead(bytes, headAt, payloadAt);
  const spec: TaskSpec = {
    queue,
    type: (head.y ?? head.t) as TaskType,
    payload: payload ?? bytes.subarray(payloadAt),
    contentType: head.c ?? "",
    headers: head.h ?? NONE,
    labels: head.l ?? NONE,
    requestId: head.q ?? "",
    priority: head.p ?? DEFAULTS.priority,
    due: head.d ?? NOW,
    startDeadlineMs: head.s ?? null,
    attemptTimeoutMs: head.a ?? DEFAULTS.attemptTimeoutMs,
    retryPolicy: head.r ?? DEFAULTS.retryPolicy,
    retentionMs: head.k ?? DEFAULTS.retentionMs,
    deduplicationWindowMs: head.w ?? DEFAULTS.deduplicationWindowMs,
    concurrencyKey: head.n ?? "",
    orderingKey: head.o ?? "",
  };
  return head.x === undefined && head.f === undefined
    ? spec
    : {
        ...spec,
        ...(head.x === undefined ? {} : { shard: head.x }),
        ...(head.f === undefined ? {} : { origins: head.f }),
      };
}

/**
 * As {@link decodeSpec}, of a task that others are read together with: one that is damaged, or that a later
 * version wrote, is marked as not decodable and keeps no other from being read.
 */
export function readSpec(
  queue: QueueName,
  bytes: Buffer,
  from = 0,
  payload?: Uint8Array,
): TaskSpec {
  try {
    return decodeSpec(queue, bytes, from, payload);
  } catch {
    return unreadableSpec(queue);
  }
}

/** The spec of a task whose own cannot be read. */
export function unreadableSpec(queue: QueueName): TaskSpec {
  return { ...decodeSpec(queue, NO_SPEC), undecodable: true };
}

const NO_SPEC = Buffer.from('\0\0\0\x08{"t":""}', "latin1");

function parseHead(bytes: Buffer, from: number, to: number): SpecHead {
  const head = JSON.parse(bytes.toString("utf8", from, to)) as SpecHead;
  expectSound(
    typeof head.t === "string" &&
      [head.y, head.c, head.q, head.n, head.o].every(
        (text) => text === undefined || typeof text === "string",
      ) &&
      [head.h, head.l].every((map) => map === undefined || isMapOfTexts(map)) &&
      [head.d, head.x, head.f].every(isObjectOrNone) &&
      (head.r === undefined || isRetryPolicy(head.r)) &&
      [head.p, head.s, head.a, head.k, head.w].every(isNumberOrNone),
  );
  return head;
}

function isRetryPolicy(policy: RetryPolicy): boolean {
  const { nonRetryableTypes, maxAttempts, maxCrashes, ...rest } = policy;
  const numbers = [maxAttempts, maxCrashes, rest.initialBackoffMs, rest.maxBackoffMs];
  return (
    [...numbers, rest.multiplier].every(Number.isFinite) &&
    Array.isArray(nonRetryableTypes) &&
    nonRetryableTypes.every((type) => typeof type === "string")
  );
}

function isObjectOrNone(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null);
}

function isNumberOrNone(value: unknown): boolean {
  return value === undefined || Number.isFinite(value);
}

function decodeHead(bytes: Buffer, from: number, to: number): SpecHead {
  if (to - from > MAX_KEPT_HEAD_BYTES) {
    return parseHead(bytes, from, to);
  }
  const text = bytes.toString("latin1", from, to);
  let head = readHeads.get(text);
  if (head === undefined) {
    head = parseHead(bytes, from, to);
    // No other task has these.
    if (head.h === undefined && head.q === undefined && head.o === undefined) {
      keep(readHeads, text, head);
    }
  }
  return head;
}

function keep<Value>(heads: Map<string, Value>, name: string, value: Value): void {
  if (heads.size >= MAX_KEPT_HEADS) {
    heads.clear();
  }
  heads.set(name, value);
}

// Its type and content type are all that most tasks' heads say.
function isUsual(head: SpecHead): boolean {
  for (const field in head) {
    if (field !== "t" && field !== "c") {
      return false;
    }
  }
  return true;
}

/**
 * What a task is leased by: its type, or `@` and a session where only that session may lease it. No type
 * begins with `@`.
 */
export function leaseKindOf({ type, shard }: Pick<TaskSpec, "type" | "shard">): string {
  const sessionId = shard?.sessionId ?? null;
  return sessionId === null ? type : PINNED + sessionId;
}

/** What begins the kind of a task that only one session may lease; the session follows. */
export const PINNED = "@";

/** What begins, in place of a kind, the line of the suspects of a type; the type follows. No session's id does. */
export const SUSPECT = "@!";

function headOf(spec: TaskSpec): SpecHead {
  const head: SpecHead = { t: leaseKindOf(spec) };
  if (head.t !== spec.type) head.y = spec.type;
  if (spec.contentType !== "") head.c = spec.contentType;
  if (!isEmpty(spec.headers)) head.h = spec.headers;
  if (!isEmpty(spec.labels)) head.l = spec.labels;
  if (spec.requestId !== "") head.q = spec.requestId;
  if (spec.priority !== DEFAULTS.priority) head.p = spec.priority;
  if (spec.due.kind !== "now") head.d = spec.due;
  if (spec.startDeadlineMs !== null) head.s = spec.startDeadlineMs;
  if (spec.attemptTimeoutMs !== DEFAULTS.attemptTimeoutMs) head.a = spec.attemptTimeoutMs;
  if (spec.retryPolicy !== DEFAULTS.retryPolicy) head.r = spec.retryPolicy;
  if (spec.retentionMs !== DEFAULTS.retentionMs) head.k = spec.retentionMs;
  if (spec.deduplicationWindowMs !== DEFAULTS.deduplicationWindowMs) {
    head.w = spec.deduplicationWindowMs;
  }
  if (spec.concurrencyKey !== "") head.n = spec.concurrencyKey;
  if (spec.orderingKey !== "") head.o = spec.orderingKey;
  if (spec.shard !== undefined) head.x = spec.shard;
  if (spec.origins !== undefined) head.f = spec.origins;
  return head;
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) {
    return false;
  }
  return true;
}
