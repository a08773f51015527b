import type {
  LeaseRef,
  LeaseToken,
  QueueName,
  SessionId,
  TaskId,
  TaskType,
} from "../../../domain/ids.ts";
import type { Failure, LeasedTask } from "../../../domain/task.ts";
import {
  type DrainOutcome,
  type LeaseNotice,
  type LeaseOutcome,
  type LeaseRequest,
  type LiveSession,
  MAX_RUNNING,
  type RenewOutcome,
  type Report,
  type ReportOutcome,
  type RunningLease,
  type SessionAbout,
  type SessionDrain,
  type SessionOpening,
  type SessionRenewal,
  type Settlement,
  type SettleOutcome,
  type StoredWorker,
} from "../../store.ts";
import {
  arrayOf,
  bufferOf,
  defineScript,
  isUnknown,
  numberOf,
  type ReplyItem,
  wordOf,
} from "../client/script.ts";
import { idBytes, idOfBytes, packIds, unpackIds } from "../keys.ts";
import { decodeFailure, encodeProgress } from "./packing/details.ts";
import {
  decodeRun,
  detailsOf,
  type Run,
  readToken,
  specOfRecord,
  stateOfNumber,
  submittedOf,
} from "./packing/record.ts";
import { packEndings } from "./packing/settle-packing.ts";

const NOTHING = Buffer.alloc(0);
// In what is told of a session, before its leases.
const LEASES_PART = 6;
const PARTS_OF_LEASE = 3;
// Tells something said from nothing said, since what is said may be empty.
const SAID = "+";
const EVERY_TYPE = "*";
const SUSPECT = "!";
// In the reply of a lease, behind the word and the hint.
const PINNED_PART = 0;
const LEFT_PART = 1;
const IDS_PART = 2;
const RUNS_PART = 3;
const DAMAGED_PART = 4;
const HELD_BACK_PART = 5;
const FIRST_RECORD_PART = 6;
const ONLY_BY_EVENT = "-";
const SUCCEEDED: SettleOutcome = { kind: "ok", state: "SUCCEEDED", isRepeat: false };
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
      readonly mayHaveTasks: boolean;
      readonly drain?: string;
    }
  | { readonly kind: "superseded" };

/** Leases READY tasks. */
export const leaseTasks = defineScript<LeaseRequest, LeaseOutcome>({
  name: "lease_tasks",
  encode: ({ sessionId, streamId, workerId, limit, maxPayloadBytes, isApart, types }) => [
    sessionId,
    streamId,
    workerId,
    limit,
    maxPayloadBytes,
    isApart === true ? 1 : 0,
    ...(types ?? [EVERY_TYPE]),
  ],
  decode: (reply, queue) =>
    reply.word === "ok"
      ? {
          kind: "ok",
          tasks: leasedTasks(queue, reply.rest),
          left: numberOf(reply.rest[LEFT_PART]),
          ...pinnedOf(wordOf(reply.rest[PINNED_PART])),
          ...heldBackOf(wordOf(reply.rest[HELD_BACK_PART])),
          ...damagedOf(queue, bufferOf(reply.rest[DAMAGED_PART])),
        }
      : { kind: reply.word as "session_gone" | "superseded" },
});

function leasedTasks(queue: QueueName, parts: readonly ReplyItem[]): LeasedTask[] {
  const ids = unpackIds(queue, bufferOf(parts[IDS_PART]));
  const runs = bufferOf(parts[RUNS_PART]);
  const details = new Details(parts, FIRST_RECORD_PART);
  const tasks: LeasedTask[] = [];
  for (let at = 0; at < runs.length; ) {
    const count = runs.readUInt16LE(at);
    const runAt = at + 4;
    at = runAt + runs.readUInt16LE(at + 2);
    const run = decodeRun(runs.subarray(runAt, at));
    for (let left = count; left > 0; left -= 1) {
      tasks.push(leasedTask(queue, ids[tasks.length] as TaskId, run, details));
    }
  }
  return tasks;
}

/** The records of a reply, each with its details behind it. */
class Details {
  readonly #parts: readonly ReplyItem[];
  #at: number;

  constructor(parts: readonly ReplyItem[], at: number) {
    this.#parts = parts;
    this.#at = at;
  }

  next(): Buffer {
    const part = bufferOf(this.#parts[this.#at]);
    this.#at += 1;
    return part;
  }
}

function leasedTask(queue: QueueName, id: TaskId, run: Run, parts: Details): LeasedTask {
  const bytes = parts.next();
  const { hasPayload, hasCheckpoint, hasFailure } = detailsOf(run);
  const payload = hasPayload ? parts.next() : NOTHING;
  const checkpoint = hasCheckpoint ? parts.next() : NOTHING;
  const failure = hasFailure ? failureOrNone(parts.next()) : null;
  return {
    id,
    token: run.token,
    spec: specOfRecord(queue, bytes, payload),
    attempt: run.attempt,
    crashes: run.crashes,
    queuedMs: Math.max(run.startedAtMs - run.waitMs - submittedOf(bytes), 0),
    checkpoint,
    previousTraceparent: failure?.traceparent ?? "",
  };
}

// It is of use to traces only, so that the task is leased without it.
function failureOrNone(bytes: Buffer): Failure | null {
  try {
    return decodeFailure(bytes);
  } catch {
    return null;
  }
}

function damagedOf(queue: QueueName, ids: Buffer): { unreadable?: TaskId[] } {
  return ids.length === 0 ? {} : { unreadable: unpackIds(queue, ids) };
}

function heldBackOf(word: string): { heldBackMs?: number | null } {
  return word === "" ? {} : { heldBackMs: word === ONLY_BY_EVENT ? null : Number(word) };
}

/** Tells sessions that have tasks of their own from types that have suspects. */
function pinnedOf(names: string): { pinned?: SessionId[]; suspects?: TaskType[] } {
  if (names === "") {
    return {};
  }
  const all = names.split(" ");
  const pinned = all.filter((name) => !name.startsWith(SUSPECT)) as SessionId[];
  const suspects = all.filter((name) => name.startsWith(SUSPECT)).map((name) => name.slice(1));
  return {
    ...(pinned.length === 0 ? {} : { pinned }),
    ...(suspects.length === 0 ? {} : { suspects: suspects as TaskType[] }),
  };
}

/** Returns the sessions that live on a queue. */
export const listSessions = defineScript<number, LiveSession[]>({
  name: "list_sessions",
  encode: (limit) => [limit],
  decode: (reply) =>
    reply.groups(2).map(([session, head]) => ({
      id: wordOf(session) as SessionId,
      types: typesOfHead(wordOf(head)),
    })),
});

/** Reads the types that a session takes from what its key says of its stream and them; null for every type. */
export function typesOfHead(head: string): TaskType[] | null {
  const [, ...types] = head.split(" ");
  return types.length === 0 ? null : (types.filter((type) => type !== "") as TaskType[]);
}

/** Ends leases. */
export const settleLeases = defineScript<readonly Settlement[], SettleOutcome[]>({
  name: "settle_leases",
  encode: (batch, { deadRetentionMs }) => [
    packIds(batch, taskOfSettlement),
    packEndings(batch),
    deadRetentionMs,
  ],
  decode: (reply, _, batch) => {
    const marks = wordOf(reply.rest[0]);
    return marks === ""
      ? new Array<SettleOutcome>(batch.length).fill(SUCCEEDED)
      : Array.from({ length: marks.length / 2 }, (_, item) =>
          settleOutcome(marks.charAt(2 * item), Number(marks.charAt(2 * item + 1))),
        );
  },
});

/** As {@link settleLeases}, of which some are large: a full Redis refuses all of them. */
export const settleLeasesIfRoom = defineScript({ ...settleLeases, name: "settle_leases_if_room" });

function taskOfSettlement({ lease }: Settlement): TaskId {
  return lease.taskId;
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
  encode: (batch) =>
    batch.flatMap(({ sessionId, lease, progress, checkpoint }) => [
      idBytes(lease.taskId),
      sessionId,
      lease.token,
      progress === null ? NOTHING : SAID + encodeProgress(progress),
      checkpoint === null ? NOTHING : Buffer.concat([Buffer.from(SAID), checkpoint]),
    ]),
  decode: (reply) => reply.rest.map((item) => ({ kind: wordOf(item) as ReportOutcome["kind"] })),
});

/** As {@link reportProgress}, of which some is large: a full Redis refuses all of it. */
export const reportProgressIfRoom = defineScript({
  ...reportProgress,
  name: "report_progress_if_room",
});

/** Opens sessions on a queue. */
export const openSessions = defineScript<readonly SessionOpening[], OpenedSession[]>({
  name: "open_sessions",
  encode: (batch) =>
    batch.flatMap(({ sessionId, streamId, types, ttlMs, about, held }) => [
      sessionId,
      // A space stands before the types, also where there are none.
      types ? `${streamId} ${types.join(" ")}` : streamId,
      ttlMs,
      about === undefined ? "" : JSON.stringify(about),
      held.length,
      ...held.flatMap(({ taskId, token }) => [idBytes(taskId), token]),
    ]),
  decode: (reply, queue) =>
    reply.rest.map((item) => {
      const { kind, drain, rest } = answered(arrayOf(item));
      if (kind === "superseded") {
        return { kind };
      }
      const [marks, mayHaveTasks, ...released] = rest;
      return {
        kind: "ok",
        isKept: Array.from(wordOf(marks), (mark) => mark === "1"),
        released: leaseRefs(queue, released),
        mayHaveTasks: numberOf(mayHaveTasks) === 1,
        ...drain,
      };
    }),
});

/** Takes apart what a script says of a session: its word, and why it was asked to go, where it was. */
function answered([word, ...rest]: readonly ReplyItem[]) {
  const kind = wordOf(word);
  return kind === "drain"
    ? { kind: "ok", drain: { drain: bufferOf(rest[0]).toString() }, rest: rest.slice(1) }
    : { kind, drain: {}, rest };
}

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
  encode: (batch) =>
    batch.flatMap(({ sessionId, streamId, ttlMs, credit }) => [
      sessionId,
      streamId,
      ttlMs,
      credit ?? "",
    ]),
  decode: (reply, queue) =>
    reply.rest.map((item) => {
      const { kind, drain, rest } = answered(arrayOf(item));
      return kind === "ok"
        ? { kind, notices: rest.map((notice) => leaseNotice(queue, bufferOf(notice))), ...drain }
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

/** Names the sessions of a queue. */
export const sessionIds = defineScript<null, SessionId[]>({
  name: "session_ids",
  encode: () => [],
  decode: (reply) => arrayOf(reply.rest[0]).map((item) => wordOf(item) as SessionId),
});

/** Tells of sessions of a queue; of those that do not live nothing. */
export const describeSessions = defineScript<readonly SessionId[], StoredWorker[]>({
  name: "describe_sessions",
  encode: (ids) => [MAX_RUNNING, ...ids],
  decode: (reply, queue) => reply.rest.map((item) => storedWorker(queue, arrayOf(item))),
});

/** Asks sessions to go. */
export const drainSessions = defineScript<readonly SessionDrain[], DrainOutcome[]>({
  name: "drain_sessions",
  encode: (batch) => batch.flatMap(({ sessionId, reason }) => [sessionId, reason]),
  decode: (reply) => reply.rest.map((item) => ({ kind: wordOf(item) as DrainOutcome["kind"] })),
});

function storedWorker(queue: QueueName, parts: readonly ReplyItem[]): StoredWorker {
  const [id, head, credit, mark, ttlMs, about] = parts;
  const reason = bufferOf(mark).toString();
  return {
    id: wordOf(id) as SessionId,
    about: aboutOf(bufferOf(about).toString()),
    types: typesOfHead(wordOf(head)),
    credit: numberOf(credit),
    ttlMs: numberOf(ttlMs),
    drain: reason === "" ? null : reason.slice(1),
    leases: numberOf(parts[LEASES_PART]),
    running: runningOf(queue, parts.slice(LEASES_PART + 1)),
  };
}

function aboutOf(text: string): SessionAbout | null {
  return text === "" ? null : JSON.parse(text);
}

function runningOf(queue: QueueName, parts: readonly ReplyItem[]): RunningLease[] {
  const running: RunningLease[] = [];
  for (let at = 0; at < parts.length; at += PARTS_OF_LEASE) {
    const [id, record, run] = parts.slice(at, at + PARTS_OF_LEASE).map(bufferOf);
    const { attempt, startedAtMs } = decodeRun(run as Buffer);
    const taskId = idOfBytes(queue, id as Buffer);
    const { type } = specOfRecord(queue, record as Buffer, NOTHING);
    running.push({ taskId, type, attempt, startedAtMs });
  }
  return running;
}
