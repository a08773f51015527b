import assert from "node:assert/strict";
import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";
import { eventually } from "../../support/time/eventually.ts";
import { pause } from "../../support/time/pause.ts";
import { Cluster } from "./cluster.ts";
import { targetOf } from "./programs/settings.ts";
import type { Recoveries } from "./recoveries.ts";
import { RedisHost } from "./redis-host.ts";

const QUEUE = "hung";
const CALLS = 64;
const WORKERS = 8;

/** How long what was begun when a dispatcher froze took, in milliseconds. */
export interface HungReport {
  readonly reads: readonly number[];
  readonly submits: readonly number[];
  /** For each worker, until it ran a task that was submitted afterwards. */
  readonly workers: readonly number[];
  readonly errors: readonly string[];
}

/** Freezes one dispatcher of two while clients and workers of the SDK with default settings use both. */
export async function measureHungDispatcher(): Promise<HungReport> {
  const redis = await RedisHost.start();
  const cluster = await Cluster.start({ store: redis.url, dispatchers: 2, leaseTtl: "15s" });
  const address = targetOf(cluster.directAddresses);
  const clients = Array.from({ length: CALLS }, () => new TaskClient({ address }));
  const crew = new Crew(address);
  try {
    const ids = await Promise.all(
      clients.map(async (client) => (await client.submit(QUEUE, "t", {})).taskId),
    );
    await crew.allBusy(clients[0] as TaskClient);
    const reader = clients[0] as TaskClient;
    await reader.get(ids[0] as string);
    // What was granted before would be run whoever freezes.
    await nothingIsLeft(reader);

    cluster.dispatcher(0).signal("SIGSTOP");
    const errors: string[] = [];
    const took = (calls: readonly Promise<unknown>[]): Promise<number[]> =>
      Promise.all(calls.map((call) => timed(call, errors)));
    const [reads, submits, workers] = await Promise.all([
      took(ids.map((id) => reader.get(id))),
      took(clients.map((client) => client.submit(QUEUE, "t", {}))),
      crew.allBusy(reader, errors),
    ]);
    return { reads, submits, workers, errors };
  } finally {
    cluster.dispatcher(0).signal("SIGCONT");
    await crew.stop();
    await Promise.all(clients.map((client) => client.close()));
    await cluster.destroy();
    await redis.stop();
  }
}

/** How long each call took; throws where one failed. */
export async function measureHungCalls(times: number): Promise<Recoveries> {
  return repeat(times, ({ reads, submits }) => [...reads, ...submits]);
}

/** How long each worker took; throws where a call failed. */
export async function measureHungWorkers(times: number): Promise<Recoveries> {
  return repeat(times, ({ workers }) => workers);
}

async function repeat(
  times: number,
  pick: (report: HungReport) => Recoveries,
): Promise<Recoveries> {
  const tookMs: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const report = await measureHungDispatcher();
    assert.deepEqual(report.errors, []);
    tookMs.push(...pick(report));
  }
  return tookMs;
}

/** Workers that each note when they ran a task last. */
class Crew {
  readonly #workers: Worker[];
  readonly #running: Promise<unknown>[];
  readonly #ranAtMs = new Array<number>(WORKERS).fill(0);

  constructor(address: string) {
    const logger = silentLogger;
    this.#workers = this.#ranAtMs.map((_, n) => {
      const handler = async (): Promise<void> => {
        this.#ranAtMs[n] = performance.now();
        // So that no worker takes all the tasks.
        await pause(20);
      };
      return new Worker({ address, logger, concurrency: 1, queues: { [QUEUE]: handler } });
    });
    this.#running = this.#workers.map((worker) => worker.run());
  }

  /** Gives them tasks until each has run one; returns for each how long that took. */
  async allBusy(client: TaskClient, errors: string[] = []): Promise<number[]> {
    const sinceMs = performance.now();
    const firstAtMs = new Map<number, number>();
    await eventually(
      async () => {
        const submits = Array.from({ length: WORKERS }, () => client.submit(QUEUE, "t", {}));
        await Promise.all(submits.map((submit) => timed(submit, errors)));
        for (const [n, atMs] of this.#ranAtMs.entries()) {
          if (atMs > sinceMs && !firstAtMs.has(n)) {
            firstAtMs.set(n, atMs - sinceMs);
          }
        }
        if (firstAtMs.size < WORKERS) {
          throw new Error(`${firstAtMs.size} of ${WORKERS} workers ran a task`);
        }
      },
      { withinMs: 40_000 },
    );
    return [...firstAtMs.values()].map(Math.round);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await Promise.all(this.#running);
  }
}

async function nothingIsLeft(client: TaskClient): Promise<void> {
  await eventually(
    async () => {
      for await (const { id } of client.list({ queue: QUEUE, states: ["READY", "LEASED"] })) {
        throw new Error(`${id} is not done`);
      }
    },
    { withinMs: 30_000 },
  );
}

async function timed(call: Promise<unknown>, errors: string[]): Promise<number> {
  const sinceMs = performance.now();
  await call.catch((error: unknown) => errors.push(String(error)));
  return Math.round(performance.now() - sinceMs);
}
