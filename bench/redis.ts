import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../test/support/redis/redis-server.ts";

/**
 * Starts a Redis of its own whose log is on the disk within a second. It never rewrites the log: that
 * takes a core for seconds, of whichever system's turn it falls into.
 */
export function startBenchRedis(): Promise<RedisServer> {
  return startRedis({
    args: ["--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0"],
  });
}

/** The id of a server's process. */
export async function pidOf(server: RedisServer): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await infoOf(server, "server"))?.[1]);
}

/** A section of `INFO`. */
export async function infoOf(server: RedisServer, section: string): Promise<string> {
  const redis = new Redis(server.url);
  try {
    return await redis.info(section);
  } finally {
    redis.disconnect();
  }
}

/** A number in a section of `INFO`. */
export function figureIn(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(.+)$`, "m").exec(info)?.[1]);
}
