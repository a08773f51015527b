import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../test/support/redis/redis-server.ts";
import { type Program, startProgram } from "./processes.ts";

/** The demo's store, dispatchers and workers, each a process of its own (but for SQLite, a file). */
export interface Platform {
  /** A gRPC target that names every dispatcher. */
  readonly target: string;
  readonly dispatchers: readonly Program[];
  readonly workers: readonly Program[];
  /** Ends every process, workers first, and removes the data. */
  stop(): Promise<void>;
}

/** A store to run dispatchers on. */
interface DemoStore {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one dispatcher on SQLite, or two on a Redis of their own; and two workers. */
export async function startPlatform(onRedis: boolean): Promise<Platform> {
  const store = onRedis ? await redisStore() : sqliteStore();
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of programs.reverse()) {
      program.signal("SIGTERM");
      await program.exited;
    }
    await store.stop();
  };
  try {
    const args = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--store", store.url];
    args.push("--log-level", "error");
    const dispatchers = names("dispatcher", onRedis ? 2 : 1).map(() =>
      startProgram("server/src/main.ts", ["serve", ...args]),
    );
    programs.push(...dispatchers);
    const addresses = await Promise.all(dispatchers.map((each) => each.lineAfter("ready ")));
    // Each worker begins with another dispatcher, and knows the others.
    const workers = names("worker", 2).map((name, index) =>
      startProgram("demo/worker.ts", [], {
        BATON_ADDRESS: targetOf(rotated(addresses, index)),
        BATON_WORKER_ID: name,
      }),
    );
    programs.push(...workers);
    await Promise.all(workers.map((worker) => worker.lineAfter("connected")));
    say("store", store.url);
    say("dispatchers", described(dispatchers, addresses));
    say("workers", described(workers, ["worker-1", "worker-2"]));
    return { target: targetOf(addresses), dispatchers, workers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function redisStore(): Promise<DemoStore> {
  const redis = await startRedis();
  return { url: redis.url, stop: () => redis.stop() };
}

function sqliteStore(): DemoStore {
  const folder = mkdtempSync(join(tmpdir(), "baton-demo-"));
  return {
    url: `sqlite:${join(folder, "baton.db")}`,
    stop: async () => rmSync(folder, { recursive: true }),
  };
}

function targetOf(addresses: readonly string[]): string {
  return addresses.length === 1 ? (addresses[0] ?? "") : `ipv4:${addresses.join(",")}`;
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

function described(programs: readonly Program[], names: readonly string[]): string {
  return programs.map(({ pid }, index) => `${names[index]} (process ${pid})`).join(", ");
}

function say(what: string, text: string): void {
  process.stdout.write(`${what.padEnd(13)}${text}\n`);
}
