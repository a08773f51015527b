import assert from "node:assert/strict";
import { Cron } from "croner";
import { type Ticks, ticksOf } from "../../../server/src/domain/schedules/schedule-ticks.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 5, 1);
const LIMIT = 1_000;

function ticks(expression: string, timeZone = "Europe/Berlin"): Ticks {
  const cadence = { kind: "cron", expression, timeZone } as const;
  return ticksOf({ cadence, startAtMs: null, endAtMs: null, anchorMs: 0 });
}

/** How many ticks the library was asked to find meanwhile. */
function soughtIn(action: () => void): number {
  const { previousRuns } = Cron.prototype;
  let sought = 0;
  Cron.prototype.previousRuns = function (count, ...rest) {
    sought += count;
    return previousRuns.call(this, count, ...rest);
  };
  try {
    action();
  } finally {
    Cron.prototype.previousRuns = previousRuns;
  }
  return sought;
}

describe("The newest ticks of a calendar", () => {
  it("cost no search in the past before what was asked for, however many may be wanted", () => {
    for (const expression of ["0 0 29 2 *", "0 0 29 2 +1", "0 0 * * *"]) {
      const rare = ticks(expression);
      const sought = soughtIn(() => rare.newest(NOW_MS - DAY_MS / 2, NOW_MS, LIMIT));
      assert.ok(sought <= 10, `${expression}: ${sought} ticks were sought`);
    }
  });

  it("are all that there are, oldest first, across a change of clocks", () => {
    const hourly = ticks("30 * * * *");
    const fromMs = Date.UTC(2026, 2, 28);
    const expected: number[] = [];
    for (let at = hourly.next(fromMs - 1); at !== null && at < fromMs + 2 * DAY_MS; ) {
      expected.push(at);
      at = hourly.next(at);
    }
    assert.deepEqual(hourly.newest(fromMs, fromMs + 2 * DAY_MS, LIMIT), expected);
    assert.deepEqual(hourly.newest(fromMs, fromMs + 2 * DAY_MS, 7), expected.slice(-7));
    assert.deepEqual(hourly.newest(fromMs, fromMs + 2 * DAY_MS, 0), []);
  });
});
