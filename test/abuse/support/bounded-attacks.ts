import assert from "node:assert/strict";
import { runAttack, titleOf } from "./attack-run.ts";

const FOR_MS = 2_000;
const MAX_GROWTH_MIB = 256;
const LIMIT_MIB = 512;
/** What the machine does besides is in it: the figures of reliability.md are those of `npm run attack`. */
const MAX_RECOVERY_MS = 20_000;

/** Defines a test for each attack: that a dispatcher of 512 MiB lives through it, grows little and recovers. */
export function testAttacks(names: readonly string[]): void {
  for (const name of names) {
    it(`under attack from one address: ${name}`, async () => {
      const plan = { name, peers: 1, forMs: FOR_MS, limitMiB: LIMIT_MIB };
      const { survived, baselineMiB, peakMiB, recoveredMs } = await runAttack(plan);
      assert.ok(survived, `${await titleOf(name)}: it took ${peakMiB} MiB`);
      assert.ok(peakMiB - baselineMiB <= MAX_GROWTH_MIB, `from ${baselineMiB} to ${peakMiB} MiB`);
      assert.ok(recoveredMs < MAX_RECOVERY_MS, `others waited ${recoveredMs} ms`);
    });
  }
}
