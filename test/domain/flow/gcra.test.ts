import assert from "node:assert/strict";
import fc from "fast-check";
import { nextTokenAt, tatAfter, tatAt, tokensOf } from "../../../server/src/domain/flow/gcra.ts";
import type { RateLimit } from "../../../server/src/domain/flow/queue-settings.ts";
import { type Asked, asks, DAY_MS, rates } from "./rates.ts";

/** 2025 and 1970 as a store may count from them, and the very beginning. */
const STARTS_MS = [0, 60_000_000_000, 1_795_000_000_000];

interface Grant {
  readonly atMs: number;
  readonly granted: number;
}

/** Asks as the steps say, and takes what there is. */
function run(rate: RateLimit, startMs: number, asked: readonly Asked[]): Grant[] {
  const intervalMs = rate.periodMs / rate.tasks;
  let [atMs, tatMs] = [startMs, 0];
  return asked.map(({ afterIntervals, wanted }) => {
    atMs += Math.round(afterIntervals * intervalMs);
    const granted = Math.min(wanted, tokensOf(rate, tatMs, atMs));
    tatMs = tatAfter(rate, tatMs, atMs, granted);
    return { atMs, granted };
  });
}

function assertWithin({ tasks, periodMs, burst }: RateLimit, grants: readonly Grant[]): void {
  // Half a millisecond's worth, where that is not too much.
  const rounding = Math.min(1e-3, (0.5 * tasks) / periodMs);
  for (const [from, first] of grants.entries()) {
    let total = 0;
    for (const { atMs, granted } of grants.slice(from)) {
      total += granted;
      const most = burst + ((atMs - first.atMs) * tasks) / periodMs;
      assert.ok(total <= most + rounding, `${total} in ${atMs - first.atMs} ms, not ${most}`);
    }
  }
}

describe("A rate limit", () => {
  for (const startMs of STARTS_MS) {
    describe(`at ${startMs} ms`, () => {
      it("grants in no time more than its burst and what the time is worth", () => {
        fc.assert(
          fc.property(rates, asks, (rate, asked) => {
            assertWithin(rate, run(rate, startMs, asked));
          }),
          { numRuns: 1_000 },
        );
      });

      it("has the next token when it says so, and not a millisecond before", () => {
        fc.assert(
          fc.property(rates, asks, (rate, asked) => {
            let tatMs = 0;
            for (const { atMs, granted } of run(rate, startMs, asked)) {
              tatMs = tatAfter(rate, tatMs, atMs, granted);
              const nextMs = nextTokenAt(rate, tatMs);
              assert.ok(Number.isInteger(nextMs));
              assert.ok(tokensOf(rate, tatMs, nextMs) >= 1, "none is there");
              assert.equal(tokensOf(rate, tatMs, nextMs - 1), 0, "one was there before");
              assert.equal(nextMs <= atMs, tokensOf(rate, tatMs, atMs) > 0);
            }
          }),
          { numRuns: 1_000 },
        );
      });

      it("gives all that it may: who always takes what there is gets what the rate is worth", () => {
        fc.assert(
          fc.property(rates, fc.integer({ min: 1, max: 50 }), (rate, laps) => {
            let [tatMs, atMs, total] = [0, startMs, 0];
            for (let lap = 0; lap < laps; lap += 1) {
              const granted = tokensOf(rate, tatMs, atMs);
              tatMs = tatAfter(rate, tatMs, atMs, granted);
              total += granted;
              atMs = Math.max(atMs + 1, nextTokenAt(rate, tatMs));
            }
            const worth = rate.burst + ((atMs - 1 - startMs) * rate.tasks) / rate.periodMs;
            const isCapped = rate.periodMs / rate.tasks < 1 / rate.burst;
            // A token a lap that has not come whole, and what rounding up takes.
            const least = worth - 2 - laps * (1 + (0.001 * rate.tasks) / rate.periodMs);
            assert.ok(isCapped || total >= least, `${total} of ${worth}`);
          }),
        );
      });

      it("forgets a TAT that has passed", () => {
        fc.assert(
          fc.property(rates, fc.nat({ max: 10 * DAY_MS }), (rate, agoMs) => {
            const passed = startMs - agoMs;
            assert.equal(tokensOf(rate, passed, startMs), rate.burst);
            for (const granted of [0, 1, rate.burst]) {
              assert.equal(
                tatAfter(rate, passed, startMs, granted),
                tatAfter(rate, startMs, startMs, granted),
              );
            }
          }),
        );
      });
    });
  }

  it("counts a TAT at the pace of now, and one of the same rate as it is", () => {
    fc.assert(
      fc.property(rates, rates, asks, (before, rate, asked) => {
        let [atMs, tatMs] = [1_795_000_000_000, 0];
        for (const { afterIntervals, wanted } of asked) {
          atMs += Math.round((afterIntervals * before.periodMs) / before.tasks);
          const granted = Math.min(wanted, tokensOf(before, tatMs, atMs));
          tatMs = tatAfter(before, tatMs, atMs, granted);
          assert.equal(tatAt(before, tatMs, atMs), tatMs);
        }
        const counted = tatAt(rate, tatMs, atMs);
        const intervalMs = rate.periodMs / rate.tasks;
        assert.ok(counted <= tatMs);
        assert.equal(tatAt(rate, counted, atMs), counted);
        assert.ok(nextTokenAt(rate, counted) <= Math.ceil(atMs + 1.001 * intervalMs) + 1);
        if (tokensOf(rate, tatMs, atMs) > 0) {
          assert.equal(counted, tatMs);
        }
      }),
    );
  });

  it("lets one go in 24 hours, to the millisecond", () => {
    const rate = { tasks: 1, periodMs: DAY_MS, burst: 1 };
    const tatMs = tatAfter(rate, 0, 1_795_000_000_000, 1);
    assert.equal(nextTokenAt(rate, tatMs), 1_795_000_000_000 + DAY_MS);
    assert.equal(tokensOf(rate, tatMs, 1_795_000_000_000 + DAY_MS - 1), 0);
    assert.equal(tokensOf(rate, tatMs, 1_795_000_000_000 + DAY_MS), 1);
  });

  it("lets a million go in 100 ms, one by one and counted from 1970 never more", () => {
    const rate = { tasks: 1_000_000, periodMs: 100, burst: 1 };
    let [tatMs, granted] = [0, 0];
    const startMs = 1_795_000_000_000;
    while (tokensOf(rate, tatMs, startMs) > 0 && granted < 10) {
      tatMs = tatAfter(rate, tatMs, startMs, 1);
      granted += 1;
    }
    assert.equal(granted, 1);
    assert.ok(tokensOf({ ...rate, burst: 1_000_000 }, tatMs, startMs) >= 999_990);
  });

  it("holds at once when it changes, also where more was granted than it would have let go", () => {
    const wide = { tasks: 1_000, periodMs: 1_000, burst: 1_000 };
    const narrow = { tasks: 1, periodMs: 1_000, burst: 2 };
    const tatMs = tatAfter(wide, 0, 5_000, 1_000);
    assert.equal(tokensOf(wide, tatMs, 5_000), 0);
    assert.equal(tokensOf(narrow, tatMs, 5_000), 1);
    assert.equal(tokensOf(narrow, tatMs + 1_000, 5_000), 0);
    assert.equal(nextTokenAt(narrow, tatMs + 1_000), 6_000);
  });
});
