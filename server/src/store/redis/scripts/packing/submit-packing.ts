import {
  encodeSpecHead,
  HEAD_LENGTH_BYTES,
  leaseKindOf,
} from "../../../../domain/specs/spec-codec.ts";
import type { Due, TaskSpec } from "../../../../domain/task.ts";
import type { NewTask } from "../../../store.ts";
import { type Argument, bytesArgument } from "../../client/script.ts";
import { DIGEST_BYTES, keyDigest, orderDigest } from "../../flow-digest.ts";
import { numberOfState, RARE_TERMS } from "./record.ts";

/**
 * Payloads above this lie apart from the record, which is read as a whole; below, a field of their own
 * costs Redis more than that.
 */
const INLINE_PAYLOAD_BYTES = 512;

const DUE_KINDS: Readonly<Record<Due["kind"], number>> = { now: 0, after: 1, at: 2 };
const READY = numberOfState("READY");
const PAYLOAD_APART = 1;
const HAS_START = 128;
const OWED = 1;
const KEYED = 2;
const PLAN_BYTES = 13;
const LENGTH_BYTES = 4;
// State, details and wait, then the terms; see lua/lib/record.lua.
const TAIL_BYTES = 23;
const MAX_RARE_BYTES = 11 + 2 * DIGEST_BYTES;

/** Where a task goes, and what its batch says once for all tasks in turn that have the same. */
interface Plan {
  readonly kind: string;
  readonly spec: TaskSpec;
  readonly details: number;
  /** Whether they are owed, and have keys. */
  readonly turns: number;
  count: number;
}

/** Packs new tasks as lua/submit_tasks.lua's header states: the items, then the payloads that lie apart. */
export function packSubmits(batch: readonly NewTask[]): Argument[] {
  const heads = batch.map(({ spec }) => encodeSpecHead(spec));
  const packed = Buffer.allocUnsafe(maxBytesOf(batch, heads));
  const args: Argument[] = [packed];
  let plan: Plan | null = null;
  let planAt = 0;
  let at = 1;
  packed[0] = batch.some(({ spec }) => spec.orderingKey !== "") ? 1 : 0;
  for (const [index, task] of batch.entries()) {
    const { spec } = task;
    const isApart = spec.payload.length > INLINE_PAYLOAD_BYTES;
    const details = (isApart ? PAYLOAD_APART : 0) + (spec.startDeadlineMs === null ? 0 : HAS_START);
    const turns = turnsOf(task);
    if (plan === null || turns !== plan.turns || !isPlanOf(plan, spec, details)) {
      plan = { kind: leaseKindOf(spec), spec, details, turns, count: 0 };
      planAt = at;
      at = writePlan(plan, packed, at);
    }
    plan.count += 1;
    packed.writeUInt16LE(plan.count, planAt);
    if (isApart) {
      args.push(bytesArgument(spec.payload));
    }
    at = writeItem(task, heads[index] as Buffer, details, packed, at);
  }
  args[0] = packed.subarray(0, at);
  return args;
}

function turnsOf({ spec, isOwed }: NewTask): number {
  const isKeyed = spec.concurrencyKey !== "" || spec.orderingKey !== "";
  return (isOwed === true ? OWED : 0) + (isKeyed ? KEYED : 0);
}

function maxBytesOf(batch: readonly NewTask[], heads: readonly Buffer[]): number {
  const fixed = PLAN_BYTES + LENGTH_BYTES + TAIL_BYTES + MAX_RARE_BYTES + HEAD_LENGTH_BYTES;
  let bytes = 1 + batch.length * fixed;
  for (const [index, { spec, fingerprint }] of batch.entries()) {
    const head = heads[index] as Buffer;
    // The kind is in the head too.
    bytes += 2 * head.length + fingerprint.length + inlineBytesOf(spec);
  }
  return bytes;
}

function inlineBytesOf({ payload }: TaskSpec): number {
  return payload.length > INLINE_PAYLOAD_BYTES ? 0 : payload.length;
}

function isPlanOf(plan: Plan, spec: TaskSpec, details: number): boolean {
  return (
    spec.type === plan.spec.type &&
    spec.priority === plan.spec.priority &&
    details === plan.details &&
    spec.due.kind === plan.spec.due.kind &&
    dueValue(spec.due) === dueValue(plan.spec.due) &&
    (spec.shard === plan.spec.shard || leaseKindOf(spec) === plan.kind)
  );
}

function writePlan({ kind, spec, details, turns }: Plan, packed: Buffer, at: number): number {
  packed[at + 2] = DUE_KINDS[spec.due.kind];
  packed.writeUIntLE(dueValue(spec.due), at + 3, 6);
  packed[at + 9] = spec.priority;
  packed[at + 10] = details;
  packed[at + 11] = turns;
  packed[at + 12] = kind.length;
  return at + PLAN_BYTES + packed.write(kind, at + PLAN_BYTES, "latin1");
}

function dueValue(due: Due): number {
  switch (due.kind) {
    case "now":
      return 0;
    case "after":
      return due.delayMs;
    case "at":
      return Math.max(due.atMs, 0);
  }
}

function writeItem(
  { spec, fingerprint }: NewTask,
  head: Buffer,
  details: number,
  packed: Buffer,
  from: number,
): number {
  const tailAt = from + LENGTH_BYTES;
  packed[tailAt] = READY;
  packed[tailAt + 1] = details;
  packed.fill(0, tailAt + 2, tailAt + 7);
  let at = writeTerms(spec, fingerprint, packed, tailAt + 7);
  at = packed.writeUInt32BE(head.length, at);
  packed.set(head, at);
  at += head.length;
  if (inlineBytesOf(spec) > 0) {
    packed.set(spec.payload, at);
    at += spec.payload.length;
  }
  packed.writeUInt32LE(at - tailAt, from);
  return at;
}

function writeTerms(spec: TaskSpec, fingerprint: string, packed: Buffer, from: number): number {
  // A window that ends before the retention does never decides.
  const hasWindow = spec.requestId !== "" && spec.deduplicationWindowMs > spec.retentionMs;
  packed.writeUInt32LE(spec.attemptTimeoutMs, from);
  packed.writeUIntLE(spec.retentionMs, from + 4, 5);
  packed.writeUInt32LE(spec.payload.length, from + 10);
  packed[from + 14] = spec.retryPolicy.maxAttempts;
  packed[from + 15] = spec.retryPolicy.maxCrashes;
  let flags = 0;
  let at = from + 16;
  if (hasWindow) {
    flags |= RARE_TERMS.window;
    at = packed.writeUIntLE(spec.deduplicationWindowMs, at, 5);
  }
  if (spec.startDeadlineMs !== null) {
    flags |= RARE_TERMS.start;
    at = packed.writeUIntLE(spec.startDeadlineMs, at, 5);
  }
  if (fingerprint !== "") {
    flags |= RARE_TERMS.fingerprint;
    packed[at] = fingerprint.length;
    at += 1 + packed.write(fingerprint, at + 1, "latin1");
  }
  if (spec.concurrencyKey !== "") {
    flags |= RARE_TERMS.key;
    packed.set(keyDigest(spec.concurrencyKey), at);
    at += DIGEST_BYTES;
  }
  if (spec.orderingKey !== "") {
    flags |= RARE_TERMS.order;
    packed.set(orderDigest(spec.concurrencyKey, spec.orderingKey), at);
    at += DIGEST_BYTES;
  }
  packed[from + 9] = flags;
  return at;
}
