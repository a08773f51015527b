import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RedisServer } from "../../test/support/redis/redis-server.ts";
import { type CpuSeconds, cpuSecondsOf } from "../measuring/cpu.ts";
import type { Latencies } from "../programs/pace.ts";
import { infoOf, pidOf, startBenchRedis } from "../redis.ts";
import type { Bed, Crew, Load, SubmitWay } from "./bed.ts";
import { Program } from "./program.ts";

const COMMANDS: Readonly<Record<SubmitWay, string>> = {
  batched: "submitFrames",
  many: "submitMany",
  each: "submitEach",
  unary: "submitUnary",
};

/** In flight where application code awaits each submit. */
export const IN_FLIGHT = 256;

/** Which store, and how many dispatcher processes share it. */
export interface BatonOptions {
  readonly store: "redis" | "sqlite";
  /** SQLite's `synchronous`; `normal` promises what Redis' AOF everysec does at least. */
  readonly synchronous?: "normal" | "full";
  readonly processes?: number;
  /** A folder with the sources that all its programs are of; this repository where absent. */
  readonly root?: string;
  /** The collector that every task is traced to; none where absent. */
  readonly traceTo?: string;
  /** Where each process writes a CPU profile when it ends. */
  readonly profileInto?: string | undefined;
}

/** Starts a dispatcher, its store, a producer and a worker. */
export async function startBaton(options: BatonOptions): Promise<BatonBed> {
  const { store, synchronous = "normal", processes = 1, traceTo, profileInto } = options;
  const root = options.root === undefined ? {} : { root: options.root };
  const { dispatcherEnvironment, clientEnvironment } = environmentsOf(traceTo);
  const redis = store === "redis" ? await startBenchRedis() : null;
  const redisPid = redis === null ? null : await pidOf(redis);
  const directory = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const storeArgs =
    redis === null
      ? [`sqlite:${join(directory, "baton.db")}`, "--sqlite-synchronous", synchronous]
      : [redis.url];
  const dispatcher = new Program({
    ...root,
    script: "server/src/main.ts",
    args: [
      ...["serve", "--listen", "127.0.0.1:0", "--http-listen", "off", "--log-level", "warn"],
      ...(processes === 1 ? [] : ["--processes", String(processes)]),
      ...["--store", ...storeArgs],
    ],
    environment: dispatcherEnvironment,
    profileInto,
  });
  const address = await dispatcher.address();
  const [producer, worker] = [
    "bench/programs/baton-producer.ts",
    "bench/programs/baton-worker.ts",
  ].map(
    (script) =>
      new Program({
        ...root,
        script,
        args: [address],
        environment: clientEnvironment,
        profileInto,
      }),
  ) as [Program, Program];
  await Promise.all([producer.ready(), worker.ready()]);
  return new BatonBed(store, { redis, redisPid, directory, dispatcher, producer, worker, address });
}

/** What makes the dispatcher, and the programs that use the SDK, send their traces. */
function environmentsOf(traceTo: string | undefined) {
  if (traceTo === undefined) {
    return { dispatcherEnvironment: {}, clientEnvironment: {} };
  }
  const dispatcherEnvironment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${traceTo}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  };
  const tracing = `--import ${join(import.meta.dirname, "../../demo/tracing.ts")}`;
  return {
    dispatcherEnvironment,
    clientEnvironment: { ...dispatcherEnvironment, NODE_OPTIONS: tracing },
  };
}

interface Parts {
  readonly redis: RedisServer | null;
  readonly redisPid: number | null;
  readonly directory: string;
  readonly dispatcher: Program;
  readonly producer: Program;
  readonly worker: Program;
  readonly address: string;
}

/** Baton on one of its stores. */
export class BatonBed implements Bed {
  readonly name: string;
  readonly address: string;
  readonly #parts: Parts;

  constructor(store: string, parts: Parts) {
    this.name = `Baton on ${store === "redis" ? "Redis" : "SQLite"}`;
    this.address = parts.address;
    this.#parts = parts;
  }

  submit(way: SubmitWay, load: Load): Promise<void> {
    return this.#parts.producer.ask(COMMANDS[way], { inARow: 1, ...load, inFlight: IN_FLIGHT });
  }

  /** Submits tasks that are all due at one moment, epoch ms. */
  submitDue(load: Load, dueAtMs: number): Promise<void> {
    return this.#parts.producer.ask("submitDue", { ...load, dueAtMs });
  }

  openWorkers(crew: Crew): Promise<void> {
    return this.#parts.worker.ask("open", crew);
  }

  finish(count: number): Promise<void> {
    return this.#parts.worker.ask("finish", { count });
  }

  submitAtRate(queue: string, count: number, perSecond: number): Promise<Latencies> {
    return this.#parts.producer.ask("submitAtRate", { queue, count, perSecond });
  }

  takeStartLatencies(): Promise<Latencies> {
    return this.#parts.worker.ask("takeStartLatencies");
  }

  /** How many calls of functions Redis has run. */
  async redisCalls(): Promise<number> {
    const { redis } = this.#parts;
    const stats = redis === null ? "" : await infoOf(redis, "commandstats");
    return Number(/cmdstat_fcall:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  cpu(): CpuSeconds {
    const { redisPid, dispatcher, producer, worker } = this.#parts;
    return {
      ...(redisPid !== null && { redis: cpuSecondsOf(redisPid) }),
      dispatcher: cpuSecondsOf(dispatcher.pid),
      producer: cpuSecondsOf(producer.pid),
      worker: cpuSecondsOf(worker.pid),
    };
  }

  async stop(): Promise<void> {
    const { redis, directory, dispatcher, producer, worker } = this.#parts;
    await Promise.all([producer.stop(), worker.stop()]);
    await dispatcher.stop();
    await redis?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
