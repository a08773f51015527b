import assert from "node:assert/strict";
import { FairShare } from "../../server/src/dispatch/fair-share.ts";

describe("A fair share", () => {
  it("starts with one task for one session at a time", () => {
    const fair = new FairShare(100);
    assert.deepEqual([fair.share, fair.width], [1, 1]);
  });

  it("grows to full batches for several at once while every call comes back full", () => {
    const fair = new FairShare(100);
    for (let turn = 0; turn < 20; turn += 1) {
      fair.full(2, 2);
    }
    assert.deepEqual([fair.share, fair.width], [100, 8]);
  });

  it("grows only once every session had its turn", () => {
    const fair = new FairShare(100);
    fair.full(1, 3);
    fair.full(1, 3);
    assert.equal(fair.share, 1);
    fair.full(1, 3);
    assert.equal(fair.share, 2);
  });

  it("remembers how little there was", () => {
    const fair = new FairShare(100);
    for (let turn = 0; turn < 20; turn += 1) {
      fair.full(2, 2);
    }
    fair.dry(2, 2);
    assert.deepEqual([fair.share, fair.width], [1, 1]);
    fair.dry(0, 0);
    assert.equal(fair.share, 1);
  });

  it("asks for a little more than even, to learn that nothing is left", () => {
    const fair = new FairShare(100);
    fair.dry(20, 2);
    assert.equal(fair.share, 11);
    fair.dry(1_000, 2);
    assert.equal(fair.share, 100);
  });
});
