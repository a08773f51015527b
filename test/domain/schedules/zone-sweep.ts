import assert from "node:assert/strict";
import {
  type Calendar,
  isCronProblem,
  readCron,
} from "../../../server/src/domain/schedules/cron.ts";
import { naiveTicks, offsetsOf } from "./cron-oracle.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WINDOW_MS = 2 * DAY_MS;
const FARTHEST_MS = 500 * DAY_MS;

/** What is compared in every zone: fixed times first, most of them near midnight, then recurring ones. */
export const SWEPT_EXPRESSIONS: readonly string[] = [
  "30 23 * * *",
  "0 0 * * *",
  "15 0 * * *",
  "30 2 * * *",
  "0 1,2,3 * * *",
  "59 23 * * 6",
  "30 23 * * 0",
  "0 0 1 * *",
  "30 23 28-31 * *",
  "0 12 * * 5",
  "0 9 30 12 *",
  "0 9 21 8 *",
  "15,45 0-3,22-23 * * *",
  "*/15 * * * *",
  "0 * * * *",
  "* 2 * * *",
  "0 */2 * * *",
  "*/30 0 * * 0",
  "*/20 23 * * *",
  "7 */5 1-7 * 1",
];

/** What a sweep compared. */
export interface SweepCount {
  readonly zones: number;
  readonly changes: number;
  readonly ticks: number;
}

/**
 * Compares the product's ticks with the oracle's in every zone that the runtime knows: in the days around
 * each change of the zone's offset, forwards and backwards, and the first tick after some day, so many years
 * apart. Zones with the same changes are compared once.
 *
 * @throws AssertionError at the first difference
 */
export function sweepZones(
  zones: readonly string[],
  fromMs: number,
  untilMs: number,
  yearsApart = Number.POSITIVE_INFINITY,
): SweepCount {
  const seen = new Set<string>();
  let changes = 0;
  let ticks = 0;
  for (const zone of zones) {
    const found = changesOf(zone, fromMs, untilMs);
    const key = JSON.stringify([offsetsOf(zone)(fromMs), found]);
    if (seen.has(key)) {
      continue;
    }
    seen.add(key);
    changes += found.length;
    for (const expression of SWEPT_EXPRESSIONS) {
      const calendar = readCron(expression, zone);
      assert.ok(!isCronProblem(calendar));
      for (const { atMs } of found) {
        ticks += compareAround(calendar, expression, zone, atMs);
      }
      const stepMs = yearsApart * 365 * DAY_MS;
      for (let atMs = fromMs + stepMs; atMs < untilMs; atMs += stepMs) {
        compareOne(calendar, expression, zone, atMs + (ticks % 365) * DAY_MS);
        ticks += 1;
      }
    }
  }
  return { zones: seen.size, changes, ticks };
}

function compareAround(
  calendar: Calendar,
  expression: string,
  zone: string,
  changeMs: number,
): number {
  const fromMs = changeMs - WINDOW_MS;
  const untilMs = changeMs + WINDOW_MS;
  const expected = [...naiveTicks(expression, zone, fromMs, untilMs)];
  const found: number[] = [];
  for (let at = calendar.next(fromMs - 1); at !== null && at <= untilMs; at = calendar.next(at)) {
    found.push(at);
  }
  assertSame(found, expected, `${expression} in ${zone}`);
  const back = calendar.previous(untilMs + 1, expected.length).reverse();
  assertSame(back, expected, `backwards ${expression} in ${zone}`);
  return expected.length;
}

function compareOne(calendar: Calendar, expression: string, zone: string, afterMs: number): void {
  const naive = naiveTicks(expression, zone, afterMs + MINUTE_MS, afterMs + FARTHEST_MS).next();
  assertSame([calendar.next(afterMs)], [naive.value ?? null], `${expression} in ${zone}`);
}

function assertSame(
  found: readonly (number | null)[],
  expected: readonly (number | null)[],
  text: string,
): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    assert.deepEqual(found.map(iso), expected.map(iso), text);
  }
}

function iso(ms: number | null): string {
  return ms === null ? "never" : new Date(ms).toISOString();
}

/** Finds when a zone's offset changes, to the minute, looking at each day. */
function changesOf(
  zone: string,
  fromMs: number,
  untilMs: number,
): { readonly atMs: number; readonly offsetMs: number }[] {
  const offsetAt = offsetsOf(zone);
  const changes: { atMs: number; offsetMs: number }[] = [];
  let formerMs = offsetAt(fromMs);
  for (let dayMs = fromMs + DAY_MS; dayMs <= untilMs; dayMs += DAY_MS) {
    const offsetMs = offsetAt(dayMs);
    if (offsetMs !== formerMs) {
      let low = dayMs - DAY_MS;
      let high = dayMs;
      while (high - low > MINUTE_MS) {
        const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
        [low, high] = offsetAt(middle) === formerMs ? [middle, high] : [low, middle];
      }
      changes.push({ atMs: high, offsetMs });
      formerMs = offsetMs;
    }
  }
  return changes;
}
