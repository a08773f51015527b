import type { QueueName, SessionId } from "../../../domain/ids.ts";
import {
  type DrainOutcome,
  MAX_RUNNING,
  type RunningLease,
  type SessionAbout,
  type SessionDrain,
  type StoredWorker,
} from "../../store.ts";
import {
  arrayOf,
  bufferOf,
  defineScript,
  numberOf,
  type ReplyItem,
  wordOf,
} from "../client/script.ts";
import { idOfBytes } from "../keys.ts";
import { typesOfHead } from "./lease-scripts.ts";
import { decodeRun, specOfRecord } from "./record.ts";

// In what is told of a session, before its leases.
const LEASES_PART = 6;
const PARTS_OF_LEASE = 3;
const NOTHING = Buffer.alloc(0);

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
