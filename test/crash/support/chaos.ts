import { SeededRandom } from "../../support/seeded-random.ts";
import { auditStore } from "./audit.ts";
import { check, type Verdict } from "./checker/check.ts";
import type { CheckSettings } from "./checker/violation.ts";
import { Cluster } from "./cluster.ts";
import { drainAndRead } from "./drain.ts";
import { readHistories } from "./history.ts";
import { strike } from "./nemesis.ts";
import { RedisHost } from "./redis-host.ts";

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
  /** How long everything may take to be worked off once the faults are over. */
  readonly drainWithinMs?: number;
  readonly keepFolder?: boolean;
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly checks?: Partial<CheckSettings>;
}

/** What a chaos run showed. */
export interface ChaosReport extends Verdict {
  readonly faults: readonly string[];
  readonly drainedInMs: number;
}

/** Runs every role as a process, strikes them for a while, lets them recover, and checks the history. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new SeededRandom(options.seed);
  let keepFolder = options.keepFolder ?? false;
  const redis = options.store === "redis" ? await RedisHost.start() : null;
  const cluster = await Cluster.start({
    store: redis?.url ?? "sqlite:%folder%/baton.db",
    dispatchers: redis === null ? 1 : 2,
    ...(options.imports === undefined ? {} : { imports: options.imports }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  try {
    await startRoles(cluster, options, random);
    const faults = await strike({ cluster, redis, random }, options.forMs, options.order);
    cluster.history.add({ kind: "quiet" });
    await cluster.stopRoles("submitter");
    await cluster.stopRoles("rogue");
    const drainedInMs = await drainAndRead(cluster, options.drainWithinMs ?? 30_000);
    cluster.measureMemory();
    await cluster.stop();
    const audit = await auditStore(cluster.folder, redis?.port ?? null);
    const verdict = check([...readHistories(cluster.folder), audit], options.checks);
    keepFolder ||= verdict.violations.length > 0 && options.imports === undefined;
    return { ...verdict, faults, drainedInMs, folder: cluster.folder };
  } finally {
    await cluster.destroy(keepFolder);
    await redis?.stop();
  }
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
}
