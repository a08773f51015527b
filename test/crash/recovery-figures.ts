// npm run recovery [-- --times 20]: how long recovery takes, with real processes.
import { parseArgs } from "node:util";
import {
  measureDispatcherKills,
  measureRedisRestarts,
  measureWorkerBlows,
  percentile,
  type Recoveries,
} from "./support/recoveries.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "20" },
    only: { type: "string", default: "" },
  },
});
const times = Number(values.times);

/** What is measured, from when to when, and the p99 that the product aims at. */
const MEASURES: readonly {
  readonly name: string;
  readonly goalMs: number;
  readonly measure: () => Promise<Recoveries>;
}[] = [
  {
    name: "worker SIGKILL, grace 1 s (default): to the last of its tasks' grant to another",
    goalMs: 1_500,
    measure: () => measureWorkerBlows("killed", times, { reconnectGrace: "1s", leaseTtl: "15s" }),
  },
  {
    name: "worker SIGKILL, grace 0: to the last of its tasks' grant to another",
    goalMs: 250,
    measure: () => measureWorkerBlows("killed", times, { reconnectGrace: "0s", leaseTtl: "15s" }),
  },
  {
    name: "worker SIGTERM, handlers aborted at once: to the last of its tasks' grant to another",
    goalMs: 100,
    measure: () => measureWorkerBlows("stopped", times, { leaseTtl: "15s" }),
  },
  {
    name: "worker SIGSTOP, ttl 3 s: to the last of its tasks' grant to another",
    goalMs: 4_000,
    measure: () => measureWorkerBlows("frozen", times, { leaseTtl: "3s", reconnectGrace: "1s" }),
  },
  {
    name: "dispatcher SIGKILL, two on Redis: to the worker's welcome elsewhere, nothing run twice",
    goalMs: 1_000,
    measure: () => measureDispatcherKills(times),
  },
  {
    name: "Redis SIGKILL, down for 1 s: from its first answer to the first grant",
    goalMs: 2_000,
    measure: () => measureRedisRestarts(times, 1_000),
  },
];

for (const { name, goalMs, measure } of MEASURES) {
  if (!name.includes(values.only)) {
    continue;
  }
  const tookMs = await measure();
  const figures = [50, 99, 100].map((percent) => Math.round(percentile(tookMs, percent)));
  const [median, p99, most] = figures;
  const isReached = (p99 ?? Number.NaN) <= goalMs;
  console.log(
    `${name}\n  n ${tookMs.length}, p50 ${median} ms, p99 ${p99} ms, max ${most} ms; goal ${goalMs} ms: ${isReached ? "reached" : "MISSED"}`,
  );
}
