import assert from "node:assert/strict";
import { Credit, type CreditSpender } from "../../server/src/dispatch/credit.ts";

describe("Credit", () => {
  const spenders: CreditSpender[] = [];
  let credit: Credit;

  beforeEach(() => {
    spenders.splice(0, 3, ...Array.from({ length: 3 }, () => ({ waitsAs: null })));
    credit = new Credit(spenders);
  });

  const reserve = (at: number): number => credit.reserve(spenders[at] as CreditSpender, 100);
  const leave = (at: number): boolean => credit.leave(spenders[at] as CreditSpender);

  it("is shared evenly by the queues that wait where there is plenty", () => {
    assert.deepEqual([0, 1, 2].map(reserve), [0, 0, 0]);
    credit.add(90);
    assert.deepEqual([2, 0, 1].map(reserve), [30, 30, 30]);
  });

  it("goes in batches to who has waited longest where it is scarce", () => {
    assert.deepEqual([0, 1, 2].map(reserve), [0, 0, 0]);
    credit.add(20);
    assert.deepEqual([2, 1, 0, 1, 2].map(reserve), [0, 0, 16, 4, 0]);
    assert.equal(credit.giveBack(16, 16), false);
    assert.equal(credit.giveBack(4, 1), true);
    assert.equal(reserve(2), 3);
  });

  it("is not kept for a queue that left the line", () => {
    assert.deepEqual([0, 1].map(reserve), [0, 0]);
    credit.add(2);
    assert.equal(reserve(1), 0);
    assert.equal(leave(0), true);
    assert.equal(leave(0), false);
    assert.equal(reserve(1), 2);
  });
});
