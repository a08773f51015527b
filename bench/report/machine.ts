import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import type { RedisServer } from "../../test/support/redis/redis-server.ts";
import { infoOf, startBenchRedis } from "../redis.ts";

/** Where a run was made, and with what. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly redis: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly date: string;
  /** The load average of the last minute when the run began: 0 on a machine with nothing else to do. */
  readonly load: number;
}

const PACKAGES = ["bullmq", "ioredis", "@grpc/grpc-js"];

/** Describes this machine. */
export async function describeMachine(): Promise<Machine> {
  const load = loadavg()[0] ?? 0;
  const redis = await startBenchRedis();
  try {
    return {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.version,
      redis: await redisVersion(redis),
      packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
      commit: commitId(),
      date: new Date().toISOString().slice(0, 16).replace("T", " "),
      load,
    };
  } finally {
    await redis.stop();
  }
}

async function redisVersion(redis: RedisServer): Promise<string> {
  return /redis_version:(\S+)/.exec(await infoOf(redis, "server"))?.[1] ?? "unknown";
}

function versionOf(name: string): string {
  const path = join(import.meta.dirname, "../../node_modules", name, "package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

function commitId(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: "utf8" } as const;
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], options).trim();
  } catch {
    return "unknown";
  }
}
