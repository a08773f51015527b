import assert from "node:assert/strict";
import { ReleasePauses } from "../../../worker-sdk/src/attempts/release-pauses.ts";

describe("The pauses of tasks that are given back", () => {
  const pausesOf = (asked: number | undefined, times: number): number[] => {
    const pauses = new ReleasePauses();
    return Array.from({ length: times }, () => pauses.next("email~1", asked));
  };

  it("grow from a second to a minute", () => {
    assert.deepEqual(
      pausesOf(undefined, 8),
      [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1_000),
    );
  });

  it("are as asked the first time, and grow all the same", () => {
    assert.deepEqual(pausesOf(0, 4), [0, 2_000, 4_000, 8_000]);
    assert.deepEqual(pausesOf(5_000, 5), [5_000, 5_000, 5_000, 8_000, 16_000]);
  });

  it("begin anew once an attempt ended otherwise, and are each task's own", () => {
    const pauses = new ReleasePauses();
    assert.deepEqual(
      [pauses.next("a", 0), pauses.next("a", 0), pauses.next("b", 0)],
      [0, 2_000, 0],
    );
    pauses.forget("a");
    assert.equal(pauses.next("a", 0), 0);
  });
});
