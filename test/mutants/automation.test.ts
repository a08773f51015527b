import assert from "node:assert/strict";
import { join } from "node:path";
import { runChaos } from "../crash/support/chaos.ts";
import { AUTOMATION_MUTANTS } from "./mutants.ts";

describe("The checker catches, on real processes, schedules and events where", function () {
  this.timeout(150_000);

  for (const mutant of AUTOMATION_MUTANTS) {
    it(mutant.name, async () => {
      const { violations } = await runChaos({
        seed: 6,
        store: mutant.store,
        forMs: 2_000,
        workers: 1,
        rate: 5,
        order: mutant.strikes,
        // Longer than what a crash left stays hidden.
        drainWithinMs: 9_000,
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
