import assert from "node:assert/strict";
import { measureWorkerBlows, percentile, type Recoveries } from "../support/recoveries.ts";

/** Two blows each: the figures, from more of them, are what `npm run recovery` prints. */
const TIMES = 2;

function assertWithin(tookMs: Recoveries, limitMs: number): void {
  assert.equal(tookMs.length, TIMES);
  assert.ok(percentile(tookMs, 100) <= limitMs, `${tookMs.map(Math.round)} ms`);
}

describe("The tasks of a worker", function () {
  this.timeout(60_000);

  it("are granted again soon after it was killed", async () => {
    assertWithin(await measureWorkerBlows("killed", TIMES, { reconnectGrace: "1s" }), 3_500);
  });

  it("are granted again at once where there is no reconnect grace", async () => {
    assertWithin(await measureWorkerBlows("killed", TIMES, { reconnectGrace: "0s" }), 1_000);
  });

  it("are given back at once, no attempt spent, when it is told to stop", async () => {
    assertWithin(await measureWorkerBlows("stopped", TIMES), 1_000);
  });

  it("are granted again after the ttl when it is frozen", async () => {
    assertWithin(await measureWorkerBlows("frozen", TIMES, { leaseTtl: "2s" }), 4_000);
  });
});
