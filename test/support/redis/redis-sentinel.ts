import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { eventually } from "../time/eventually.ts";
import { PATIENCE_MS, patiently } from "../time/patience.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const SENTINELS = 3;
const MASTER = "baton";

/** A master, its replica, and three sentinels that watch them, on loopback. */
export interface TestSentinels {
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** The port of the server that the sentinels hold to be the master. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts everything and waits until the replica is in step and the sentinels know each other.
 *
 * @param downAfterMs how long the master may be silent until the sentinels give it up
 */
export function startSentinels({ downAfterMs = 1_000 } = {}): Promise<TestSentinels> {
  return patiently(() => openSentinels(downAfterMs));
}

async function openSentinels(downAfterMs: number): Promise<TestSentinels> {
  const master = await startRedis();
  const replica = await startRedis({ args: ["--replicaof", "127.0.0.1", String(master.port)] });
  await eventually(() => isInStep(replica), { withinMs: PATIENCE_MS });
  const sentinels = await Promise.all(
    Array.from({ length: SENTINELS }, () => startSentinel(master.port, downAfterMs)),
  );
  const addresses = sentinels.map(({ port }) => `127.0.0.1:${port}`);
  await eventually(() => areAcquainted(sentinels), { withinMs: PATIENCE_MS });
  return {
    url: `redis-sentinel://${MASTER}@${addresses.join(",")}`,
    master,
    replica,
    masterPort: () => masterPortOf(sentinels[0]?.port ?? 0),
    stop: async () => {
      await Promise.all([...sentinels, replica, master].map((server) => server.stop()));
    },
  };
}

async function startSentinel(masterPort: number, downAfterMs: number): Promise<RedisServer> {
  const sentinelConfig = [
    `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${MASTER} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER} 3000`,
    "",
  ].join("\n");
  return startRedis({ sentinelConfig });
}

async function isInStep(replica: RedisServer): Promise<void> {
  const info = await ask(replica.port, (client) => client.info("replication"));
  assert.match(info, /master_link_status:up/);
}

async function areAcquainted(sentinels: readonly RedisServer[]): Promise<void> {
  for (const { port } of sentinels) {
    const info = await ask(port, (client) => client.info("sentinel"));
    assert.match(info, /status=ok,address=.*,slaves=1,sentinels=3/);
  }
}

async function masterPortOf(sentinelPort: number): Promise<number> {
  const address = await ask(sentinelPort, (client) =>
    client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER),
  );
  return Number((address as string[])[1]);
}

async function ask<Answer>(port: number, question: (client: Redis) => Promise<Answer>) {
  const client = new Redis(port, "127.0.0.1");
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}
