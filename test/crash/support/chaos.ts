import { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { check, type Verdict } from "./checker/check.ts";
import type { CheckSettings } from "./checker/violation.ts";
import { Cluster } from "./cluster.ts";
import { drainAndRead } from "./drain.ts";
import { auditStore } from "./history/audit.ts";
import type { HistoryEvent } from "./history/events.ts";
import { readHistories } from "./history/history.ts";
import { startAutomation } from "./load/automation.ts";
import { Operator } from "./load/operator.ts";
import { strike } from "./nemesis.ts";
import { RedisHost } from "./redis-host.ts";

const EVENTS_A_SECOND = 12;
const DRAIN_MS = 30_000;
/** What falls due by a clock that was set back comes later by as much. */
const JUMPED_DRAIN_MS = 90_000;

/** A chaos run. */
export interface ChaosOptions {
  readonly seed: number;
  readonly store: "sqlite" | "redis";
  /** How long the nemesis strikes. */
  readonly forMs: number;
  /** Faults to begin with, in this order. */
  readonly order?: readonly string[];
  readonly workers?: number;
  /** Submits a second. */
  readonly rate?: number;
  /** Whether the clock of Redis jumps too; punctuality is not checked then. Needs a C compiler. */
  readonly jumpsClock?: boolean;
  /** How long nothing may move until everything is worked off, once the faults are over. */
  readonly drainWithinMs?: number;
  readonly keepFolder?: boolean;
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly checks?: Partial<CheckSettings>;
}

type Start = Extract<HistoryEvent, { kind: "ready" }>;

/** What a chaos run showed. */
export interface ChaosReport extends Verdict {
  readonly faults: readonly string[];
  readonly drainedInMs: number;
  /** The start of a dispatcher that took the longest until it was ready. */
  readonly slowestStart: Pick<Start, "tookMs" | "ranMs" | "queuedMs">;
}

/** Runs every role as a process, strikes them for a while, lets them recover, and checks the history. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new SeededRandom(options.seed);
  const { jumpsClock = false } = options;
  let keepFolder = options.keepFolder ?? false;
  const redis =
    options.store === "redis" ? await RedisHost.start({ hasClockShim: jumpsClock }) : null;
  const redisProxy = redis === null ? null : await FaultProxy.open(redis.port);
  const cluster = await Cluster.start({
    store: redisProxy === null ? "sqlite:%folder%/baton.db" : `redis://${redisProxy.address}/0`,
    dispatchers: redis === null ? 1 : 3,
    ...(options.imports === undefined ? {} : { imports: options.imports }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  try {
    await startAutomation(cluster);
    const operator = new Operator(cluster, new SeededRandom(options.seed));
    await operator.start();
    await startRoles(cluster, options, random);
    const targets = { cluster, redis, redisProxy, random, jumpsClock };
    const faults = await strike(targets, options.forMs, options.order);
    await operator.end();
    cluster.history.add({ kind: "quiet" });
    await cluster.stopRoles("submitter");
    await cluster.stopRoles("publisher");
    await cluster.stopRoles("rogue");
    const withinMs = options.drainWithinMs ?? (jumpsClock ? JUMPED_DRAIN_MS : DRAIN_MS);
    const drainedInMs = await drainAndRead(cluster, withinMs, redis?.port ?? null);
    cluster.measureMemory();
    await cluster.stop();
    const audit = await auditStore(cluster.folder, redis?.port ?? null);
    const events = [...readHistories(cluster.folder), audit];
    const verdict = check(events, { isClockTrue: !jumpsClock, ...options.checks });
    keepFolder ||= verdict.violations.length > 0 && options.imports === undefined;
    return {
      ...verdict,
      faults,
      drainedInMs,
      slowestStart: slowestStart(events),
      folder: cluster.folder,
    };
  } finally {
    await cluster.destroy(keepFolder);
    await redisProxy?.close();
    await redis?.stop();
  }
}

function slowestStart(events: readonly HistoryEvent[]): ChaosReport["slowestStart"] {
  const starts = events.filter((event) => event.kind === "ready");
  const slowest = Math.max(...starts.map(({ tookMs }) => tookMs));
  const {
    tookMs = 0,
    ranMs = 0,
    queuedMs = 0,
  } = starts.find(({ tookMs }) => tookMs === slowest) ?? {};
  return { tookMs, ranMs, queuedMs };
}

async function startRoles(
  cluster: Cluster,
  { workers = 3, rate = 40 }: ChaosOptions,
  random: SeededRandom,
): Promise<void> {
  const seed = (): number => random.between(1, 1_000_000);
  const names = Array.from({ length: workers }, (_, n) => `worker${n}`);
  await Promise.all([
    ...names.map((name) => cluster.startRole("worker", name, { seed: seed() })),
    cluster.startRole("rogue", "rogue", { seed: seed() }),
  ]);
  await cluster.startRole("submitter", "submitter", { seed: seed(), rate });
  await cluster.startRole("publisher", "publisher", { seed: seed(), rate: EVENTS_A_SECOND });
}
