import assert from "node:assert/strict";
import { measureHungDispatcher } from "../support/hung-dispatcher.ts";

/** A call's time-out is 10 s; the figures of a quiet machine are what `npm run recovery` prints. */
const READ_LIMIT_MS = 6_000;
const SUBMIT_LIMIT_MS = 9_000;
/** Before a worker would have to stop its handlers. */
const WORKER_LIMIT_MS = 13_500;

describe("A dispatcher of two that freezes", function () {
  this.timeout(150_000);

  it("costs clients no call and workers no more than a while", async () => {
    const { reads, submits, workers, errors } = await measureHungDispatcher();
    const slowest = [reads, submits, workers].map((tookMs) => Math.max(...tookMs));
    console.log(`slowest read, submit and worker: ${slowest.join(", ")} ms`);
    assert.deepEqual(errors, []);
    const [read = 0, submit = 0, worker = 0] = slowest;
    assert.ok(read < READ_LIMIT_MS, `a read took ${read} ms`);
    assert.ok(submit < SUBMIT_LIMIT_MS, `a submit took ${submit} ms`);
    assert.ok(worker < WORKER_LIMIT_MS, `a worker was idle for ${worker} ms`);
  });
});
