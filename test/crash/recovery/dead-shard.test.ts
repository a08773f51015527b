import assert from "node:assert/strict";
import { runDeadShard } from "../support/dead-shard.ts";

const DEAD_MS = 5_000;
const SUBMITS_A_SECOND = 10;
/** A master that starts again takes no writes for two seconds, and this machine may be busy. */
const RESUME_WITHIN_MS = 9_000;

describe("A dead shard", function () {
  this.timeout(120_000);

  it("takes no other queue along, and its own go on with nothing lost", async () => {
    const report = await runDeadShard({
      beforeMs: 3_000,
      deadMs: DEAD_MS,
      submitsASecond: SUBMITS_A_SECOND,
    });
    const { before, meanwhile, deadQueues, refused, lost, twice, resumedAfterMs } = report;
    assert.ok(deadQueues >= 2 && refused > 0, `${deadQueues} queues, ${refused} refused`);
    assert.equal(lost, 0);
    // It is back long before a lease ends.
    assert.deepEqual(twice, { living: 0, early: 0, ended: 0 });
    assert.ok(resumedAfterMs < RESUME_WITHIN_MS, `resumed after ${resumedAfterMs} ms`);
    // From the death to a second after the return.
    const seconds = (DEAD_MS + resumedAfterMs) / 1_000 + 1;
    assert.ok(report.logLines <= 4 * seconds, `${report.logLines} lines in ${seconds} s`);
    const expected = ((12 - deadQueues) * SUBMITS_A_SECOND * DEAD_MS) / 1_000;
    assert.ok(meanwhile.tasks > expected / 10, `${meanwhile.tasks} tasks of ${expected}`);
    // The figures are those of `npm run recovery`: here others may use the processors.
    const most = 10 * Math.max(before.p99Ms, 200);
    assert.ok(
      meanwhile.p99Ms < most,
      `p99 ${before.p99Ms} ms before, ${meanwhile.p99Ms} ms meanwhile`,
    );
  });
});
