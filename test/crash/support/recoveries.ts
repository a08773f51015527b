import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { startSentinels, type TestSentinels } from "../../support/redis/redis-sentinel.ts";
import { pause } from "../../support/time/pause.ts";
import { buildLedger } from "./checker/ledger.ts";
import { findRecoveries } from "./checker/recovery.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import type { HistoryEvent } from "./history/events.ts";
import { monotonicMs, readHistories } from "./history/history.ts";
import { Load } from "./load/load.ts";
import { RedisHost } from "./redis-host.ts";
import { assertKeptPromises } from "./verdict-of.ts";

/** Times that recoveries took, in milliseconds, one a kill. */
export type Recoveries = readonly number[];

const TASKS_A_WORKER = 4;

/** What strikes a worker that holds tasks. */
export type WorkerBlow = "killed" | "stopped" | "frozen";

/**
 * Strikes a worker that holds tasks, again and again, while another has room.
 *
 * @returns for each blow, how long the last of its tasks took from the blow to its grant to the other
 */
export async function measureWorkerBlows(
  blow: WorkerBlow,
  times: number,
  options: Partial<ClusterOptions> = {},
): Promise<Recoveries> {
  const cluster = await Cluster.start({ store: "sqlite:%folder%/baton.db", ...options });
  try {
    const load = new Load(cluster);
    for (let n = 0; n < times; n += 1) {
      const victim = `victim${n}`;
      const relief = `relief${n}`;
      await cluster.startRole("worker", victim, {
        addresses: cluster.directAddresses,
        drainTimeoutMs: 0,
      });
      const ids = await load.submit(TASKS_A_WORKER, { hangsOnce: true });
      await load.started(ids, victim);
      await cluster.startRole("worker", relief, { addresses: cluster.directAddresses });
      await load.welcomed(relief);
      await strike(cluster, victim, blow);
      await load.completed(ids);
      await endBoth(cluster, victim, relief, blow);
    }
    load.close();
    const mustHaveSeen = blow === "stopped" ? (["acceptedRelease"] as const) : [];
    await assertKeptPromises(cluster, mustHaveSeen);
    return slowestByBlow(readHistories(cluster.folder));
  } finally {
    await cluster.destroy();
  }
}

/**
 * Kills the dispatcher that workers are connected to while they run tasks, with another at hand.
 *
 * @returns for each kill, how long it took until the worker was welcomed elsewhere with all its leases
 */
export async function measureDispatcherKills(times: number): Promise<Recoveries> {
  const redis = await RedisHost.start();
  const cluster = await Cluster.start({ store: redis.url, dispatchers: 2, leaseTtl: "15s" });
  const tookMs: number[] = [];
  try {
    const loads = [new Load(cluster, 0), new Load(cluster, 1)];
    await cluster.startRole("worker", "resumes", { addresses: cluster.directAddresses });
    for (let n = 0; n < times; n += 1) {
      const ids = (await loads[0]?.submit(TASKS_A_WORKER, { workMs: 2_500 })) ?? [];
      await loads[0]?.started(ids, "resumes");
      const killed = connectedTo(cluster);
      const killedAtMs = monotonicMs();
      await cluster.killDispatcher(killed);
      await loads[0]?.completed(ids);
      const welcome = readHistories(cluster.folder).find(
        (event) => event.kind === "welcome" && event.atMs > killedAtMs,
      );
      tookMs.push((welcome?.atMs ?? Number.NaN) - killedAtMs);
      await cluster.startDispatcher(killed);
    }
    for (const load of loads) {
      load.close();
    }
    assertNothingRanTwice(readHistories(cluster.folder));
    await assertKeptPromises(cluster, ["resumedSession", "keptLease"], {}, redis.port);
    return tookMs;
  } finally {
    await cluster.destroy();
    await redis.stop();
  }
}

/**
 * Kills Redis and starts it again.
 *
 * @returns for each kill, how long after Redis answered again the first task was granted
 */
export async function measureRedisRestarts(times: number, downMs: number): Promise<Recoveries> {
  const redis = await RedisHost.start();
  const cluster = await Cluster.start({ store: redis.url });
  const tookMs: number[] = [];
  try {
    const load = new Load(cluster);
    await cluster.startRole("worker", "worker", { concurrency: 2 });
    for (let n = 0; n < times; n += 1) {
      // More than the worker takes at once, so that grants are due whenever Redis answers.
      const ids = await load.submit(30, { workMs: 150 });
      await load.started(ids.slice(0, 2), "worker");
      await redis.process.kill();
      await pause(downMs);
      await redis.restart();
      const upAtMs = monotonicMs();
      await load.completed(ids);
      const grant = readHistories(cluster.folder).find(
        (event) => event.kind === "grant" && event.atMs > upAtMs,
      );
      tookMs.push((grant?.atMs ?? Number.NaN) - upAtMs);
    }
    load.close();
    await assertKeptPromises(cluster, [], {}, redis.port);
    return tookMs;
  } finally {
    await cluster.destroy();
    await redis.stop();
  }
}

/**
 * Kills a Redis master that three sentinels watch, which make its replica the master.
 *
 * @returns for each kill, how long it took until the first task was granted
 */
export async function measureSentinelFailovers(
  times: number,
  downAfterMs: number,
): Promise<Recoveries> {
  const tookMs: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const sentinels = await startSentinels({ downAfterMs });
    try {
      tookMs.push(await measureSentinelFailover(sentinels, downAfterMs));
    } finally {
      await sentinels.stop();
    }
  }
  return tookMs;
}

async function measureSentinelFailover(
  { url, master, replica }: TestSentinels,
  downAfterMs: number,
): Promise<number> {
  const cluster = await Cluster.start({ store: url, dispatchers: 2, leaseTtl: "15s" });
  try {
    const load = new Load(cluster);
    await cluster.startRole("worker", "worker", { concurrency: 2 });
    // More than the worker takes at once, so that grants are due whenever a master answers.
    const ids = await load.submit(30, { workMs: 150 });
    await load.started(ids.slice(0, 2), "worker");
    const killedAtMs = monotonicMs();
    await master.kill();
    await load.completed(ids, 60_000);
    // What was granted before may arrive shortly after.
    const isByNewMaster = ({ atMs }: HistoryEvent) => atMs > killedAtMs + downAfterMs / 2;
    const grant = readHistories(cluster.folder).find(
      (event) => event.kind === "grant" && isByNewMaster(event),
    );
    load.close();
    const mayForget = [{ fromMs: killedAtMs - 1_000, toMs: killedAtMs + downAfterMs / 2 }];
    await assertKeptPromises(cluster, [], { mayForget }, replica.port);
    return (grant?.atMs ?? Number.NaN) - killedAtMs;
  } finally {
    await cluster.destroy();
  }
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}

async function strike(cluster: Cluster, victim: string, blow: WorkerBlow): Promise<void> {
  switch (blow) {
    case "killed":
      await cluster.killRole(victim);
      break;
    case "frozen":
      cluster.freeze(cluster.role(victim), victim);
      break;
    case "stopped":
      cluster.history.add({ kind: "fault", name: "stopped", target: victim });
      await cluster.role(victim).stop(20_000);
  }
}

async function endBoth(
  cluster: Cluster,
  victim: string,
  relief: string,
  blow: WorkerBlow,
): Promise<void> {
  if (blow === "frozen") {
    cluster.thaw(cluster.role(victim), victim);
    await cluster.role(victim).stop(20_000);
  }
  await cluster.role(relief).stop(20_000);
}

/** For each blow, the longest that a task of the victim waited for its next grant. */
function slowestByBlow(events: readonly HistoryEvent[]): number[] {
  const asKills = events.map((event) =>
    event.kind === "frozen" || (event.kind === "fault" && event.name === "stopped")
      ? { ...event, kind: "killed" as const }
      : event,
  );
  const slowest = new Map<number, number>();
  for (const { killedAtMs, tookMs } of findRecoveries(buildLedger(asKills))) {
    slowest.set(killedAtMs, Math.max(slowest.get(killedAtMs) ?? 0, tookMs ?? Number.NaN));
  }
  return [...slowest.values()];
}

/** Which dispatcher holds the worker's stream: the one that has a connection of its. */
function connectedTo(cluster: Cluster): number {
  const pid = cluster.role("resumes").pid;
  const inodes = new Set(socketInodes(pid));
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[2]?.split(":")[1] ?? "", 16);
    const at = cluster.directAddresses.indexOf(`127.0.0.1:${port}`);
    if (at >= 0 && fields[3] === "01" && inodes.has(fields[9] ?? "")) {
      return at;
    }
  }
  throw new Error("the worker is connected to no dispatcher");
}

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function assertNothingRanTwice(events: readonly HistoryEvent[]): void {
  const starts = events.filter(({ kind }) => kind === "start");
  const tasks = new Set(starts.map((event) => (event.kind === "start" ? event.taskId : "")));
  if (starts.length !== tasks.size) {
    throw new Error(`${starts.length} handlers ran for ${tasks.size} tasks`);
  }
}
