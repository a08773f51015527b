import assert from "node:assert/strict";
import { FairShare } from "../../../server/src/dispatch/granting/fair-share.ts";

describe("A fair share", () => {
  const shown = (fair: FairShare, sessionsWaiting: number) => [
    fair.share(sessionsWaiting),
    fair.width(sessionsWaiting),
  ];

  it("is one task for one session while nothing is known", () => {
    assert.deepEqual(shown(new FairShare(100), 5), [1, 1]);
  });

  it("spreads a few tasks evenly over the sessions that wait", () => {
    const fair = new FairShare(100);
    fair.came(9);
    assert.deepEqual(shown(fair, 3), [3, 3]);
    assert.deepEqual(shown(fair, 20), [1, 8]);
    assert.deepEqual(shown(fair, 1), [9, 1]);
  });

  it("hands a backlog out in full batches, to several sessions at once", () => {
    const fair = new FairShare(100);
    fair.isLeft(10_000);
    assert.deepEqual(shown(fair, 10), [100, 8]);
  });

  it("goes by what was left at last, and by what came since", () => {
    const fair = new FairShare(100);
    fair.came(500);
    fair.isLeft(4);
    fair.came(2);
    assert.deepEqual(shown(fair, 2), [3, 2]);
    fair.isLeft(0);
    assert.deepEqual(shown(fair, 2), [1, 1]);
  });

  it("makes a turn of a backlog longer where tasks are quick, and of nothing known short", () => {
    const fair = new FairShare(100);
    const turns = () => [fair.turn(false), fair.turn(true)];
    assert.deepEqual(turns(), [16, 16]);
    fair.came(40);
    assert.deepEqual(turns(), [16, 40]);
    fair.came(1_000);
    assert.deepEqual(turns(), [16, 64]);
  });
});
