import { assertSound, check, type Verdict } from "./checker/check.ts";
import type { Sometimes } from "./checker/sometimes.ts";
import type { CheckSettings } from "./checker/violation.ts";
import type { Cluster } from "./cluster.ts";
import { drainAndRead } from "./drain.ts";
import { auditStore } from "./history/audit.ts";
import { readHistories } from "./history/history.ts";

/**
 * Lets a cluster come to rest, ends it, and asserts that its history breaks no promise and its store
 * holds no orphan.
 */
export async function assertKeptPromises(
  cluster: Cluster,
  mustHaveSeen: readonly (keyof Sometimes)[] = [],
  settings: Partial<CheckSettings> = {},
  redisPort: number | null = null,
): Promise<Verdict> {
  cluster.history.add({ kind: "quiet" });
  await drainAndRead(cluster, 30_000, redisPort);
  await cluster.stop();
  const audit = await auditStore(cluster.folder, redisPort);
  const verdict = check([...readHistories(cluster.folder), audit], settings);
  assertSound(verdict, mustHaveSeen);
  return verdict;
}
