import assert from "node:assert/strict";
import fc from "fast-check";
import { SLACK_MS } from "../conformance/fixture.ts";
import type { StoreHarness } from "../conformance/harness.ts";
import { commands } from "./commands/model-arbitraries.ts";
import { ModelRun } from "./model-run.ts";

/** From how many runs on chance is no excuse for what they never came across. */
const ENOUGH_RUNS = 150;

/** What the runs have to come across, or they prove nothing. */
const TO_BE_SEEN = [
  "created",
  "known",
  "reused",
  "lease ok",
  "lease session_gone",
  "lease superseded",
  "lease suspects",
  "open superseded",
  "settle ok",
  "settle repeat",
  "settle stale",
  "settle not_found",
  "settle forged",
  "report ok",
  "report stale",
  "report forged",
  "renew ok",
  "renew gone",
  "renew superseded",
  "notice",
  "lease kept",
  "lease lost",
  "lease given back",
  "promote",
  "expire",
  "purge",
  "time out",
  "reclaim to READY",
  "reclaim to DEAD",
  "cancel ok",
  "cancel final",
  "cancel not_found",
  "redrive ok",
  "redrive not_dead",
  "redrive not_found",
  "list over pages",
  "list while tasks move",
  "settings",
  "key",
  "key taken back",
  "full",
  "lease keyed",
  "lease ordered",
  "held back",
  "held back for a time",
  "attempt SUCCEEDED",
  "attempt FAILED",
  "attempt TIMED_OUT",
  "attempt CRASHED",
  "attempt RELEASED",
  "attempt CANCELLED",
  "attempts left out",
];

/**
 * Compares a store with the model over random calls. A failure prints its seed and the shortest list of
 * calls that shows it; the environment variable SEED runs that seed again.
 *
 * @param slackMs how far the store's clock may go on by itself while a call is made
 */
export function describeModel(harness: StoreHarness, runs: number, slackMs = SLACK_MS): void {
  describe(`The ${harness.name} store and the model`, () => {
    after(() => harness.stop?.());

    it(`agree over ${runs} random lists of calls`, async () => {
      const seen = new Map<string, number>();
      const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
      let finished = 0;
      const agree = fc.asyncProperty(commands, async (list) => {
        const under = await harness.start();
        try {
          const run = new ModelRun(under, await under.nowMs(), slackMs, count);
          for (const command of list) {
            await run.execute(command);
          }
          await run.finish();
          finished += 1;
        } finally {
          await under.stop();
        }
      });
      const { SEED } = process.env;
      await fc.assert(agree, {
        numRuns: runs,
        unbiased: true,
        // Shortening a failure may take long; what there is by then is printed.
        interruptAfterTimeLimit: 60_000,
        ...(SEED ? { seed: Number(SEED) } : {}),
      });
      const unseen = TO_BE_SEEN.filter((what) => !seen.has(what));
      assert.ok(finished < ENOUGH_RUNS || unseen.length === 0, `never came across ${unseen}`);
    }).timeout(120_000);
  });
}
