import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { eventually } from "../time/eventually.ts";
import { PATIENCE_MS, patiently } from "../time/patience.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const MASTERS = 3;
const SLOTS = 16_384;

/** A cluster of three masters on loopback. */
export interface TestCluster {
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  /** The master of the keys with this hash tag. */
  masterOf(tag: string): Promise<RedisServer>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster and waits until every node finds it whole.
 *
 * @param isPartial whether it serves the other slots while a master is away, which by default it does not
 */
export function startCluster({ isPartial = false } = {}): Promise<TestCluster> {
  return patiently(() => openCluster(isPartial));
}

async function openCluster(isPartial: boolean): Promise<TestCluster> {
  const args = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  if (isPartial) {
    args.push("--cluster-require-full-coverage", "no");
  }
  const nodes = await Promise.all(Array.from({ length: MASTERS }, () => startRedis({ args })));
  const share = Math.ceil(SLOTS / MASTERS);
  const clients = nodes.map(({ port }) => new Redis(port, "127.0.0.1"));
  try {
    for (const [index, client] of clients.entries()) {
      const last = Math.min((index + 1) * share, SLOTS) - 1;
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      await client.call("CLUSTER", "ADDSLOTSRANGE", index * share, last);
      await client.call("CLUSTER", "MEET", "127.0.0.1", nodes[0]?.port ?? 0);
    }
    for (const client of clients) {
      await eventually(() => isWhole(client), { withinMs: PATIENCE_MS });
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    nodes,
    masterOf: async (tag) => nodes[Math.floor((await slotOf(nodes, tag)) / share)] as RedisServer,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function isWhole(client: Redis): Promise<void> {
  const info = String(await client.call("CLUSTER", "INFO"));
  assert.match(info, /cluster_state:ok/);
  const slots = (await client.call("CLUSTER", "SLOTS")) as unknown[];
  assert.equal(slots.length, MASTERS);
}

/** Asks each node in turn: one of them may be dead. */
async function slotOf(nodes: readonly RedisServer[], tag: string): Promise<number> {
  const asked = nodes.map(async ({ port }) => {
    const client = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => {});
    try {
      await client.connect();
      return Number(await client.call("CLUSTER", "KEYSLOT", tag));
    } finally {
      client.disconnect();
    }
  });
  return Promise.any(asked);
}
