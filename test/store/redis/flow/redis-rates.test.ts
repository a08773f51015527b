import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { nextTokenAt, tatAfter, tatAt, tokensOf } from "../../../../server/src/domain/flow/gcra.ts";
import type { RateLimit } from "../../../../server/src/domain/flow/queue-settings.ts";
import { type Asked, asks, DAY_MS, rates } from "../../../domain/flow/rates.ts";
import { redisBed } from "../redis-bed.ts";

const FILE = join(
  import.meta.dirname,
  "../../../../server/src/store/redis/lua/lib/deals/rates.lua",
);
/** What scripts count TATs from. */
const TATS_FROM_MS = 1_735_689_600_000;
/** As times and TATs are said here: the year that scripts count from, and a later one. */
const STARTS_MS = [0, 60_000_000_000];

/** Asks what the Lua functions say, from one TAT on: what remains of it, and what there is at each time. */
const SCRIPT = `
local TATS_FROM_MS, now_ms = ${TATS_FROM_MS}, 0
${readFileSync(FILE, "utf8")}
local tat, said = tonumber(ARGV[1]), {}
for i = 2, #ARGV, 4 do
  local interval, burst, wanted = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  now_ms = tonumber(ARGV[i + 3]) + TATS_FROM_MS
  local settled = tat_at(interval, burst, tat)
  local tokens = tokens_of(interval, burst, settled)
  tat = tat_after(interval, settled, math.min(wanted, tokens))
  for _, number in ipairs({settled, tokens, tat, next_token_at(interval, burst, tat) - TATS_FROM_MS}) do
    said[#said + 1] = string.format("%.17g", number)
  end
end
return said`;

/** Who asks when, at which rate. */
interface Turn extends Omit<Asked, "afterIntervals"> {
  readonly rate: RateLimit;
  readonly atMs: number;
}

/** Rates that change now and then, and TATs as they, or anything else, left them. */
const turns: fc.Arbitrary<{ readonly tatMs: number; readonly turns: readonly Turn[] }> = fc
  .record({
    startMs: fc.constantFrom(...STARTS_MS),
    leftMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -DAY_MS, max: DAY_MS }),
      fc.double({ min: -DAY_MS, max: DAY_MS, noNaN: true }),
    ),
    phases: fc.array(fc.tuple(rates, asks), { minLength: 1, maxLength: 4 }),
  })
  .map(({ startMs, leftMs, phases }) => {
    let atMs = startMs;
    const all = phases.flatMap(([rate, asked]) =>
      asked.map(({ afterIntervals, wanted }) => {
        atMs += Math.round((afterIntervals * rate.periodMs) / rate.tasks);
        return { rate, atMs, wanted };
      }),
    );
    return { tatMs: Math.max(0, startMs + leftMs), turns: all };
  });

/** What the domain says to the same. */
function said(startTatMs: number, asked: readonly Turn[]): number[] {
  let tatMs = startTatMs;
  return asked.flatMap(({ rate, atMs, wanted }) => {
    const settledMs = tatAt(rate, tatMs, atMs);
    const tokens = tokensOf(rate, settledMs, atMs);
    tatMs = tatAfter(rate, settledMs, atMs, Math.min(wanted, tokens));
    // No zero below zero: scripts count from another year.
    return [settledMs, tokens, tatMs, nextTokenAt(rate, tatMs) + 0];
  });
}

describe("Rates on Redis", () => {
  const bed = redisBed();

  it("are those of the domain, to the bit", async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(turns, async ({ tatMs, turns: asked }) => {
        const args = asked.flatMap(({ rate, atMs, wanted }) => [
          rate.periodMs / rate.tasks,
          rate.burst,
          wanted,
          atMs,
        ]);
        const replied = (await bed.redis.eval(SCRIPT, 0, tatMs, ...args)) as string[];
        assert.deepEqual(replied.map(Number), said(tatMs, asked));
      }),
      { numRuns: 1_000 },
    );
  });
});
