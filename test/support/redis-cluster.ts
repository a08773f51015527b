import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const MASTERS = 3;
const SLOTS = 16_384;
const START_MS = 20_000;

/** A cluster of three masters on loopback. */
export interface TestCluster {
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

/** Starts a cluster and waits until every node finds it whole. */
export async function startCluster(): Promise<TestCluster> {
  const args = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const nodes = await Promise.all(Array.from({ length: MASTERS }, () => startRedis({ args })));
  const clients = nodes.map(({ port }) => new Redis(port, "127.0.0.1"));
  try {
    const share = Math.ceil(SLOTS / MASTERS);
    for (const [index, client] of clients.entries()) {
      const last = Math.min((index + 1) * share, SLOTS) - 1;
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      await client.call("CLUSTER", "ADDSLOTSRANGE", index * share, last);
      await client.call("CLUSTER", "MEET", "127.0.0.1", nodes[0]?.port ?? 0);
    }
    for (const client of clients) {
      await eventually(() => isWhole(client), { withinMs: START_MS });
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    nodes,
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
