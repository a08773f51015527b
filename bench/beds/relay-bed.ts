import { startBenchRedis } from "../redis.ts";
import type { Bed } from "./bed.ts";
import { Program } from "./program.ts";

/**
 * The hops of a task and nothing to do on them: a producer, a relay that stores with one plain command of
 * Redis each way, and a worker, over streams of grpc-js.
 */
export type RelayBed = Pick<
  Bed,
  "name" | "openWorkers" | "submitAtRate" | "takeStartLatencies" | "finish" | "stop"
>;

/** Starts all of it. */
export async function startRelay(): Promise<RelayBed> {
  const redis = await startBenchRedis();
  const relay = new Program({ script: "bench/programs/peers/relay.ts", args: [redis.url] });
  const address = await relay.address();
  const [producer, worker] = [
    "bench/programs/peers/relay-producer.ts",
    "bench/programs/peers/relay-worker.ts",
  ].map((script) => new Program({ script, args: [address] })) as [Program, Program];
  await Promise.all([producer.ready(), worker.ready()]);
  return {
    name: "The hops alone",
    // It has one worker, which is always there.
    openWorkers: async () => {},
    finish: async () => {},
    submitAtRate: (_queue, count, perSecond) => producer.ask("submitAtRate", { count, perSecond }),
    takeStartLatencies: () => worker.ask("takeStartLatencies"),
    stop: async () => {
      await Promise.all([producer.stop(), worker.stop()]);
      await relay.stop();
      await redis.stop();
    },
  };
}
