import assert from "node:assert/strict";
import { Credit } from "../../../server/src/dispatch/session/credit.ts";

type Queue = "first" | "second" | "third";

const TURN = 16;

describe("Credit", () => {
  let credit: Credit<Queue>;

  beforeEach(() => {
    credit = new Credit();
  });

  const reserve = (...queues: Queue[]): number[] =>
    queues.map((queue) => credit.reserve(queue, 100, TURN));

  it("is shared evenly by the queues that wait where there is plenty", () => {
    assert.deepEqual(reserve("first", "second", "third"), [0, 0, 0]);
    credit.add(90);
    assert.deepEqual(reserve("third", "first", "second"), [30, 30, 30]);
  });

  it("goes in turns to who has waited longest where it is scarce", () => {
    assert.deepEqual(reserve("first", "second", "third"), [0, 0, 0]);
    credit.add(20);
    assert.deepEqual(reserve("third", "second", "first", "second", "third"), [0, 0, TURN, 4, 0]);
    credit.giveBack(16, 16);
    assert.equal(credit.next, null);
    credit.giveBack(4, 1);
    assert.equal(credit.next, "third");
    assert.deepEqual(reserve("third"), [3]);
  });

  it("is scarce where an even share is less than a turn", () => {
    assert.deepEqual(reserve("first", "second"), [0, 0]);
    credit.add(64);
    assert.equal(credit.reserve("first", 100, 64), 64);
    assert.deepEqual(reserve("first"), [0]);
    credit.giveBack(64, 0);
    assert.equal(credit.next, "second");
  });

  it("is not kept for a queue that left the line", () => {
    assert.deepEqual(reserve("first", "second"), [0, 0]);
    credit.add(2);
    assert.deepEqual(reserve("second"), [0]);
    assert.equal(credit.leave("first"), true);
    assert.equal(credit.leave("first"), false);
    assert.equal(credit.next, "second");
    assert.deepEqual(reserve("second"), [2]);
  });
});
