import { hash, randomFillSync } from "node:crypto";
import { PATTERNS } from "@baton/proto/shared";
import { SoundTexts } from "./sound-texts.ts";

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A queue's name: 1 to 128 characters, `[A-Za-z0-9][A-Za-z0-9._-]*`. */
export type QueueName = Branded<string, "QueueName">;

/** A task type's name, in the form of a queue's. */
export type TaskType = Branded<string, "TaskType">;

/** A worker's name, in the form of a queue's; for people, need not be unique. */
export type WorkerId = Branded<string, "WorkerId">;

/** A task's id: `<queue>~<unique>`, so that it can be routed by itself. */
export type TaskId = Branded<string, "TaskId">;

/**
 * What proves that a worker has a session: a secret that only its worker and the dispatchers that it speaks
 * to ever have. It is neither stored nor logged; what it is known by is its {@link SessionId}.
 */
export type SessionKey = Branded<string, "SessionKey">;

/** A worker session's id: 96 bits of its key's SHA-256, so that whoever reads it cannot act for the session. */
export type SessionId = Branded<string, "SessionId">;

/**
 * Names one stream of a session, so that a stream left behind can be told from the live one: the number
 * that its worker gave it, ten digits, and something random. 0 where the worker does not number them.
 */
export type StreamId = Branded<string, "StreamId">;

/**
 * Names one lease of a task. Tokens of one task only grow: `max(previous + 1, store time in µs)`,
 * which stays below 2^53 until the year 2255.
 */
export type LeaseToken = Branded<number, "LeaseToken">;

/** A lease: the task, and the token that tells it from the task's other leases. */
export interface LeaseRef {
  readonly taskId: TaskId;
  readonly token: LeaseToken;
}

const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}~[A-Za-z0-9_-]{16}$/;
const GIVEN_ID = /^~[A-Za-z0-9_-]{16}$/;
const SEPARATOR = "~";
const SEPARATOR_CODE = SEPARATOR.charCodeAt(0);
const UNIQUE_BYTES = 12;
const UNIQUE_CHARACTERS = 16;
const LONGEST_NAME = 128;
const STREAM_DIGITS = 10;
const NUMBERED_STREAM = /^\d{10}-/;
const SESSION_KEY = /^[A-Za-z0-9_-]{24}$/;
const SESSION_KEY_BYTES = 18;
const SESSION_ID = /^[A-Za-z0-9_-]{16}$/;
const GENERATION_BYTES = 6;

const names = new SoundTexts((text) => PATTERNS.name.test(text));

/** Whether a string can name a queue, a task type or a worker. */
export function isName(text: string): boolean {
  return names.has(text);
}

// What an id that was made says of itself, in its first six bytes: when, in milliseconds since 2026 began, 41 bits
// of them, and behind that a mark, which one of 128 derived ids has by chance.
const EPOCH_MS = 1_767_225_600_000;
const LAST_MS = 2 ** 41 - 1;
const MARKS = 2 ** 7;
const MARK = 0x2d;
const MADE_BYTES = 6;
// The number of an id among its neighbours, two bytes, stands behind that, then what they share by chance.
const NEIGHBOURS = 2 ** 16;

const newest = Buffer.alloc(UNIQUE_BYTES);
let number = 0;
let newestMs = 0;

/**
 * Returns a new task id for the queue, which says when it was made. Ids that are made one after the other lie
 * side by side in an index that is written in pages: 65,536 of them share 32 random bits, which follow the
 * time and their number. Two processes make the same id once in 2^32 times that they have the same number in
 * the same millisecond.
 */
export function newTaskId(queue: QueueName, nowMs: number): TaskId {
  const madeMs = Math.min(Math.max(Math.floor(nowMs) - EPOCH_MS, 0), LAST_MS);
  if (number === 0 || madeMs < newestMs) {
    randomFillSync(newest);
  }
  newestMs = madeMs;
  newest.writeUIntBE(madeMs * MARKS + MARK, 0, MADE_BYTES);
  newest.writeUInt16BE(number, MADE_BYTES);
  number = (number + 1) % NEIGHBOURS;
  return spellTaskId(queue, newest, 0);
}

/**
 * When an id was made, in epoch milliseconds, as it says itself; null where it says nothing, since it is
 * derived from a request id. Anybody can put an id together that says so.
 */
export function madeAtMs(id: TaskId): number | null {
  return madeAt(uniqueOfTask(id));
}

function madeAt(unique: string): number | null {
  const made = Buffer.from(unique, "base64url").readUIntBE(0, MADE_BYTES);
  return made % MARKS === MARK ? EPOCH_MS + Math.floor(made / MARKS) : null;
}

const BASE64URL = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const spelled = Buffer.alloc(LONGEST_NAME + SEPARATOR.length + UNIQUE_CHARACTERS);
let spelledQueue = "";
let uniqueAt = 0;

/**
 * Returns the id whose unique part the 12 bytes from a place on spell. In one flat text: to put one
 * together from parts, and to take it apart again for the wire, costs more than twice as much.
 */
export function spellTaskId(queue: QueueName, bytes: Uint8Array, from: number): TaskId {
  if (queue !== spelledQueue) {
    uniqueAt = spelled.write(`${queue}${SEPARATOR}`, 0, "latin1");
    spelledQueue = queue;
  }
  let at = uniqueAt;
  for (let next = from; next < from + UNIQUE_BYTES; next += 3) {
    const [one, two, three] = [bytes[next], bytes[next + 1], bytes[next + 2]] as Triple;
    spelled[at++] = BASE64URL[one >>> 2] as number;
    spelled[at++] = BASE64URL[((one & 3) << 4) | (two >>> 4)] as number;
    spelled[at++] = BASE64URL[((two & 15) << 2) | (three >>> 6)] as number;
    spelled[at++] = BASE64URL[three & 63] as number;
  }
  return spelled.toString("latin1", 0, at) as TaskId;
}

type Triple = [number, number, number];

/**
 * Returns the id of the task that the request id belongs to. The id is derived, so that the task's
 * own record is the memory of its request id (G2): 96 bits of SHA-256 over queue and request id. A client
 * that makes request ids may give the id itself, as `~` and what is unique in an id that says when it was made.
 */
export function taskIdOfRequest(queue: QueueName, requestId: string): TaskId {
  if (GIVEN_ID.test(requestId) && madeAt(requestId.slice(1)) !== null) {
    return `${queue}${requestId}` as TaskId;
  }
  return joinTaskId(queue, uniqueHash(`${queue}${SEPARATOR}${requestId}`));
}

/**
 * Tells a repeated submit from a request id used for something else: 96 bits of SHA-256 over type and
 * payload.
 */
export function fingerprintOf(type: TaskType, payload: Uint8Array): string {
  return uniqueHash(Buffer.concat([Buffer.from(`${type}${SEPARATOR}`), payload]));
}

/** Returns the id of the operation of a request id, or a new one where that is empty; 16 characters. */
export function operationIdOf(requestId: string): string {
  return requestId === "" ? randomText(12) : uniqueHash(`operation${SEPARATOR}${requestId}`);
}

/** Tells a repeated operation from a request id used for another one. */
export function operationFingerprint(definition: object): string {
  return uniqueHash(JSON.stringify(definition));
}

// In one go: the object that `createHash` makes costs four times as much as to hash a small task.
function uniqueHash(data: string | Uint8Array): string {
  return hash("sha256", data, "base64url").slice(0, UNIQUE_CHARACTERS);
}

/** Whether a text is the id of a task, be there such a task or not. */
export function isTaskId(text: string): text is TaskId {
  return TASK_ID.test(text);
}

/** The queue that a task id names. */
export function queueOfTask(id: TaskId): QueueName {
  return id.slice(0, separatorAt(id)) as QueueName;
}

/** The part of a task id that is unique within its queue; 16 characters. */
export function uniqueOfTask(id: TaskId): string {
  return id.slice(separatorAt(id) + 1);
}

function separatorAt(id: TaskId): number {
  return id.length - UNIQUE_CHARACTERS - SEPARATOR.length;
}

/** Tells the queue of one task id after the other; most are of the same one. */
export class QueueCursor {
  #queue = "" as QueueName;

  /** The queue of a task. To cut it out of every id would cost ten times a comparison. */
  of(id: TaskId): QueueName {
    const isSame =
      id.charCodeAt(this.#queue.length) === SEPARATOR_CODE && id.startsWith(this.#queue);
    if (!isSame) {
      this.#queue = queueOfTask(id);
    }
    return this.#queue;
  }
}

/** Puts the parts of a task id together again. */
export function joinTaskId(queue: QueueName, unique: string): TaskId {
  return `${queue}${SEPARATOR}${unique}` as TaskId;
}

/**
 * Returns what tells something from all that had its name before: 48 random bits, `[A-Za-z0-9_-]`. Request ids
 * that are derived from a name need it, since the tasks of who had the name before may still be there.
 */
export function newGeneration(): string {
  return randomText(GENERATION_BYTES);
}

/** Returns a new session key; 144 random bits. */
export function newSessionKey(): SessionKey {
  return randomText(SESSION_KEY_BYTES) as SessionKey;
}

/** Whether a text has the form of a session key. */
export function isSessionKey(text: string): text is SessionKey {
  return SESSION_KEY.test(text);
}

/** Whether a text has the form of a session's id. */
export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text);
}

/** Returns the id of the session that the key proves; 16 characters of `[A-Za-z0-9_-]`. */
export function sessionIdOf(key: SessionKey): SessionId {
  return uniqueHash(key) as SessionId;
}

/** Returns a new id for the stream of this number, 0 to 2^32 - 1; 72 random bits. */
export function newStreamId(number = 0): StreamId {
  return `${String(number).padStart(STREAM_DIGITS, "0")}-${randomText(9)}` as StreamId;
}

/**
 * Whether a stream may not take a session over from the one that has it: both are numbered, and its
 * number is not above the other's. A stream may always have what is its own.
 */
export function isOvertaken(id: StreamId, present: StreamId): boolean {
  const number = streamNumber(id);
  return id !== present && number > 0 && number <= streamNumber(present);
}

function streamNumber(id: StreamId): number {
  return NUMBERED_STREAM.test(id) ? Number(id.slice(0, STREAM_DIGITS)) : 0;
}

const pool = Buffer.alloc(4096);
let poolAt = pool.length;

function randomText(bytes: number): string {
  const text = Buffer.allocUnsafe(bytes);
  fillRandom(text, 0);
  return text.toString("base64url");
}

// One system call for a few hundred ids: a call an id shows in a submit's profile.
function fillRandom(bytes: Buffer, from: number): void {
  const count = bytes.length - from;
  if (poolAt + count > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  pool.copy(bytes, from, poolAt, poolAt + count);
  poolAt += count;
}
