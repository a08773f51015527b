import assert from "node:assert/strict";
import { atMostEvery } from "../../server/src/telemetry/at-most-every.ts";
import { ManualClock } from "../support/time/manual-clock.ts";

describe("what is told at most once a period", () => {
  it("is told at once, then with how often it happened since", () => {
    const clock = new ManualClock();
    const told: [string, number][] = [];
    const tell = atMostEvery<string>(1_000, clock, (value, count) => told.push([value, count]));
    for (const value of ["a", "b", "c"]) {
      tell(value);
    }
    clock.advance(999);
    tell("d");
    clock.advance(1);
    tell("e");
    assert.deepEqual(told, [
      ["a", 1],
      ["e", 4],
    ]);
  });
});
