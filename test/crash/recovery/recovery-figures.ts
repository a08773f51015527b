// npm run recovery [-- --times 20 --only worker-killed,sentinel]: how long recovery takes, with real
// processes.
import { parseArgs } from "node:util";
import { describeDeadShard } from "../support/dead-shard.ts";
import { measureRollingDeploys } from "../support/deploys.ts";
import { measureHungCalls, measureHungWorkers } from "../support/hung-dispatcher.ts";
import {
  measureDispatcherKills,
  measureRedisRestarts,
  measureSentinelFailovers,
  measureWorkerBlows,
  percentile,
  type Recoveries,
} from "../support/recoveries.ts";

/** What is measured, from when to when, and the p99 that the product aims at. */
interface Measure {
  readonly key: string;
  readonly name: string;
  readonly goalMs: number;
  /** How often, where nothing else is asked for. */
  readonly times: number;
  readonly measure: (times: number) => Promise<Recoveries>;
}

const MEASURES: readonly Measure[] = [
  {
    key: "worker-killed",
    name: "worker SIGKILL, grace 1 s (default): to the last of its tasks' grant to another",
    goalMs: 1_500,
    times: 20,
    measure: (times) =>
      measureWorkerBlows("killed", times, { reconnectGrace: "1s", leaseTtl: "15s" }),
  },
  {
    key: "worker-killed-at-once",
    name: "worker SIGKILL, grace 0: to the last of its tasks' grant to another",
    goalMs: 250,
    times: 20,
    measure: (times) =>
      measureWorkerBlows("killed", times, { reconnectGrace: "0s", leaseTtl: "15s" }),
  },
  {
    key: "worker-stopped",
    name: "worker SIGTERM, handlers aborted at once: to the last of its tasks' grant to another",
    goalMs: 100,
    times: 20,
    measure: (times) => measureWorkerBlows("stopped", times, { leaseTtl: "15s" }),
  },
  {
    key: "worker-frozen",
    name: "worker SIGSTOP, ttl 3 s: to the last of its tasks' grant to another",
    goalMs: 4_000,
    times: 20,
    measure: (times) =>
      measureWorkerBlows("frozen", times, { leaseTtl: "3s", reconnectGrace: "1s" }),
  },
  {
    key: "dispatcher-killed",
    name: "dispatcher SIGKILL, two on Redis: to the worker's welcome elsewhere, nothing run twice",
    goalMs: 1_000,
    times: 20,
    measure: measureDispatcherKills,
  },
  {
    key: "rolling-deploy",
    name: "rolling deploy, two on Redis: longest time without a submit, read or task that ends; no error",
    goalMs: 300,
    times: 5,
    measure: measureRollingDeploys,
  },
  {
    key: "hung-dispatcher",
    name: "dispatcher SIGSTOP, two on Redis: 64 reads and 64 submits begun then, default time-outs",
    goalMs: 6_000,
    times: 3,
    measure: measureHungCalls,
  },
  {
    key: "hung-dispatcher-workers",
    name: "dispatcher SIGSTOP, two on Redis: until each of eight workers runs a task elsewhere",
    goalMs: 9_000,
    times: 3,
    measure: measureHungWorkers,
  },
  {
    key: "redis-killed",
    name: "Redis SIGKILL, down for 1 s: from its first answer to the first grant",
    goalMs: 2_000,
    times: 20,
    measure: (times) => measureRedisRestarts(times, 1_000),
  },
  {
    key: "sentinel",
    name: "Redis master SIGKILL, three sentinels, down-after 5 s: to the first grant",
    goalMs: 10_000,
    // Each takes twenty seconds.
    times: 5,
    measure: (times) => measureSentinelFailovers(times, 5_000),
  },
];

/** What is measured otherwise than by how long it takes. */
const REPORTS = [
  {
    key: "dead-shard",
    name: "one master of three SIGKILLed for 15 s, twelve queues at 50 submits a second each",
    describe: describeDeadShard,
  },
];

const { values } = parseArgs({
  options: { times: { type: "string" }, only: { type: "string", default: "" } },
});
const keys = [...MEASURES, ...REPORTS].map(({ key }) => key);
const wanted = values.only === "" ? keys : values.only.split(",");
const unknown = wanted.filter((key) => !keys.includes(key));
if (unknown.length > 0) {
  console.error(`no measure is called ${unknown.join(", ")}; there are ${keys.join(", ")}`);
  process.exit(64);
}

for (const { key, name, goalMs, times, measure } of MEASURES) {
  if (!wanted.includes(key)) {
    continue;
  }
  const tookMs = await measure(Number(values.times ?? times));
  const figures = [50, 99, 100].map((percent) => Math.round(percentile(tookMs, percent)));
  const [median, p99, most] = figures;
  const isReached = (p99 ?? Number.NaN) <= goalMs;
  console.log(
    `${name}\n  n ${tookMs.length}, p50 ${median} ms, p99 ${p99} ms, max ${most} ms; goal ${goalMs} ms: ${isReached ? "reached" : "MISSED"}`,
  );
}

for (const { key, name, describe } of REPORTS) {
  if (wanted.includes(key)) {
    console.log(`${name}\n${await describe()}`);
  }
}
