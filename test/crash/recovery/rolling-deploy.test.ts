import assert from "node:assert/strict";
import { rollingDeploy, underLoad } from "../support/deploys.ts";

/** The figures of a quiet machine are what `npm run recovery` prints; here others run beside. */
const LONGEST_GAP_MS = 8_000;

describe("A rolling deploy of two dispatchers", function () {
  this.timeout(240_000);

  it("shows clients and workers of the SDK no error and hardly a pause", async () => {
    const report = await underLoad((cluster) => rollingDeploy(cluster));
    const gaps = Object.entries(report.pulses).map(
      ([what, each]) => `${what} ${each.longestGapMs}`,
    );
    console.log(`longest gaps in ms: ${gaps.join(", ")}; own stall ${report.longestStallMs}`);
    for (const [what, { errors, count, longestGapMs }] of Object.entries(report.pulses)) {
      assert.deepEqual(errors, [], what);
      assert.ok(count > 100, `${count} ${what}`);
      assert.ok(longestGapMs < LONGEST_GAP_MS, `${longestGapMs} ms without ${what}`);
    }
    assert.equal(report.repeats, 0);
  });
});
