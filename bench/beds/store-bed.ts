import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@baton/proto/shared";
import { Redis } from "ioredis";
import { openRedisStore } from "../../server/src/store/redis/open-redis-store.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import type { Store } from "../../server/src/store/store.ts";
import { startBenchRedis } from "../redis.ts";

/** The calls of a store that move tasks. */
export type CallKind = "submit" | "lease" | "settle";

/** How long calls took, ms. */
export type CallTimes = Readonly<Record<CallKind, readonly number[]>>;

/** The stores that a question is asked of. */
export const STORES = ["redis", "sqlite"] as const;

/** A store in this process, to which calls come one after the other. */
export interface StoreBed {
  readonly key: (typeof STORES)[number];
  readonly name: string;
  readonly store: Store;
  /** Has a call noted among the times. */
  call<Answer>(kind: CallKind, answer: () => Promise<Answer>): Promise<Answer>;
  /** How long calls took since this was asked last: their scripts on Redis, their transactions on SQLite. */
  takeTimes(): Promise<CallTimes>;
  /** Closes the store and opens it anew, as a dispatcher does that starts. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a store of its own. */
export function startStore(key: StoreBed["key"]): Promise<StoreBed> {
  return key === "redis" ? startRedisStore() : startSqliteStore();
}

async function startRedisStore(): Promise<StoreBed> {
  const server = await startBenchRedis();
  const admin = new Redis(server.url);
  // Redis' log of slow commands, with every command in it, has the time that each function took by itself.
  await admin.config("SET", "slowlog-max-len", "1000000", "slowlog-log-slower-than", "0");
  const open = () => openRedisStore({ url: server.url });
  let store = await open();
  return {
    key: "redis",
    name: "Baton on Redis",
    get store() {
      return store;
    },
    call: (_kind, answer) => answer(),
    takeTimes: async () => {
      const entries = (await admin.slowlog("GET", "-1")) as [number, number, number, string[]][];
      await admin.slowlog("RESET");
      const times = noTimes();
      for (const [, , tookUs, [, name = ""]] of entries) {
        const [, kind] = /^baton_\w+_(submit|lease|settle)_/.exec(name) ?? [];
        times[kind as CallKind]?.push(tookUs / 1_000);
      }
      return times;
    },
    reopen: async () => {
      await store.close();
      store = await open();
    },
    stop: async () => {
      await store.close();
      admin.disconnect();
      await server.stop();
    },
  };
}

async function startSqliteStore(): Promise<StoreBed> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const path = join(folder, "baton.db");
  const open = () => openSqliteStore({ path, clock: systemClock, synchronous: "NORMAL" });
  let store = open();
  let times = noTimes();
  return {
    key: "sqlite",
    name: "Baton on SQLite",
    get store() {
      return store;
    },
    call: async (kind, answer) => {
      const startMs = performance.now();
      const answered = await answer();
      times[kind].push(performance.now() - startMs);
      return answered;
    },
    takeTimes: async () => {
      const taken = times;
      times = noTimes();
      return taken;
    },
    reopen: async () => {
      await store.close();
      store = open();
    },
    stop: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function noTimes(): Record<CallKind, number[]> {
  return { submit: [], lease: [], settle: [] };
}
