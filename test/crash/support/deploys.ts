import assert from "node:assert/strict";
import { pause } from "../../support/time/pause.ts";
import { Cluster } from "./cluster.ts";
import { SteadyLoad, type SteadyReport } from "./load/steady-load.ts";
import type { Recoveries } from "./recoveries.ts";
import { RedisHost } from "./redis-host.ts";

/**
 * How long both dispatchers serve before the next one goes: clients find a dispatcher again within the
 * longest wait between two tries to connect.
 */
const SETTLE_MS = 1_000;

/** Runs two dispatchers on a Redis under a steady load while something is done to them. */
export async function underLoad(act: (cluster: Cluster) => Promise<void>): Promise<SteadyReport> {
  const redis = await RedisHost.start();
  const cluster = await Cluster.start({ store: redis.url, dispatchers: 2, leaseTtl: "15s" });
  try {
    const addresses = cluster.directAddresses;
    const load = await SteadyLoad.start({ addresses, clients: 4, workers: 4 });
    // Also where it failed: what it started must not go on.
    const failure = await act(cluster).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    const report = await load.stop();
    if (failure !== null) {
      throw failure.error;
    }
    return report;
  } finally {
    await cluster.destroy();
    await redis.stop();
  }
}

/**
 * Restarts every dispatcher, one after the other, as a deploy does.
 *
 * @param settleMs how long both serve before the next one goes
 */
export async function rollingDeploy(cluster: Cluster, settleMs = SETTLE_MS): Promise<void> {
  for (let n = 0; n < cluster.dispatchers; n += 1) {
    await cluster.stopDispatcher(n);
    await cluster.startDispatcher(n);
    await pause(settleMs);
  }
}

/**
 * Restarts both dispatchers again and again.
 *
 * @returns for each deploy, the longest time in which something that goes on all the time did not
 * @throws where anything failed
 */
export async function measureRollingDeploys(times: number): Promise<Recoveries> {
  const gapsMs: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const { pulses } = await underLoad((cluster) => rollingDeploy(cluster));
    for (const { errors } of Object.values(pulses)) {
      assert.deepEqual(errors, []);
    }
    gapsMs.push(Math.max(...Object.values(pulses).map(({ longestGapMs }) => longestGapMs)));
  }
  return gapsMs;
}
