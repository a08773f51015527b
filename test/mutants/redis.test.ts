import assert from "node:assert/strict";
import { join } from "node:path";
import { runChaos } from "../crash/support/chaos.ts";
import { REDIS_MUTANTS, type StruckMutant } from "./mutants.ts";

/** A run on a machine that is busy with other things may see too little to prove anything. */
const SEEDS = [5, 6, 7];

describe("The checker catches, on real processes, a Redis store in which", function () {
  this.timeout(90_000);

  for (const mutant of REDIS_MUTANTS) {
    it(mutant.name, async () => {
      const broken = new Set<string>();
      for (const seed of SEEDS) {
        for (const invariant of await brokenBy(mutant, seed)) {
          broken.add(invariant);
        }
        if (mutant.breaks.some((invariant) => broken.has(invariant))) {
          return;
        }
      }
      const names = [...broken].join(" ") || "nothing";
      assert.fail(`the runs broke ${names}, not ${mutant.breaks.join(" or ")}`);
    });
  }
});

async function brokenBy({ name, strikes }: StruckMutant, seed: number): Promise<string[]> {
  const { violations } = await runChaos({
    seed,
    store: "redis",
    forMs: 4_000,
    workers: 2,
    rate: 30,
    order: strikes,
    drainWithinMs: 5_000,
    imports: [join(import.meta.dirname, "mutate.ts")],
    env: { BATON_TEST_MUTANT: name },
  });
  return violations.map(({ invariant }) => invariant);
}
