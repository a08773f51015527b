import assert from "node:assert/strict";
import {
  measureDispatcherKills,
  measureRedisRestarts,
  percentile,
  type Recoveries,
} from "../support/recoveries.ts";

const TIMES = 2;

function assertWithin(tookMs: Recoveries, limitMs: number): void {
  assert.equal(tookMs.length, TIMES);
  assert.ok(percentile(tookMs, 100) <= limitMs, `${tookMs.map(Math.round)} ms`);
}

describe("On Redis", function () {
  this.timeout(90_000);

  it("a worker whose dispatcher is killed resumes elsewhere, and runs nothing twice", async () => {
    assertWithin(await measureDispatcherKills(TIMES), 3_000);
  });

  it("tasks are granted soon after Redis was killed and came back", async () => {
    assertWithin(await measureRedisRestarts(TIMES, 800), 5_000);
  });
});
