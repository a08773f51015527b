import { Cluster, Redis } from "ioredis";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { partitionsKey, registryKey, workersKey } from "../../../server/src/store/redis/keys.ts";
import {
  openRedisStore,
  type RedisStoreOptions,
} from "../../../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { startRedis } from "../../support/redis/redis-server.ts";
import {
  DEAD_RETENTION_MS,
  type StoreHarness,
  type StoreUnderTest,
} from "../conformance/harness.ts";
import { auditQueueKeys, keyBytes } from "./redis-audit.ts";

/** The servers that a harness runs on: started once, a key prefix for each test. */
export interface RedisServers {
  readonly url: string;
  /** A connection to whatever the URL names. */
  client(): Redis | Cluster;
  stop(): Promise<void>;
}

/** Starts one server. */
export async function startSingle(): Promise<RedisServers> {
  const server = await startRedis();
  return { url: server.url, client: () => new Redis(server.url), stop: () => server.stop() };
}

let prefixes = 0;

/** Drives the Redis store for the conformance suite and the model test. */
export function redisHarness(
  name: string,
  startServers: () => Promise<RedisServers>,
  options: Pick<RedisStoreOptions, "onScript" | "followQueues" | "partitions"> = {},
): StoreHarness {
  let servers: Promise<RedisServers> | null = null;
  let admin: Redis | Cluster | null = null;
  return {
    name,
    start: async () => {
      servers ??= startServers();
      const { url, client } = await servers;
      admin ??= client();
      prefixes += 1;
      const under = new RedisUnderTest(admin, {
        ...options,
        url,
        prefix: `test${prefixes}-`,
        deadRetentionMs: DEAD_RETENTION_MS,
      });
      await under.open();
      return under;
    },
    stop: async () => {
      admin?.disconnect();
      await (await servers)?.stop();
      admin = null;
      servers = null;
    },
  };
}

class RedisUnderTest implements StoreUnderTest {
  readonly #admin: Redis | Cluster;
  readonly #options: RedisStoreOptions & { readonly prefix: string };
  readonly #stores: Store[] = [];
  #offsetMs = 0;

  constructor(admin: Redis | Cluster, options: RedisStoreOptions & { readonly prefix: string }) {
    this.#admin = admin;
    this.#options = { ...options, clockOffset: () => this.#offsetMs };
  }

  get store(): Store {
    return this.#stores.at(-1) as Store;
  }

  async open(): Promise<Store> {
    const store = await openRedisStore(this.#options);
    this.#stores.push(store);
    return store;
  }

  async another(): Promise<Store> {
    const other = await openRedisStore(this.#options);
    this.#stores.unshift(other);
    return other;
  }

  async nowMs(): Promise<number> {
    const [seconds, micros] = (await this.#nodes()[0]?.time()) ?? [0, 0];
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) + this.#offsetMs;
  }

  async advance(ms: number): Promise<void> {
    this.#offsetMs += ms;
    for (const [node, keys] of await this.#keys()) {
      for (const key of keys.filter((name) => name.includes("}:s:"))) {
        const leftMs = (await node.pttl(key)) - ms;
        await (leftMs > 0 ? node.pexpire(key, leftMs) : node.del(key));
      }
    }
  }

  async fill(isFull: boolean): Promise<void> {
    for (const node of this.#nodes()) {
      await node.config("SET", "maxmemory", isFull ? "1" : "0");
    }
  }

  async crash(): Promise<Store> {
    await Promise.all(this.#stores.splice(0).map((store) => store.close()));
    return this.open();
  }

  async residue(): Promise<readonly string[]> {
    const all = (await this.#keys()).flatMap(([, keys]) => keys);
    const { prefix } = this.#options;
    const apart = [registryKey, workersKey, partitionsKey].map((nameOf) => nameOf(prefix));
    return all.filter((key) => !apart.includes(key));
  }

  async orphans(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const [node, keys] of await this.#keys()) {
      const queues = new Set(keys.flatMap((key) => /\{([^}]+)\}/.exec(key)?.[1] ?? []));
      for (const queue of queues) {
        const own = keys.filter((key) => key.includes(`{${queue}}`));
        const { prefix } = this.#options;
        found.push(...(await auditQueueKeys(node, prefix, queue as QueueName, own)));
      }
    }
    return found;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stores.splice(0).map((store) => store.close()));
    await this.fill(false);
    for (const [node, keys] of await this.#keys()) {
      for (const key of keys) await node.del(keyBytes(key));
    }
  }

  #nodes(): Redis[] {
    return this.#admin instanceof Cluster ? this.#admin.nodes("master") : [this.#admin];
  }

  #keys(): Promise<[Redis, string[]][]> {
    const pattern = `${this.#options.prefix}*`;
    return Promise.all(
      this.#nodes().map(
        async (node): Promise<[Redis, string[]]> => [
          node,
          (await node.keysBuffer(pattern)).map((key) => key.toString("latin1")),
        ],
      ),
    );
  }
}
