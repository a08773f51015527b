import assert from "node:assert/strict";
import { join } from "node:path";
import { runChaos } from "../crash/support/chaos.ts";
import { REDIS_MUTANTS } from "./mutants.ts";

describe("The checker catches, on real processes, a Redis store in which", function () {
  this.timeout(90_000);

  for (const mutant of REDIS_MUTANTS) {
    it(mutant.name, async () => {
      const { violations } = await runChaos({
        seed: 5,
        store: "redis",
        forMs: 4_000,
        workers: 2,
        rate: 30,
        order: mutant.strikes,
        drainWithinMs: 5_000,
        imports: [join(import.meta.dirname, "mutate.ts")],
        env: { BATON_TEST_MUTANT: mutant.name },
      });
      const broken = new Set(violations.map(({ invariant }) => invariant));
      assert.ok(
        mutant.breaks.some((invariant) => broken.has(invariant)),
        `the run broke ${[...broken].join(" ") || "nothing"}, not ${mutant.breaks.join(" or ")}`,
      );
    });
  }
});
