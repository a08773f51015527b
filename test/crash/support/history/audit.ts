import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { auditQueueKeys } from "../../../store/redis/redis-audit.ts";
import { orphansIn } from "../../../store/sqlite/sqlite-audit.ts";
import type { HistoryEvent } from "./events.ts";
import { monotonicMs } from "./history.ts";

/** What the product begins its keys with where nothing else is said. */
const PREFIX = "b";

/** No queue's name begins so; what does is a part of a collection of documents. */
const COLLECTION_MARK = "~";

/** Says what a store holds that belongs to nobody, for the history. The dispatchers must have ended. */
export async function auditStore(folder: string, redisPort: number | null): Promise<HistoryEvent> {
  const problems = redisPort === null ? auditFile(folder) : await auditRedis(redisPort);
  return { kind: "audit", problems, atMs: monotonicMs(), by: "audit" };
}

/** Names each entry of an index of a collection's part that has no document. */
async function auditDocuments(redis: Redis, keys: readonly string[]): Promise<string[]> {
  const strays: string[] = [];
  for (const key of keys.filter((each) => !each.endsWith(":documents"))) {
    // Another collection may lie in the same slot.
    const hash = key.replace(/[^:]+$/, "documents");
    const names = new Set(await redis.hkeys(hash));
    const members = await redis.zrange(key, 0, "-1");
    strays.push(...members.filter((name) => !names.has(name)).map((name) => `${key} has ${name}`));
  }
  return strays;
}

/** The store's time of day, in milliseconds; the port of its Redis, null for SQLite. */
export async function storeNowMs(redisPort: number | null): Promise<number> {
  if (redisPort === null) {
    return Date.now();
  }
  const redis = new Redis({ port: redisPort, host: "127.0.0.1" });
  try {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  } finally {
    redis.disconnect();
  }
}

function auditFile(folder: string): string[] {
  const path = join(folder, "baton.db");
  if (!existsSync(path)) {
    return [];
  }
  using db = new DatabaseSync(path);
  return orphansIn(db);
}

async function auditRedis(port: number): Promise<string[]> {
  const redis = new Redis({ port, host: "127.0.0.1" });
  try {
    const keys = await redis.keys(`${PREFIX}*`);
    const queues = new Set(keys.flatMap((key) => /\{(.+)\}/.exec(key)?.[1] ?? []));
    const problems: string[] = keys.length === 0 ? [`no key begins with ${PREFIX}`] : [];
    for (const queue of queues) {
      const own = keys.filter((key) => key.includes(`{${queue}}`));
      problems.push(
        ...(queue.startsWith(COLLECTION_MARK)
          ? await auditDocuments(redis, own)
          : await auditQueueKeys(redis, PREFIX, queue as QueueName, own)),
      );
    }
    return problems;
  } finally {
    redis.disconnect();
  }
}
