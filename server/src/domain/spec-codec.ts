import type { QueueName, TaskType } from "./ids.ts";
import { DEFAULTS } from "./limits.ts";
import type { Due, RetryPolicy, Shard, TaskSpec } from "./task.ts";

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
  x?: Shard;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const NOW: Due = Object.freeze({ kind: "now" });
const HEAD_LENGTH_BYTES = 4;

/**
 * Packs a spec for a store: the length of the head (uint32, big-endian), the head as JSON with the
 * defaults left out, then the payload as it is. The queue is not in it; the task's id names that.
 */
export function encodeSpec(spec: TaskSpec): Buffer {
  const head = JSON.stringify(headOf(spec));
  const headBytes = Buffer.byteLength(head);
  const bytes = Buffer.allocUnsafe(HEAD_LENGTH_BYTES + headBytes + spec.payload.length);
  bytes.writeUInt32BE(headBytes, 0);
  bytes.write(head, HEAD_LENGTH_BYTES);
  bytes.set(spec.payload, HEAD_LENGTH_BYTES + headBytes);
  return bytes;
}

/** Unpacks what {@link encodeSpec} packed. The payload is a view on the bytes, not a copy. */
export function decodeSpec(queue: QueueName, bytes: Buffer): TaskSpec {
  const payloadAt = HEAD_LENGTH_BYTES + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString("utf8", HEAD_LENGTH_BYTES, payloadAt)) as SpecHead;
  return {
    queue,
    type: (head.y ?? head.t) as TaskType,
    payload: bytes.subarray(payloadAt),
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
    ...(head.x === undefined ? {} : { shard: head.x }),
  };
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
  if (spec.shard !== undefined) head.x = spec.shard;
  return head;
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) {
    return false;
  }
  return true;
}
