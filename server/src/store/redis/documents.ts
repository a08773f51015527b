import type { Clock } from "@baton/proto/shared";
import { Cluster } from "ioredis";
import type { QueueName } from "../../domain/ids.ts";
import type { Due } from "../../domain/task.ts";
import { putInRoom } from "../document-room.ts";
import type {
  Collection,
  Document,
  DocumentPut,
  DocumentRemoval,
  Documents,
  DueDocuments,
  PutOutcome,
} from "../documents.ts";
import { runByQueue, type Sizes } from "./client/batches.ts";
import { storeErrorOf } from "./client/errors.ts";
import {
  type Argument,
  bufferOf,
  bytesArgument,
  numberOf,
  type RedisClient,
  type ReplyItem,
} from "./client/script.ts";
import { Rests } from "./rests.ts";
import {
  DOCUMENT_KEY_ROLES,
  type DocumentScript,
  runDocumentScript,
} from "./scripts/document-scripts.ts";

const ANY_VERSION = -1;
const NEVER = -1;
const COLON = 0x3a;

/** Settings of a {@link RedisDocuments}. */
export interface RedisDocumentsOptions {
  readonly prefix: string;
  /** How far the store's clock is ahead of the server's, ms; 0 but in tests. */
  readonly clockOffset: () => number;
  readonly clock: Clock;
}

/** Documents in Redis: one script call a partition and batch. */
export class RedisDocuments implements Documents {
  readonly #client: RedisClient;
  readonly #options: RedisDocumentsOptions;
  /** By partition, of which there are few. */
  readonly #rests: Rests;

  constructor(client: RedisClient, options: RedisDocumentsOptions) {
    this.#client = client;
    this.#options = options;
    this.#rests = new Rests(options.clock);
  }

  async nowMs(): Promise<number> {
    try {
      const [seconds, micros] = await anyServer(this.#client).time();
      const wallMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
      return wallMs + this.#options.clockOffset();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  put(collection: Collection, batch: readonly DocumentPut[]): Promise<PutOutcome[]> {
    return this.#byPartition(
      collection,
      batch,
      ({ name }) => name,
      (tag, puts) =>
        putInRoom(puts, {
          small: (some) => this.#put(collection, "put_documents", tag, some),
          any: (some) => this.#put(collection, "put_documents_if_room", tag, some),
        }),
      { bytesOf: ({ body }) => body.length },
    );
  }

  async #put(
    collection: Collection,
    script: DocumentScript,
    tag: string,
    puts: readonly DocumentPut[],
  ): Promise<PutOutcome[]> {
    const args: Argument[] = [collection.isListed ? 1 : 0];
    for (const { name, body, expectedVersion, due } of puts) {
      args.push(name, bytesArgument(body), expectedVersion ?? ANY_VERSION, ...dueOf(due));
    }
    const reply = await this.#run(collection, script, tag, args);
    return reply.map((item) => {
      const version = numberOf(item);
      return version === 0 ? { kind: "conflict" } : { kind: "ok", version };
    });
  }

  get(collection: Collection, names: readonly string[]): Promise<(Document | null)[]> {
    return this.#byPartition(
      collection,
      names,
      (name) => name,
      async (tag, wanted) => {
        const reply = await this.#run(collection, "get_documents", tag, [...wanted]);
        return wanted.map((name, at) => {
          const bytes = bufferOf(reply[at]);
          return bytes.length === 0 ? null : documentOf(name, bytes);
        });
      },
    );
  }

  async list(collection: Collection, after: string | null, limit: number): Promise<Document[]> {
    const replies = await Promise.all(
      this.#everywhere(collection, "list_documents", [after ?? "", limit]),
    );
    const pages = replies.map((reply) => ({
      endedEarly: numberOf(reply[0]) === 1,
      documents: documentsOf(reply.slice(1)),
    }));
    // What lies behind the last of a partition that ended early is for the next page.
    const ends = pages.flatMap(({ endedEarly, documents }) =>
      endedEarly ? (documents.at(-1)?.name ?? []) : [],
    );
    return pages
      .flatMap(({ documents }) => documents)
      .filter(({ name }) => ends.every((end) => name <= end))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit);
  }

  remove(collection: Collection, batch: readonly DocumentRemoval[]): Promise<boolean[]> {
    return this.#byPartition(
      collection,
      batch,
      ({ name }) => name,
      async (tag, removals) => {
        const args: Argument[] = [];
        for (const { name, expectedVersion } of removals) {
          args.push(name, expectedVersion ?? ANY_VERSION);
        }
        const reply = await this.#run(collection, "remove_documents", tag, args);
        return reply.map((item) => numberOf(item) === 1);
      },
    );
  }

  async due(collection: Collection, limit: number, hideMs: number): Promise<DueDocuments> {
    const each = Math.ceil(limit / collection.partitions);
    const settled = await Promise.allSettled(
      this.#everywhere(collection, "due_documents", [each, hideMs]),
    );
    const replies = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    // What a partition has that is away is due still when it is back.
    const failure = settled.find((one) => one.status === "rejected");
    if (failure !== undefined && replies.length === 0) {
      throw failure.reason;
    }
    const waits = replies.map(([, nextInMs]) => numberOf(nextInMs)).filter((ms) => ms >= 0);
    return {
      documents: replies.flatMap((reply) => documentsOf(reply.slice(2))),
      nowMs: Math.max(...replies.map(([nowMs]) => numberOf(nowMs))),
      nextInMs: waits.length === 0 ? null : Math.min(...waits),
    };
  }

  #everywhere(
    collection: Collection,
    script: DocumentScript,
    args: readonly Argument[],
  ): Promise<ReplyItem[]>[] {
    return Array.from({ length: collection.partitions }, (_, partition) =>
      this.#run(collection, script, tagOf(collection, partition), args),
    );
  }

  #byPartition<Item, Outcome>(
    collection: Collection,
    batch: readonly Item[],
    nameOf: (item: Item) => string,
    run: (tag: string, items: readonly Item[]) => Promise<Outcome[]>,
    sizes?: Sizes<Item>,
  ): Promise<Outcome[]> {
    // A partition is to documents what a queue is to tasks: what one script call may touch.
    const partitionOf = (item: Item): QueueName => {
      const owner = ownerOf(collection, nameOf(item));
      return tagOf(collection, hashOf(owner) % collection.partitions) as QueueName;
    };
    return runByQueue(batch, partitionOf, run, sizes);
  }

  #run(
    { name, beside }: Collection,
    script: DocumentScript,
    tag: string,
    rest: readonly Argument[],
  ): Promise<ReplyItem[]> {
    const { prefix, clockOffset } = this.#options;
    const stem = `${prefix}{${tag}}:${beside === undefined ? "" : `${name}:`}`;
    const args: Argument[] = DOCUMENT_KEY_ROLES.map((role) => `${stem}${role}`);
    args.push(clockOffset());
    for (const argument of rest) {
      args.push(argument);
    }
    return this.#rests.ask(tag, () => runDocumentScript(this.#client, script, args));
  }
}

/** Of a cluster a master that is connected: a command without a key may go to any. */
function anyServer(client: RedisClient): RedisClient {
  const masters = client instanceof Cluster ? client.nodes("master") : [];
  return masters.find(({ status }) => status === "ready") ?? client;
}

// No queue's name has a ~, so that no document shares a key with a task.
function tagOf({ name, beside }: Collection, partition: number): string {
  return `~${beside ?? name}~${partition}`;
}

/** The document whose partition one lies in. */
function ownerOf({ beside }: Collection, name: string): string {
  return beside === undefined ? name : name.slice(0, name.lastIndexOf("/"));
}

function hashOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(at)) >>> 0;
  }
  // The last bits alone would follow the last letter.
  return (hash ^ (hash >>> 15)) >>> 0;
}

function dueOf(due: Due | null): [number, number] {
  switch (due?.kind) {
    case undefined:
      return [NEVER, 0];
    case "now":
      return [0, 0];
    case "after":
      return [1, due.delayMs];
    case "at":
      return [2, due.atMs];
  }
}

function documentsOf(items: readonly ReplyItem[]): Document[] {
  const documents: Document[] = [];
  for (let at = 0; at < items.length; at += 2) {
    documents.push(documentOf(bufferOf(items[at]).toString(), bufferOf(items[at + 1])));
  }
  return documents;
}

function documentOf(name: string, bytes: Buffer): Document {
  const colonAt = bytes.indexOf(COLON);
  return {
    name,
    // 0 where it is damaged, as the scripts take it.
    version: Number(bytes.toString("latin1", 0, Math.max(colonAt, 0))) || 0,
    body: bytes.subarray(colonAt + 1),
  };
}
