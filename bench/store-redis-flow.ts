import { Redis } from "ioredis";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../server/src/domain/flow/queue-settings.ts";
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
import { startRedis } from "../test/support/redis/redis-server.ts";

const TASKS = Number(process.env.TASKS ?? 20_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BATCH = 100;
const PAYLOAD = Buffer.alloc(100, "x");
const RESULT = { value: Buffer.alloc(10), contentType: "" };

const workerId = "worker-1" as WorkerId;

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

class Run {
  readonly #store: Store;
  readonly #redis: Redis;
  readonly #queue: QueueName;
  readonly #session;

  constructor(store: Store, redis: Redis, queue: QueueName) {
    this.#store = store;
    this.#redis = redis;
    this.#queue = queue;
    this.#session = { sessionId: sessionIdOf(newSessionKey()), streamId: newStreamId(), queue };
  }

  async of(load: Load): Promise<Cost> {
    await this.#store.openSession([{ ...this.#session, workerId, ttlMs: 3_600_000, held: [] }]);
    let spent = await this.#spent();
    const since = async () => {
      const now = await this.#spent();
      const cost = ((now - spent) / TASKS) * 1e6;
      spent = now;
      return cost;
    };
    for (let at = 0; at < TASKS; at += BATCH) {
      await this.#store.submit(Array.from({ length: BATCH }, (_, n) => this.#task(load, at + n)));
    }
    const submit = await since();
    let lease = 0;
    let settle = 0;
    for (;;) {
      const tasks = await this.#lease();
      lease += await since();
      if (tasks.length === 0) {
        return { submit, lease, settle };
      }
      await this.#store.settle(
        tasks.map(({ id, token }) => ({
          sessionId: this.#session.sessionId,
          lease: { taskId: id, token },
          outcome: { kind: "complete", result: RESULT },
        })),
      );
      settle += await since();
    }
  }

  async #lease(): Promise<readonly LeasedTask[]> {
    const outcome = await this.#store.lease({
      ...this.#session,
      types: null,
      workerId,
      limit: BATCH,
      maxPayloadBytes: 4 * 1024 * 1024,
    });
    return outcome.kind === "ok" ? outcome.tasks : [];
  }

  #task({ keyOf, orderOf = () => "" }: Load, at: number): NewTask {
    const spec = {
      queue: this.#queue,
      type: "send" as TaskType,
      payload: PAYLOAD,
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
      concurrencyKey: keyOf(at),
      orderingKey: orderOf(at),
      deduplicationWindowMs: DEFAULTS.deduplicationWindowMs,
    } as const;
    return { id: newTaskId(this.#queue, Date.now()), spec, fingerprint: "" };
  }

  async #spent(): Promise<number> {
    const cpu = await this.#redis.info("cpu");
    return figure(cpu, "used_cpu_user_main_thread") + figure(cpu, "used_cpu_sys_main_thread");
  }
}

function figure(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(.+)$`, "m").exec(info)?.[1]);
}

const server = await startRedis();
const store = await openRedisStore({ url: server.url });
const redis = new Redis(server.url);
if (process.env.PIDFILE)
  (await import("node:fs")).writeFileSync(
    process.env.PIDFILE,
    /process_id:(\d+)/.exec(await redis.info("server"))?.[1] ?? "",
  );
try {
  const costs = new Map<Load, Cost[]>(LOADS.map((load) => [load, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, load] of LOADS.entries()) {
      const queue = `queue-${round}-${at}` as QueueName;
      if (load.settings !== null) {
        await store.putSettings(queue, { ...DEFAULT_QUEUE_SETTINGS, ...load.settings }, "");
      }
      const cost = await new Run(store, redis, queue).of(load);
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
    const median = (part: keyof Cost) =>
      all.map((cost) => cost[part]).sort((one, other) => one - other)[Math.floor(all.length / 2)] ??
      0;
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
