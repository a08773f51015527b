import type { LeaseRef, LeaseToken, QueueName, SessionId, TaskType } from "../../domain/ids.ts";
import type { LeasedTask } from "../../domain/task.ts";
import type {
  LeaseNotice,
  LeaseOutcome,
  LeaseRequest,
  LiveSession,
  RenewOutcome,
  Report,
  ReportOutcome,
  SessionOpening,
  SessionRenewal,
  Settlement,
  SettlementOutcome,
  SettleOutcome,
} from "../store.ts";
import { decodeFailure, encodeContent, encodeFailure, encodeProgress } from "./details.ts";
import { idBytes, idOfBytes, QUEUE_KEY_ROLES } from "./keys.ts";
import { packItems, unpackItems } from "./packing.ts";
import { decodeLease, detailsOfRecord, readToken, stateOfNumber, writeToken } from "./record.ts";
import {
  type Argument,
  arrayOf,
  bufferOf,
  defineScript,
  isUnknown,
  numberOf,
  type ReplyItem,
  wordOf,
} from "./script.ts";

const NOTHING = Buffer.alloc(0);
// Tells something said from nothing said, since what is said may be empty.
const SAID = "+";
const EVERY_TYPE = "*";
const STALE: SettleOutcome = { kind: "stale" };
const NOT_FOUND: SettleOutcome = { kind: "not_found" };
const NOTICE_CANCELLED = 1;
const NOTICE_CAUSE_AT = 7;
const NOTICE_ID_AT = 8;
const NOTICE_REASON_AT = 20;

/** What became of an opening; one mark a lease that was said to be held. */
export type OpenedSession =
  | {
      readonly kind: "ok";
      readonly isKept: readonly boolean[];
      readonly released: readonly LeaseRef[];
    }
  | { readonly kind: "superseded" };

/** Leases READY tasks. */
export const leaseTasks = defineScript<LeaseRequest, LeaseOutcome>({
  name: "lease_tasks",
  keys: QUEUE_KEY_ROLES,
  encode: ({ sessionId, streamId, workerId, limit, maxPayloadBytes, types }) => [
    sessionId,
    streamId,
    workerId,
    limit,
    maxPayloadBytes,
    ...(types ?? [EVERY_TYPE]),
  ],
  decode: (reply, queue) =>
    reply.word === "ok"
      ? {
          kind: "ok",
          tasks: leasedTasks(queue, reply.rest.slice(2)),
          left: numberOf(reply.rest[1]),
          ...pinnedOf(wordOf(reply.rest[0])),
        }
      : { kind: reply.word as "session_gone" | "superseded" },
});

function leasedTasks(queue: QueueName, [ids, ...parts]: readonly ReplyItem[]): LeasedTask[] {
  let at = 0;
  const next = (): Buffer => bufferOf(parts[at++]);
  return unpackItems(bufferOf(ids)).map((id) => leasedTask(queue, id, next));
}

function leasedTask(queue: QueueName, id: Buffer, next: () => Buffer): LeasedTask {
  const bytes = next();
  const { hasPayload, hasCheckpoint, hasFailure } = detailsOfRecord(bytes);
  const lease = decodeLease(queue, bytes, hasPayload ? next() : NOTHING);
  const checkpoint = hasCheckpoint ? next() : NOTHING;
  const failure = hasFailure ? decodeFailure(next()) : null;
  return {
    id: idOfBytes(queue, id),
    ...lease,
    checkpoint,
    previousTraceparent: failure?.traceparent ?? "",
  };
}

function pinnedOf(sessions: string): { pinned?: SessionId[] } {
  return sessions === "" ? {} : { pinned: sessions.split(" ") as SessionId[] };
}

/** Returns the sessions that live on a queue. */
export const listSessions = defineScript<number, LiveSession[]>({
  name: "list_sessions",
  keys: QUEUE_KEY_ROLES,
  encode: (limit) => [limit],
  decode: (reply) =>
    reply.groups(2).map(([session, value]) => {
      const [, ...types] = wordOf(value).split(" ");
      return {
        id: wordOf(session) as SessionId,
        types: types.length === 0 ? null : (types.filter((type) => type !== "") as TaskType[]),
      };
    }),
});

/** Ends leases. */
export const settleLeases = defineScript<readonly Settlement[], SettleOutcome[]>({
  name: "settle_leases",
  keys: QUEUE_KEY_ROLES,
  encode: (batch) => {
    const args: Argument[] = [];
    for (const { lease, outcome } of batch) {
      args.push(encodeEnding(lease.token, outcome), detailOf(outcome));
    }
    return [packItems(batch.map(({ lease }) => idBytes(lease.taskId))), packItems(args)];
  },
  decode: (reply) => {
    const marks = wordOf(reply.rest[0]);
    return Array.from({ length: marks.length / 2 }, (_, item) =>
      settleOutcome(marks.charAt(2 * item), Number(marks.charAt(2 * item + 1))),
    );
  },
});

// How lua/settle_leases.lua is told that a lease ends, as its header states.
const ENDING_BYTES = 15;
const ENDING_KINDS: Readonly<Record<SettlementOutcome["kind"], number>> = {
  complete: 1,
  fail: 2,
  timed_out: 3,
  release: 4,
};

function encodeEnding(token: LeaseToken, outcome: SettlementOutcome): Buffer {
  const ending = Buffer.allocUnsafe(ENDING_BYTES);
  const next = "next" in outcome ? outcome.next : null;
  writeToken(token, ending, 0);
  ending.writeUInt8(ENDING_KINDS[outcome.kind], 7);
  ending.writeUInt8(next?.kind === "die" ? 1 : 0, 8);
  ending.writeUIntLE(delayOf(outcome), 9, 6);
  return ending;
}

function delayOf(outcome: SettlementOutcome): number {
  if (outcome.kind === "complete") {
    return 0;
  }
  if (outcome.kind === "release") {
    return outcome.delayMs;
  }
  return outcome.next.kind === "retry" ? outcome.next.delayMs : 0;
}

function detailOf(outcome: SettlementOutcome): Argument {
  switch (outcome.kind) {
    case "complete":
      return encodeContent(outcome.result);
    case "release":
      return NOTHING;
    case "fail":
    case "timed_out":
      return encodeFailure(outcome.failure);
  }
}

function settleOutcome(letter: string, state: number): SettleOutcome {
  switch (letter) {
    case "o":
      return { kind: "ok", state: stateOfNumber(state), isRepeat: false };
    case "r":
      return { kind: "ok", state: stateOfNumber(state), isRepeat: true };
    case "s":
      return STALE;
    case "n":
      return NOT_FOUND;
    default:
      return isUnknown(letter);
  }
}

/** Stores what running attempts say of themselves. */
export const reportProgress = defineScript<readonly Report[], ReportOutcome[]>({
  name: "report_progress",
  keys: QUEUE_KEY_ROLES,
  encode: (batch) =>
    batch.flatMap(({ lease, progress, checkpoint }) => [
      idBytes(lease.taskId),
      lease.token,
      progress === null ? NOTHING : SAID + encodeProgress(progress),
      checkpoint === null ? NOTHING : Buffer.concat([Buffer.from(SAID), checkpoint]),
    ]),
  decode: (reply) => reply.rest.map((item) => ({ kind: wordOf(item) as ReportOutcome["kind"] })),
});

/** Opens sessions on a queue. */
export const openSessions = defineScript<readonly SessionOpening[], OpenedSession[]>({
  name: "open_sessions",
  keys: QUEUE_KEY_ROLES,
  encode: (batch) =>
    batch.flatMap(({ sessionId, streamId, types, ttlMs, held }) => [
      sessionId,
      // A space stands before the types, also where there are none.
      types ? `${streamId} ${types.join(" ")}` : streamId,
      ttlMs,
      held.length,
      ...held.flatMap(({ taskId, token }) => [idBytes(taskId), token]),
    ]),
  decode: (reply, queue) =>
    reply.rest.map((item) => {
      const [word, marks, ...released] = arrayOf(item);
      const kind = wordOf(word) as OpenedSession["kind"];
      if (kind === "superseded") {
        return { kind };
      }
      return {
        kind,
        isKept: Array.from(wordOf(marks), (mark) => mark === "1"),
        released: leaseRefs(queue, released),
      };
    }),
});

function leaseRefs(queue: QueueName, items: readonly ReplyItem[]): LeaseRef[] {
  const refs: LeaseRef[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const taskId = idOfBytes(queue, bufferOf(items[at]));
    refs.push({ taskId, token: numberOf(items[at + 1]) as LeaseToken });
  }
  return refs;
}

/** Sets how long sessions live. */
export const renewSessions = defineScript<readonly SessionRenewal[], RenewOutcome[]>({
  name: "renew_sessions",
  keys: QUEUE_KEY_ROLES,
  encode: (batch) =>
    batch.flatMap(({ sessionId, streamId, ttlMs }) => [sessionId, streamId, ttlMs]),
  decode: (reply, queue) =>
    reply.rest.map((item) => {
      const [word, ...notices] = arrayOf(item);
      const kind = wordOf(word);
      return kind === "ok"
        ? { kind, notices: notices.map((notice) => leaseNotice(queue, bufferOf(notice))) }
        : { kind: kind as "gone" | "superseded" };
    }),
});

function leaseNotice(queue: QueueName, bytes: Buffer): LeaseNotice {
  const isCancelled = bytes.readUInt8(NOTICE_CAUSE_AT) === NOTICE_CANCELLED;
  const taskId = idOfBytes(queue, bytes.subarray(NOTICE_ID_AT, NOTICE_REASON_AT));
  return {
    lease: { taskId, token: readToken(bytes, 0) },
    cause: isCancelled ? "cancelled" : "timed_out",
    reason: bytes.toString("utf8", NOTICE_REASON_AT),
  };
}
