import { Redis } from "ioredis";
import {
  newSessionKey,
  newStreamId,
  newTaskId,
  type QueueName,
  sessionIdOf,
  type TaskType,
  type WorkerId,
} from "../server/src/domain/ids.ts";
import { DEFAULTS } from "../server/src/domain/limits.ts";
import type { LeasedTask } from "../server/src/domain/task.ts";
import { openRedisStore } from "../server/src/store/redis/open-redis-store.ts";
import type { NewTask, Store } from "../server/src/store/store.ts";
import { type RedisServer, startRedis } from "../test/support/redis/redis-server.ts";

const TASKS = 20_000;
const BATCH = 50;
const PAYLOAD_BYTES = 100;
const RESULT_BYTES = 10;
/** What a full Redis takes at most. */
const LARGE_RESULT_BYTES = 1_024;
const STACK_BYTES = 800;
const SWEEPS_A_SECOND = 2;
const IDLE_SWEEPS = 20;

const queue = "email" as QueueName;
const session = { sessionId: sessionIdOf(newSessionKey()), streamId: newStreamId(), queue };
const workerId = "worker-1" as WorkerId;

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
    await warmUp(store);
    const start = await usageOf(redis);
    const startCalls = calls;
    await submitAll(store);
    const waiting = await usageOf(redis);
    await workAll(store, RESULT_BYTES);
    const end = await usageOf(redis);
    const calledInAll = calls - startCalls;
    await submitAll(store);
    const waitingAgain = await usageOf(redis);
    await workAll(store, LARGE_RESULT_BYTES);
    const endAgain = await usageOf(redis);
    await submitAll(store);
    const waitingToDie = await usageOf(redis);
    await killAll(store);
    const dead = await usageOf(redis);
    const plainBytes = (waiting.memoryBytes - start.memoryBytes) / TASKS;
    print(server, {
      "Redis commands a task, inside Lua too": (end.commands - start.commands) / TASKS,
      "client round trips a task": calledInAll / TASKS,
      "bytes a waiting task": plainBytes,
      ...(await keyedCosts(store, redis, plainBytes)),
      [`bytes more where it is done, with a result of ${RESULT_BYTES}`]:
        (end.memoryBytes - waiting.memoryBytes) / TASKS,
      [`bytes more where it is done, with a result of ${LARGE_RESULT_BYTES}`]:
        (endAgain.memoryBytes - waitingAgain.memoryBytes) / TASKS,
      [`bytes of a dead task, with a stack of ${STACK_BYTES}`]:
        (waiting.memoryBytes - start.memoryBytes + dead.memoryBytes - waitingToDie.memoryBytes) /
        TASKS,
      "Redis CPU s per 10,000 tasks": ((end.cpuSeconds - start.cpuSeconds) / TASKS) * 10_000,
      ...(await idleCosts(store, redis)),
    });
  } finally {
    redis.disconnect();
    await store.close();
    await server.stop();
  }
}

type Keys = Pick<NewTask["spec"], "concurrencyKey" | "orderingKey">;

/** What tasks take more where they wait with keys: those of tenants, those of orders, and each with a key of its own. */
async function keyedCosts(
  store: Store,
  redis: Redis,
  plainBytes: number,
): Promise<Record<string, number>> {
  const costs: Record<string, number> = {};
  const kinds: Readonly<Record<string, (index: number) => Keys>> = {
    "a concurrency key, one of 100": (index) => ({
      concurrencyKey: `tenant-${index % 100}`,
      orderingKey: "",
    }),
    "a concurrency key of its own": (index) => ({
      concurrencyKey: `tenant-${index}`,
      orderingKey: "",
    }),
    "an ordering key of ten tasks": (index) => ({
      concurrencyKey: "",
      orderingKey: `order-${Math.floor(index / 10)}`,
    }),
  };
  for (const [name, keysOf] of Object.entries(kinds)) {
    const before = await usageOf(redis);
    await submitAll(store, keysOf);
    const after = await usageOf(redis);
    costs[`bytes more where it waits with ${name}`] =
      (after.memoryBytes - before.memoryBytes) / TASKS - plainBytes;
    await workAll(store, RESULT_BYTES);
  }
  return costs;
}

function newTask(keys: Keys = { concurrencyKey: "", orderingKey: "" }): NewTask {
  const spec = {
    queue,
    type: "send" as TaskType,
    payload: Buffer.alloc(PAYLOAD_BYTES, "x"),
    contentType: "",
    headers: {},
    labels: {},
    requestId: "",
    priority: DEFAULTS.priority,
    due: { kind: "now" },
    startDeadlineMs: null,
    attemptTimeoutMs: DEFAULTS.attemptTimeoutMs,
    retryPolicy: DEFAULTS.retryPolicy,
    retentionMs: DEFAULTS.retentionMs,
    ...keys,
    deduplicationWindowMs: DEFAULTS.deduplicationWindowMs,
  } as const;
  return { id: newTaskId(queue, Date.now()), spec, fingerprint: "" };
}

async function submitAll(store: Store, keysOf?: (index: number) => Keys): Promise<void> {
  for (let done = 0; done < TASKS; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => newTask(keysOf?.(done + index)));
    await store.submit(batch);
  }
}

async function workAll(store: Store, resultBytes: number): Promise<void> {
  let tasks: readonly LeasedTask[];
  do {
    tasks = await leaseBatch(store);
    await settleBatch(store, tasks, resultBytes);
  } while (tasks.length > 0);
}

async function leaseBatch(store: Store): Promise<readonly LeasedTask[]> {
  const outcome = await store.lease({
    ...session,
    types: null,
    workerId,
    limit: BATCH,
    maxPayloadBytes: 4 * 1024 * 1024,
  });
  return outcome.kind === "ok" ? outcome.tasks : [];
}

async function settleBatch(
  store: Store,
  tasks: readonly LeasedTask[],
  resultBytes: number,
): Promise<void> {
  const result = { value: Buffer.alloc(resultBytes), contentType: "" };
  await store.settle(
    tasks.map(({ id, token }) => ({
      sessionId: session.sessionId,
      lease: { taskId: id, token },
      outcome: { kind: "complete", result },
    })),
  );
}

/** Fails every task for good. */
async function killAll(store: Store): Promise<void> {
  const failure = { type: "Error", message: "it broke", stack: "x".repeat(STACK_BYTES) };
  for (;;) {
    const tasks = await leaseBatch(store);
    if (tasks.length === 0) {
      return;
    }
    await store.settle(
      tasks.map(({ id, token }) => ({
        sessionId: session.sessionId,
        lease: { taskId: id, token },
        outcome: { kind: "fail", failure, next: { kind: "die" } },
      })),
    );
  }
}

/** Loads the scripts and opens the session, so that neither counts. */
async function warmUp(store: Store): Promise<void> {
  await store.openSession([{ ...session, workerId, ttlMs: 3_600_000, held: [] }]);
  await store.submit([newTask()]);
  await settleBatch(store, await leaseBatch(store), RESULT_BYTES);
}

async function idleCosts(store: Store, redis: Redis): Promise<Record<string, number>> {
  await store.sweep(queue, 100);
  const before = await usageOf(redis);
  for (let count = 0; count < IDLE_SWEEPS; count += 1) {
    await store.sweep(queue, 100);
  }
  const swept = await usageOf(redis);
  await store.renew([{ ...session, ttlMs: 3_600_000 }]);
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
    cpuSeconds: figure(cpu, "used_cpu_user") + figure(cpu, "used_cpu_sys"),
    memoryBytes: figure(memory, "used_memory_dataset"),
  };
}

function figure(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(.+)$`, "m").exec(info)?.[1]);
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
