import type { RedisServer } from "../../test/support/redis/redis-server.ts";
import { type CpuSeconds, cpuSecondsOf } from "../measuring/cpu.ts";
import type { Latencies } from "../programs/pace.ts";
import { pidOf, startBenchRedis } from "../redis.ts";
import { IN_FLIGHT } from "./baton-bed.ts";
import type { Bed, Crew, Load, SubmitWay } from "./bed.ts";
import { Program } from "./program.ts";

/** Starts a Redis, a BullMQ producer and a BullMQ worker. */
export async function startBull(): Promise<Bed> {
  const redis = await startBenchRedis();
  const redisPid = await pidOf(redis);
  const [producer, worker] = [
    "bench/programs/peers/bull-producer.ts",
    "bench/programs/peers/bull-worker.ts",
  ].map((script) => new Program({ script, args: [String(redis.port)] })) as [Program, Program];
  await Promise.all([producer.ready(), worker.ready()]);
  return new BullBed(redis, redisPid, producer, worker);
}

/** BullMQ on a Redis of its own. */
class BullBed implements Bed {
  readonly name = "BullMQ";
  readonly #redis: RedisServer;
  readonly #redisPid: number;
  readonly #producer: Program;
  readonly #worker: Program;

  constructor(redis: RedisServer, redisPid: number, producer: Program, worker: Program) {
    this.#redis = redis;
    this.#redisPid = redisPid;
    this.#producer = producer;
    this.#worker = worker;
  }

  submit(way: SubmitWay, load: Load): Promise<void> {
    const command = way === "batched" || way === "many" ? "submitBulk" : "submitEach";
    return this.#producer.ask(command, { ...load, inFlight: IN_FLIGHT });
  }

  openWorkers(crew: Crew): Promise<void> {
    return this.#worker.ask("open", crew);
  }

  finish(count: number): Promise<void> {
    return this.#worker.ask("finish", { count });
  }

  submitAtRate(queue: string, count: number, perSecond: number): Promise<Latencies> {
    return this.#producer.ask("submitAtRate", { queue, count, perSecond });
  }

  takeStartLatencies(): Promise<Latencies> {
    return this.#worker.ask("takeStartLatencies");
  }

  cpu(): CpuSeconds {
    return {
      redis: cpuSecondsOf(this.#redisPid),
      producer: cpuSecondsOf(this.#producer.pid),
      worker: cpuSecondsOf(this.#worker.pid),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#producer.stop(), this.#worker.stop()]);
    await this.#redis.stop();
  }
}
