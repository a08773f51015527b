import { Redis } from "ioredis";
import type { TaskSpec } from "../server/src/domain/task.ts";
import { openRedisStore } from "../server/src/store/redis/open-redis-store.ts";
import type { SettlementOutcome, Store } from "../server/src/store/store.ts";
import {
  complete,
  die,
  type HeldTask,
  lease,
  openSession,
  renew,
  settlementOf,
  type TestSession,
} from "../test/store/conformance/actions.ts";
import { type RedisServer, startRedis } from "../test/support/redis/redis-server.ts";
import { newTask, QUEUE } from "../test/support/task-factory.ts";
import { figureIn } from "./redis.ts";

const TASKS = 20_000;
const BATCH = 50;
const PAYLOAD_BYTES = 100;
const PAYLOAD = Buffer.alloc(PAYLOAD_BYTES, "x");
const RESULT_BYTES = 10;
/** What a full Redis takes at most. */
const LARGE_RESULT_BYTES = 1_024;
const STACK_BYTES = 800;
const SWEEPS_A_SECOND = 2;
const IDLE_SWEEPS = 20;
const TTL_MS = 3_600_000;

interface Usage {
  readonly commands: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

async function main(): Promise<void> {
  const server = await startRedis({ args: ["--appendfsync", "everysec"] });
  let calls = 0;
  const store = await openRedisStore({
    url: server.url,
    onScript: () => {
      calls += 1;
    },
  });
  const redis = new Redis(server.url);
  try {
    const session = await warmUp(store);
    const start = await usageOf(redis);
    const startCalls = calls;
    await submitAll(store);
    const waiting = await usageOf(redis);
    await workAll(store, session, RESULT_BYTES);
    const end = await usageOf(redis);
    const calledInAll = calls - startCalls;
    await submitAll(store);
    const waitingAgain = await usageOf(redis);
    await workAll(store, session, LARGE_RESULT_BYTES);
    const endAgain = await usageOf(redis);
    await submitAll(store);
    const waitingToDie = await usageOf(redis);
    await killAll(store, session);
    const dead = await usageOf(redis);
    const plainBytes = (waiting.memoryBytes - start.memoryBytes) / TASKS;
    print(server, {
      "Redis commands a task, inside Lua too": (end.commands - start.commands) / TASKS,
      "client round trips a task": calledInAll / TASKS,
      "bytes a waiting task": plainBytes,
      ...(await keyedCosts(store, session, redis, plainBytes)),
      [`bytes more where it is done, with a result of ${RESULT_BYTES}`]:
        (end.memoryBytes - waiting.memoryBytes) / TASKS,
      [`bytes more where it is done, with a result of ${LARGE_RESULT_BYTES}`]:
        (endAgain.memoryBytes - waitingAgain.memoryBytes) / TASKS,
      [`bytes of a dead task, with a stack of ${STACK_BYTES}`]:
        (waiting.memoryBytes - start.memoryBytes + dead.memoryBytes - waitingToDie.memoryBytes) /
        TASKS,
      "Redis CPU s per 10,000 tasks": ((end.cpuSeconds - start.cpuSeconds) / TASKS) * 10_000,
      ...(await idleCosts(store, session, redis)),
    });
  } finally {
    redis.disconnect();
    await store.close();
    await server.stop();
  }
}

type Keys = Partial<Pick<TaskSpec, "concurrencyKey" | "orderingKey">>;

/** What tasks take more where they wait with keys: those of tenants, those of orders, and each with a key of its own. */
async function keyedCosts(
  store: Store,
  session: TestSession,
  redis: Redis,
  plainBytes: number,
): Promise<Record<string, number>> {
  const costs: Record<string, number> = {};
  const kinds: Readonly<Record<string, (index: number) => Keys>> = {
    "a concurrency key, one of 100": (index) => ({ concurrencyKey: `tenant-${index % 100}` }),
    "a concurrency key of its own": (index) => ({ concurrencyKey: `tenant-${index}` }),
    "an ordering key of ten tasks": (index) => ({ orderingKey: `order-${Math.floor(index / 10)}` }),
  };
  for (const [name, keysOf] of Object.entries(kinds)) {
    const before = await usageOf(redis);
    await submitAll(store, keysOf);
    const after = await usageOf(redis);
    costs[`bytes more where it waits with ${name}`] =
      (after.memoryBytes - before.memoryBytes) / TASKS - plainBytes;
    await workAll(store, session, RESULT_BYTES);
  }
  return costs;
}

async function submitAll(store: Store, keysOf?: (index: number) => Keys): Promise<void> {
  for (let done = 0; done < TASKS; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) =>
      newTask({ payload: PAYLOAD, ...keysOf?.(done + index) }),
    );
    await store.submit(batch);
  }
}

async function workAll(store: Store, session: TestSession, resultBytes: number): Promise<void> {
  await settleAll(store, session, complete("x".repeat(resultBytes), ""));
}

/** Fails every task for good. */
async function killAll(store: Store, session: TestSession): Promise<void> {
  const failure = { type: "Error", message: "it broke", stack: "x".repeat(STACK_BYTES) };
  await settleAll(store, session, die(failure));
}

async function settleAll(
  store: Store,
  session: TestSession,
  outcome: SettlementOutcome,
): Promise<void> {
  let tasks: readonly HeldTask[];
  do {
    tasks = await lease(store, session, { limit: BATCH });
    await store.settle(tasks.map((task) => settlementOf(task, outcome)));
  } while (tasks.length > 0);
}

/** Loads the scripts and opens the session, so that neither counts. */
async function warmUp(store: Store): Promise<TestSession> {
  const session = await openSession(store, { ttlMs: TTL_MS });
  await store.submit([newTask({ payload: PAYLOAD })]);
  await workAll(store, session, RESULT_BYTES);
  return session;
}

async function idleCosts(
  store: Store,
  session: TestSession,
  redis: Redis,
): Promise<Record<string, number>> {
  await store.sweep(QUEUE, 100);
  const before = await usageOf(redis);
  for (let count = 0; count < IDLE_SWEEPS; count += 1) {
    await store.sweep(QUEUE, 100);
  }
  const swept = await usageOf(redis);
  await renew(store, session, TTL_MS);
  const renewed = await usageOf(redis);
  const aSweep = (swept.commands - before.commands) / IDLE_SWEEPS;
  return {
    "commands of an idle sweep": aSweep,
    [`idle commands a second, queue and replica at ${SWEEPS_A_SECOND} sweeps a second`]:
      aSweep * SWEEPS_A_SECOND,
    "commands of a heartbeat, a queue": renewed.commands - swept.commands,
  };
}

/** Sums what the server counted; its own INFO is left out. */
async function usageOf(redis: Redis): Promise<Usage> {
  const stats = await redis.info("commandstats");
  const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  const commands = counts
    .filter(([, name]) => name !== "info")
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
  const cpu = await redis.info("cpu");
  const memory = await redis.info("memory");
  return {
    commands,
    cpuSeconds: figureIn(cpu, "used_cpu_user") + figureIn(cpu, "used_cpu_sys"),
    memoryBytes: figureIn(memory, "used_memory_dataset"),
  };
}

function print(server: RedisServer, figures: Readonly<Record<string, number>>): void {
  console.log(
    `The Redis store's cost: ${TASKS} tasks of ${PAYLOAD_BYTES} bytes on one queue, one call at a time,\n` +
      `${BATCH} tasks a call: all submitted, then leased and completed. Sums of INFO commandstats, cpu and\n` +
      `memory of a redis-server with AOF everysec on port ${server.port}, before and after.\n`,
  );
  for (const [name, value] of Object.entries(figures)) {
    console.log(`${value.toFixed(3).padStart(12)}  ${name}`);
  }
}

await main();
