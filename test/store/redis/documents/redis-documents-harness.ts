import { Cluster, type Redis } from "ioredis";
import type { Documents } from "../../../../server/src/store/documents.ts";
import { openRedis } from "../../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import type { DocumentsHarness, DocumentsUnderTest } from "../../conformance/tasks/documents.ts";
import type { RedisServers } from "../redis-harness.ts";

let prefixes = 0;

/** Drives the documents of a Redis store: servers started once, a key prefix for each test. */
export function redisDocuments(
  name: string,
  startServers: () => Promise<RedisServers>,
): DocumentsHarness {
  let servers: RedisServers | null = null;
  let admin: Redis | Cluster | null = null;
  return {
    name,
    async start() {
      servers ??= await startServers();
      admin ??= servers.client();
      prefixes += 1;
      const under = new RedisDocumentsUnderTest(servers.url, admin, `documents${prefixes}-`);
      await under.another();
      return under;
    },
    async stop() {
      admin?.disconnect();
      await servers?.stop();
      admin = null;
      servers = null;
    },
  };
}

interface Opened {
  readonly store: Store;
  readonly documents: Documents;
}

class RedisDocumentsUnderTest implements DocumentsUnderTest {
  readonly #url: string;
  readonly #admin: Redis | Cluster;
  readonly #prefix: string;
  readonly #opened: Opened[] = [];
  #offsetMs = 0;

  constructor(url: string, admin: Redis | Cluster, prefix: string) {
    this.#url = url;
    this.#admin = admin;
    this.#prefix = prefix;
  }

  get documents(): Documents {
    return (this.#opened[0] as Opened).documents;
  }

  async another(): Promise<Documents> {
    const clockOffset = () => this.#offsetMs;
    const opened = await openRedis({ url: this.#url, prefix: this.#prefix, clockOffset });
    this.#opened.push(opened);
    return opened.documents;
  }

  async advance(ms: number): Promise<void> {
    this.#offsetMs += ms;
  }

  async crash(): Promise<Documents> {
    await this.#close();
    return this.another();
  }

  async residue(): Promise<readonly string[]> {
    const keys = await Promise.all(this.#nodes().map((node) => node.keys(`${this.#prefix}*`)));
    return keys.flat();
  }

  async stop(): Promise<void> {
    await this.#close();
    for (const node of this.#nodes()) {
      for (const key of await node.keys(`${this.#prefix}*`)) {
        await node.del(key);
      }
    }
  }

  #nodes(): Redis[] {
    return this.#admin instanceof Cluster ? this.#admin.nodes("master") : [this.#admin];
  }

  async #close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map(({ store }) => store.close()));
  }
}
