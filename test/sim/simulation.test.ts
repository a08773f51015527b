import assert from "node:assert/strict";
import { assertSound, type Verdict } from "../crash/support/checker/check.ts";
import { OF_AUTOMATION, type Sometimes } from "../crash/support/checker/sometimes.ts";
import { simulate } from "./simulation.ts";

const SEEDS = 20;

/** Seeds that once broke a promise, or that the checker once took for broken. */
const ONCE_BROKEN = [19, 53, 389];

describe("A simulation of dispatchers and workers", function () {
  this.timeout(60_000);

  it(`keeps every promise for ${SEEDS} seeds, and reaches every state that matters`, async () => {
    const reached: Partial<Record<keyof Sometimes, number>> = {};
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const verdict: Verdict = await simulate(seed);
      assertSound(verdict);
      for (const name of Object.keys(verdict.sometimes) as (keyof Sometimes)[]) {
        reached[name] = (reached[name] ?? 0) + verdict.sometimes[name];
      }
    }
    const unseen = Object.keys(reached).filter((name) => reached[name as keyof Sometimes] === 0);
    // It has neither schedules nor events.
    assert.deepEqual(unseen, [...OF_AUTOMATION]);
  });

  for (const seed of ONCE_BROKEN) {
    it(`keeps every promise for seed ${seed}`, async () => {
      assertSound(await simulate(seed));
    });
  }

  it("does the same again for the same seed", async () => {
    const [first, second] = [await simulate(7), await simulate(7)];
    assert.equal(first.steps, second.steps);
    assert.deepEqual(first.sometimes, second.sometimes);
  });
});
