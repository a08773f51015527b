import { assertSound, check, type Verdict } from "./checker/check.ts";
import type { Sometimes } from "./checker/sometimes.ts";
import type { CheckSettings } from "./checker/violation.ts";
import type { Cluster } from "./cluster.ts";
import { drainAndRead } from "./drain.ts";
import { readHistories } from "./history.ts";

/** Lets a cluster come to rest, ends it, and asserts that its history breaks no promise. */
export async function assertKeptPromises(
  cluster: Cluster,
  mustHaveSeen: readonly (keyof Sometimes)[] = [],
  settings: Partial<CheckSettings> = {},
): Promise<Verdict> {
  cluster.history.add({ kind: "quiet" });
  await drainAndRead(cluster, 30_000);
  await cluster.stop();
  const verdict = check(readHistories(cluster.folder), settings);
  assertSound(verdict, mustHaveSeen);
  return verdict;
}
