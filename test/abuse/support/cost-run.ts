import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "../../crash/support/cluster.ts";
import { TaskCalls } from "../../crash/support/load/task-calls.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { Child } from "../../support/processes/child.ts";
import { NODE_FLAGS } from "../../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../../support/redis/redis-server.ts";
import { pause } from "../../support/time/pause.ts";
import { Caller, type Costs } from "./cost.ts";

const FOLDER = join(import.meta.dirname, "../costs");
const PROCESS = join(import.meta.dirname, "cost-process.ts");
const BEFORE_MS = 1_500;
const BETWEEN_PROBES_MS = 5;
const PROBE_TIMEOUT_MS = 20_000;
const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 120_000;

/** The files of costs there are. */
export function costFiles(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.ts$/, ""));
}

/** What requests of one kind cost. */
export interface CostRow {
  readonly title: string;
  readonly requests: number;
  readonly bytesEach: number;
  /** How long the dispatcher's main thread ran for each. */
  readonly msEach: number;
  /** What somebody else's small submit took, before and meanwhile. */
  readonly p99BeforeMs: number;
  readonly p99DuringMs: number;
  readonly maxDuringMs: number;
}

/** What to measure. */
export interface CostPlan {
  readonly store: "redis" | "sqlite";
  readonly file: string;
  readonly forMs: number;
  /** Of titles; those that have none of these words are left out. */
  readonly words: readonly string[];
}

/** Starts a dispatcher and measures what the requests of one file cost it; hands on each row. */
export async function measureCosts(plan: CostPlan, onRow: (row: CostRow) => void): Promise<void> {
  const redis = plan.store === "redis" ? await startRedis() : null;
  try {
    await measureOn(plan, redis, onRow);
  } finally {
    await redis?.stop();
  }
}

async function measureOn(
  { file, forMs, words }: CostPlan,
  redis: RedisServer | null,
  onRow: (row: CostRow) => void,
): Promise<void> {
  const { costs, prepare } = (await import(join(FOLDER, `${file}.ts`))) as Costs;
  const chosen = [...costs.entries()].filter(
    ([, { title }]) => words.length === 0 || words.some((word) => title.includes(word)),
  );
  if (chosen.length === 0) {
    return;
  }
  const httpAddress = `127.0.0.1:${await freePort()}`;
  const cluster = await Cluster.start({
    store: redis?.url ?? "sqlite:%folder%/baton.db",
    leaseTtl: "15s",
    flags: ["--http-listen", httpAddress],
  });
  const address = cluster.directAddresses[0] ?? "";
  const calls = new TaskCalls(address);
  try {
    const caller = new Caller(address, httpAddress);
    await prepare?.(caller);
    caller.close();
    for (const [place, { title }] of chosen) {
      const args = [file, String(place), address, httpAddress, String(forMs)];
      const child = new Child({
        command: process.execPath,
        args: [...NODE_FLAGS, PROCESS, ...args],
      });
      const measured = await measureOne(child, calls, cluster.dispatcher(0).pid);
      onRow({ title, ...measured });
    }
  } finally {
    calls.close();
    await cluster.destroy();
  }
}

async function measureOne(
  child: Child,
  calls: TaskCalls,
  pid: number,
): Promise<Omit<CostRow, "title">> {
  await child.line(/^ready/, READY_WITHIN_MS);
  const ranBeforeMs = ranMs(pid);
  let isBefore = true;
  void pause(BEFORE_MS).then(() => {
    isBefore = false;
  });
  const before = await probeWhile(calls, () => isBefore);
  const ranBegunMs = ranMs(pid);
  child.signal("SIGUSR2");
  const done = child.line(/^done (\d+) (\d+)/, END_WITHIN_MS);
  let isDone = false;
  const ended = done.finally(() => {
    isDone = true;
  });
  const during = await probeWhile(calls, () => !isDone);
  const [, answered, bytes] = await ended;
  const eachProbeMs = (ranBegunMs - ranBeforeMs) / before.length;
  const own = ranMs(pid) - ranBegunMs - eachProbeMs * during.length;
  await child.exited;
  const requests = Number(answered);
  return {
    requests,
    bytesEach: Number(bytes) / requests,
    msEach: own / requests,
    p99BeforeMs: p99(before),
    p99DuringMs: p99(during),
    maxDuringMs: Math.max(...during),
  };
}

/** Submits small tasks one after another and tells how long each took. */
async function probeWhile(calls: TaskCalls, isOn: () => boolean): Promise<number[]> {
  const tookMs: number[] = [];
  while (isOn()) {
    const startedMs = performance.now();
    await calls.submit({ queue: "probe", type: "probe" }, PROBE_TIMEOUT_MS);
    tookMs.push(performance.now() - startedMs);
    await pause(BETWEEN_PROBES_MS);
  }
  return tookMs;
}

/** How long a process's main thread ran. */
function ranMs(pid: number): number {
  const [ran = "0"] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(ran) / 1e6;
}

function p99(tookMs: readonly number[]): number {
  const sorted = [...tookMs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}
