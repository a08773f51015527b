import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@baton/proto/shared";
import type { WorkerId } from "../server/src/domain/ids.ts";
import { openRedisStore } from "../server/src/store/redis/open-redis-store.ts";
import { openSqliteStore } from "../server/src/store/sqlite/open.ts";
import type { ListCursor, ListQuery, Store } from "../server/src/store/store.ts";
import { die, lease, openSession, settlementOf } from "../test/store/conformance/actions.ts";
import { EVERYTHING } from "../test/store/model/listing.ts";
import { newTasks, QUEUE } from "../test/support/task-factory.ts";
import { startBenchRedis } from "./redis.ts";

// Prints how long a page of each kind of listing takes in a queue of a million tasks, a tenth of them dead of 200
// types of failures: `node --conditions=source bench/store-listing.ts [tasks]`. On SQLite a call keeps the dispatcher's
// thread for as long.

const TASKS = Number(process.argv[2] ?? 1_000_000);
const DEAD = TASKS / 10;
const TYPES = 200;
const LEASED_EACH = 500;
const BATCH = 1_000;
const CALLS = 300;
const TTL_MS = 24 * 3_600_000;
const WORKERS = ["one", "other"] as WorkerId[];

async function fill(store: Store): Promise<void> {
  for (let done = 0; done < TASKS; done += BATCH) {
    await store.submit(newTasks(BATCH, { payload: Buffer.alloc(100) }));
  }
  await store.submit(newTasks(1, { requestId: "order-7" }));
  const session = await openSession(store, { ttlMs: TTL_MS });
  for (let done = 0; done < DEAD; done += BATCH) {
    const tasks = await lease(store, session, { limit: BATCH });
    const outcomes = tasks.map((_, at) =>
      die({ type: `Failure${(done + at) % TYPES}`, message: "no", stack: "" }),
    );
    await store.settle(tasks.map((task, at) => settlementOf(task, outcomes[at] ?? die())));
  }
  for (const workerId of WORKERS) {
    await lease(store, await openSession(store, { ttlMs: TTL_MS, workerId }), {
      limit: LEASED_EACH,
    });
  }
}

/** Reads page after page, and begins again behind the last. */
function pages(store: Store, query: Partial<ListQuery>): () => Promise<void> {
  let after: ListCursor | null = null;
  return async () => {
    after = (await store.list({ ...EVERYTHING, limit: 100, ...query, after })).next;
  };
}

async function timesOf(call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < CALLS; at += 1) {
    const startMs = performance.now();
    await call();
    times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b);
}

async function measure(name: string, store: Store): Promise<void> {
  await fill(store);
  const [workerId] = WORKERS;
  const calls: Record<string, () => Promise<unknown>> = {
    "READY in order": pages(store, { states: ["READY"] }),
    "READY, newest first": pages(store, { states: ["READY"], newestFirst: true }),
    "DEAD, newest first": pages(store, { states: ["DEAD"], newestFirst: true }),
    "DEAD of one failure type": pages(store, { states: ["DEAD"], failureType: "Failure7" }),
    "DEAD of a type that there is not": pages(store, { states: ["DEAD"], failureType: "None" }),
    "LEASED of one worker": pages(store, { states: ["LEASED"], workerId: workerId as WorkerId }),
    "by request id": async () => store.get(await store.idsOfRequest(QUEUE, "order-7")),
    "dead by failure type": () => store.countDeaths([QUEUE]),
  };
  for (const [what, call] of Object.entries(calls)) {
    const times = await timesOf(call);
    const [median, p99] = [0.5, 0.99].map((share) => times[Math.floor(share * CALLS)] ?? 0);
    console.log(`${name}, ${what}: median ${median?.toFixed(2)} ms, p99 ${p99?.toFixed(2)} ms`);
  }
  await store.close();
}

const folder = mkdtempSync(join(tmpdir(), "baton-listing-"));
const redis = await startBenchRedis();
try {
  const path = join(folder, "baton.db");
  await measure("SQLite", openSqliteStore({ path, clock: systemClock, synchronous: "NORMAL" }));
  await measure("Redis", await openRedisStore({ url: redis.url }));
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true });
}
