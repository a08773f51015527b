import { Redis } from "ioredis";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../server/src/domain/flow/queue-settings.ts";
import type { QueueName } from "../server/src/domain/ids.ts";
import { openRedisStore } from "../server/src/store/redis/open-redis-store.ts";
import type { Store } from "../server/src/store/store.ts";
import { complete, lease, openSession, settlementOf } from "../test/store/conformance/actions.ts";
import { startRedis } from "../test/support/redis/redis-server.ts";
import { newTask } from "../test/support/task-factory.ts";
import { figureIn } from "./redis.ts";
import { summaryOf } from "./report/figures.ts";

// Prints what tasks ask of Redis' processor by their keys and their queue's limits: of all kinds in turn, so that
// they compare. `ONLY="one key"` asks of that kind and of plain tasks alone.

const TASKS = Number(process.env.TASKS ?? 20_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BATCH = 100;
const PAYLOAD = Buffer.alloc(100, "x");
const RESULT = complete("x".repeat(10), "");

/** What is asked of the store: tasks with which keys, in a queue of which settings. */
interface Load {
  readonly name: string;
  readonly settings: Partial<QueueSettings> | null;
  readonly keyOf: (at: number) => string;
  readonly orderOf?: (at: number) => string;
}

const ALL: readonly Load[] = [
  { name: "plain tasks", settings: null, keyOf: () => "" },
  { name: "100 keys", settings: null, keyOf: (at) => `key ${at % 100}` },
  {
    name: "100 keys with limits",
    settings: {
      keyConcurrencyLimit: 10,
      keyRateLimit: { tasks: 1_000_000, periodMs: 1_000, burst: 1_000_000 },
    },
    keyOf: (at) => `key ${at % 100}`,
  },
  { name: "a key a task", settings: null, keyOf: (at) => `key ${at}` },
  {
    name: "a key a task, with limits",
    settings: { keyConcurrencyLimit: 10 },
    keyOf: (at) => `key ${at}`,
  },
  { name: "one key", settings: null, keyOf: () => "key" },
  {
    name: "an ordering key a task",
    settings: null,
    keyOf: () => "",
    orderOf: (at) => `order ${at}`,
  },
];

const LOADS = ALL.filter(
  ({ name }) => !process.env.ONLY || name === "plain tasks" || name === process.env.ONLY,
);

/** Redis' processor time, µs a task, of each part. */
interface Cost {
  readonly submit: number;
  readonly lease: number;
  readonly settle: number;
}

/** Has a queue's tasks submitted, leased and completed. */
async function costOf(
  { keyOf, orderOf = () => "" }: Load,
  queue: QueueName,
  store: Store,
  redis: Redis,
): Promise<Cost> {
  const session = await openSession(store, { queue, ttlMs: 3_600_000 });
  let spent = await secondsOf(redis);
  const since = async () => {
    const now = await secondsOf(redis);
    const cost = ((now - spent) / TASKS) * 1e6;
    spent = now;
    return cost;
  };
  for (let done = 0; done < TASKS; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, at) =>
      newTask({
        queue,
        payload: PAYLOAD,
        concurrencyKey: keyOf(done + at),
        orderingKey: orderOf(done + at),
      }),
    );
    await store.submit(batch);
  }
  const cost = { submit: await since(), lease: 0, settle: 0 };
  for (;;) {
    const tasks = await lease(store, session, { limit: BATCH });
    cost.lease += await since();
    if (tasks.length === 0) {
      return cost;
    }
    await store.settle(tasks.map((task) => settlementOf(task, RESULT)));
    cost.settle += await since();
  }
}

/** How long Redis' main thread has run. */
async function secondsOf(redis: Redis): Promise<number> {
  const cpu = await redis.info("cpu");
  return figureIn(cpu, "used_cpu_user_main_thread") + figureIn(cpu, "used_cpu_sys_main_thread");
}

const server = await startRedis();
const store = await openRedisStore({ url: server.url });
const redis = new Redis(server.url);
try {
  const costs = new Map<Load, Cost[]>(LOADS.map((load) => [load, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, load] of LOADS.entries()) {
      const queue = `queue-${round}-${at}` as QueueName;
      if (load.settings !== null) {
        await store.putSettings(queue, { ...DEFAULT_QUEUE_SETTINGS, ...load.settings }, "");
      }
      const cost = await costOf(load, queue, store, redis);
      // The first warms up.
      if (round > 0) costs.get(load)?.push(cost);
    }
    await redis.flushall();
    await store.openSession([]);
  }
  console.log(
    `µs of Redis a task, median of ${ROUNDS} rounds of ${TASKS} tasks, ${BATCH} a call:\n`,
  );
  let yardstick = 0;
  for (const [{ name }, all] of costs) {
    const median = (part: keyof Cost) => summaryOf(all.map((cost) => cost[part])).median;
    const parts = [median("submit"), median("lease"), median("settle")];
    const whole = parts.reduce((sum, part) => sum + part, 0);
    yardstick ||= whole;
    const shown = [...parts, whole].map((part) => part.toFixed(1).padStart(7)).join("");
    console.log(`${name.padEnd(28)}${shown}  ${(whole / yardstick).toFixed(2)} x`);
  }
} finally {
  redis.disconnect();
  await store.close();
  await server.stop();
}
