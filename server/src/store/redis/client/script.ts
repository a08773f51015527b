import type { Cluster, Redis } from "ioredis";
import type { QueueName } from "../../../domain/ids.ts";
import type { QUEUE_LIBRARY, TASK_LIBRARY } from "../lua.generated.ts";

/** A connection that takes commands. */
export type RedisClient = Redis | Cluster;

/** An argument of a script. */
export type Argument = string | number | Buffer;

/** Makes bytes an argument: the client takes those of a Buffer for bytes, and no others. */
export function bytesArgument({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

/** An item of a script's reply. */
export type ReplyItem = Buffer | number | readonly ReplyItem[];

/** The name of a script: its file's, with `_if_room` where a full Redis is to refuse the call. */
export type ScriptName = keyof typeof TASK_LIBRARY.functions | keyof typeof QUEUE_LIBRARY.functions;

/** What holds for every task of the store. */
export interface StoreTerms {
  /** For how long a task that dies is kept at least. */
  readonly deadRetentionMs: number;
}

/** A script with the types of what goes in and what comes out. */
export interface Script<Input, Output> {
  readonly name: ScriptName;
  /** Returns the arguments that follow those of every script. */
  encode(input: Input, terms: StoreTerms): Argument[];
  /** Reads the reply. */
  decode(reply: Reply, queue: QueueName, input: Input): Output;
}

/** States a script. */
export function defineScript<Input, Output>(script: Script<Input, Output>): Script<Input, Output> {
  return script;
}

/** A script's reply: a word, a hint, and what else the script's header says. */
export class Reply {
  readonly word: string;
  /** Empty where nothing is to be hinted. */
  readonly hint: Buffer;
  readonly #items: readonly ReplyItem[];

  constructor(items: readonly ReplyItem[]) {
    this.#items = items;
    this.word = bufferOf(items[0]).toString("latin1");
    this.hint = bufferOf(items[1]);
  }

  /** The items after the word and the hint. */
  get rest(): readonly ReplyItem[] {
    return this.#items.slice(2);
  }

  /** The items after the word and the hint, so many from so far on, as groups. */
  groups(size: number, from = 0): (readonly ReplyItem[])[] {
    const groups: (readonly ReplyItem[])[] = [];
    for (let at = 2 + from; at < this.#items.length; at += size) {
      groups.push(this.#items.slice(at, at + size));
    }
    return groups;
  }
}

/** Reads bytes from a reply. */
export function bufferOf(item: ReplyItem | undefined): Buffer {
  if (!Buffer.isBuffer(item)) {
    throw new TypeError("a script replied something else than bytes");
  }
  return item;
}

/** Reads ASCII from a reply. */
export function wordOf(item: ReplyItem | undefined): string {
  return bufferOf(item).toString("latin1");
}

/** Reads a number from a reply, whether it came as one or as its digits. */
export function numberOf(item: ReplyItem | undefined): number {
  return typeof item === "number" ? item : Number(wordOf(item));
}

/** Reads an array from a reply. */
export function arrayOf(item: ReplyItem | undefined): readonly ReplyItem[] {
  if (!Array.isArray(item)) {
    throw new TypeError("a script replied something else than an array");
  }
  return item;
}

/** @throws TypeError: a script replied a word that it does not state */
export function isUnknown(word: string): never {
  throw new TypeError(`a script replied ${JSON.stringify(word)}`);
}
