import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ambiguityOf,
  type Calendar,
  calendarFor,
  isCronProblem,
  readCron,
} from "../../../server/src/domain/schedules/cron.ts";
import { garbage } from "../../support/grpc/garbage.ts";
import { naiveTicks } from "./cron-oracle.ts";
import { sweepZones } from "./zone-sweep.ts";

const DAY_MS = 86_400_000;
// Whole and half hours of saving, east and west, with gaps at night, at midnight and by decree.
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "America/Havana",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "Asia/Beirut",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
];

function calendar(expression: string, timeZone = "UTC"): Calendar {
  const read = readCron(expression, timeZone);
  if (isCronProblem(read)) {
    throw new assert.AssertionError({ message: `${read.field} ${read.description}` });
  }
  return read;
}

function ticksOf(read: Calendar, fromMs: number, untilMs: number): number[] {
  const ticks: number[] = [];
  for (let at = read.next(fromMs - 1); at !== null && at <= untilMs; at = read.next(at)) {
    ticks.push(at);
  }
  return ticks;
}

function iso(times: readonly (number | null)[]): string[] {
  return times.map((ms) => (ms === null ? "never" : new Date(ms).toISOString()));
}

function assertSame(expression: string, timeZone: string, fromMs: number, untilMs: number): void {
  assert.deepEqual(
    iso(ticksOf(calendar(expression, timeZone), fromMs, untilMs)),
    iso([...naiveTicks(expression, timeZone, fromMs, untilMs)]),
    `${expression} in ${timeZone}`,
  );
}

const part = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min, max }).map(String),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
const list = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(part(min, max), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant("*"),
    list(min, max),
    fc.integer({ min: 1, max: Math.ceil(max / 2) }).map((step) => `*/${step}`),
  );
// A step of days has no agreed meaning beside a weekday, so those two are lists here.
const EXPRESSIONS = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    fc.oneof(fc.constant("*"), list(1, 31)),
    fc.oneof(fc.constant("*"), list(1, 12)),
    fc.oneof(fc.constant("*"), list(0, 6)),
  )
  .map((fields) => fields.join(" "));

describe("A cron calendar", () => {
  it("ticks as a naive minute-by-minute reading of the wall does, through a year in every zone", function () {
    this.timeout(60_000);
    for (const zone of ZONES) {
      for (const expression of ["30 0,2 * * *", "0 */2 * * *"]) {
        assertSame(expression, zone, Date.UTC(2025, 11, 31), Date.UTC(2027, 0, 2));
      }
    }
  });

  it("ticks so for any expression, zone and year", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(
        EXPRESSIONS,
        fc.constantFrom(...ZONES),
        fc.integer({ min: 2001, max: 2037 }),
        fc.integer({ min: 0, max: 365 }),
        (expression, zone, year, day) => {
          const fromMs = Date.UTC(year, 0, 1 + day);
          assertSame(expression, zone, fromMs, fromMs + 4 * DAY_MS);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("ticks so around the coming changes of every zone there is, forwards and backwards", function () {
    this.timeout(60_000);
    const zones = Intl.supportedValuesOf("timeZone");
    const { changes } = sweepZones(zones, Date.UTC(2027, 0, 1), Date.UTC(2027, 6, 1));
    assert.ok(changes > 20, `${changes} changes`);
  });

  it("ticks so where a zone skips or repeats midnight, half an hour or a whole day", function () {
    this.timeout(60_000);
    for (const [zone, year, month] of [
      ["America/Nuuk", 2027, 2],
      ["Pacific/Apia", 2011, 11],
      ["Pacific/Kwajalein", 1993, 7],
      ["Pacific/Kiritimati", 1994, 11],
      ["Australia/Lord_Howe", 2027, 3],
      ["Asia/Beirut", 2027, 2],
      ["America/Asuncion", 2023, 9],
      ["America/Havana", 2027, 10],
      ["Antarctica/Troll", 2027, 2],
      ["Asia/Pyongyang", 2018, 4],
    ] as const) {
      const { changes } = sweepZones(
        [zone],
        Date.UTC(year, month, 1),
        Date.UTC(year, month + 1, 3),
      );
      assert.equal(changes, 1, zone);
    }
  });

  it("fires what the clocks skip once, when the gap ends, on whatever day that is", () => {
    for (const [expression, zone, after, expected] of [
      // At 23:00 on Saturday, March 27, it is Sunday.
      ["30 23 * * *", "America/Nuuk", "2027-03-27T12:00Z", ["03-28T01:00", "03-29T00:30"]],
      ["30 23 * * 6", "America/Nuuk", "2027-03-27T12:00Z", ["03-28T01:00", "04-04T00:30"]],
      // There was no December 30.
      ["0 9 * * *", "Pacific/Apia", "2011-12-29T20:00Z", ["12-30T10:00", "12-30T19:00"]],
      ["0 9 30 12 *", "Pacific/Apia", "2011-12-29T20:00Z", ["12-30T10:00", "12-29T19:00"]],
    ] as const) {
      const read = calendar(expression, zone);
      const first = read.next(Date.parse(after)) ?? 0;
      const found = iso([first, read.next(first)]).map((text) => text.slice(5, 16));
      assert.deepEqual(found, expected, `${expression} in ${zone}`);
    }
  });

  it("finds the ticks before a time that it finds after an earlier one", function () {
    this.timeout(30_000);
    fc.assert(
      fc.property(
        EXPRESSIONS,
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 365 }),
        (expression, zone, day) => {
          const untilMs = Date.UTC(2026, 0, 1 + day);
          const read = calendar(expression, zone);
          const fromMs = untilMs - 5 * DAY_MS;
          const expected = ticksOf(read, fromMs, untilMs - 1).slice(-20);
          const found = read.previous(untilMs, 20).filter((at) => at >= fromMs);
          assert.deepEqual(iso(found.reverse()), iso(expected));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("ticks on leap days alone where it is asked to", () => {
    const ticks = ticksOf(calendar("0 9 29 2 *"), Date.UTC(2025, 0, 1), Date.UTC(2037, 0, 1));
    assert.deepEqual(iso(ticks), [
      "2028-02-29T09:00:00.000Z",
      "2032-02-29T09:00:00.000Z",
      "2036-02-29T09:00:00.000Z",
    ]);
  });

  it("ticks on the last day of every month", () => {
    const ticks = ticksOf(calendar("0 0 L * *"), Date.UTC(2028, 0, 1), Date.UTC(2028, 4, 1));
    assert.deepEqual(
      iso(ticks).map((text) => text.slice(5, 10)),
      ["01-31", "02-29", "03-31", "04-30"],
    );
  });

  it("takes seconds first where there are six fields", () => {
    const ticks = ticksOf(calendar("*/20 * * * * *"), 0, 60_000);
    assert.deepEqual(ticks, [0, 20_000, 40_000, 60_000]);
  });

  it("says that there is no tick where there never is one", () => {
    assert.equal(calendar("0 0 30 2 *").next(0), null);
  });

  it("takes a day for either where day of month and weekday are given, and for both where that is asked", () => {
    const days = (expression: string): string =>
      iso(ticksOf(calendar(expression), Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 15) - 1))
        .map((text) => text.slice(8, 10))
        .join(" ");
    // The first of February 2026 is a Sunday.
    for (const [expression, expected] of [
      ["0 9 13 * 1", "02 09 13"],
      ["0 9 */2 * 1", "01 02 03 05 07 09 11 13"],
      ["0 9 1-31/2 * 1", "01 02 03 05 07 09 11 13"],
      ["0 9 */2 * +1", "09"],
      ["0 9 13 * +5", "13"],
      ["0 9 13 * +1", ""],
      ["0 9 * * 1", "02 09"],
      ["0 9 ? * MON", "02 09"],
      ["0 0 9 ? * MON", "02 09"],
      ["0 9 13 * ?", "13"],
      ["0 9 * * 0,7", "01 08"],
      ["0 9 * * 1#2", "09"],
      ["0 9 14W * *", "13"],
    ] as const) {
      assert.equal(days(expression), expected, expression);
    }
  });

  it("names the number that was given and the field, whatever is wrong with it", () => {
    for (const [expression, expected] of [
      ["99 0 0 * * *", "the second 99 is not one of 0 to 59"],
      ["60 * * * *", "the minute 60 is not one of 0 to 59"],
      ["0 24 * * *", "the hour 24 is not one of 0 to 23"],
      ["0 0 32 * *", "the day of month 32 is not one of 1 to 31"],
      ["0 0 0 * *", "the day of month 0 is not one of 1 to 31"],
      ["0 0 0 0 * *", "the day of month 0 is not one of 1 to 31"],
      ["0 0 2-40/2 * *", "the day of month 40 is not one of 1 to 31"],
      ["0 0 32W * *", "the day of month 32 is not one of 1 to 31"],
      ["0 0 * 13 *", "the month 13 is not one of 1 to 12"],
      ["0 0 * 0-3 *", "the month 0 is not one of 1 to 12"],
      ["0 0 * * 8", "the weekday 8 is not one of 0 to 7"],
      ["0 0 * * 9#1", "the weekday 9 is not one of 0 to 7"],
      ["0 0 */32 * *", "the step 32 is more than 31"],
      ["0 0 * foo *", "the month cannot be read: foo"],
      ["x * * * * *", "the second cannot be read: x"],
    ] as const) {
      const read = readCron(expression, "UTC");
      assert.ok(isCronProblem(read), expression);
      assert.equal(read.description, `is no cron expression: ${expected}`);
    }
  });

  it("says which zone an abbreviation would be taken for", () => {
    for (const [name, taken] of [
      ["CST", "America/Chicago"],
      ["ist", "Asia/Calcutta"],
      ["BST", "Asia/Dhaka"],
      ["GB", "Europe/London"],
    ] as const) {
      assert.ok(ambiguityOf(name)?.includes(taken), name);
    }
    for (const name of ["UTC", "GMT", "Europe/Berlin", "Etc/GMT+5"]) {
      assert.equal(ambiguityOf(name), null);
    }
  });

  it("names the field that is wrong", () => {
    for (const [expression, zone, expected] of [
      ["60 * * * *", "UTC", "expression"],
      ["* * * *", "UTC", "expression"],
      ["* * * * * * *", "UTC", "expression"],
      ["2026-01-01T00:00:00Z", "UTC", "expression"],
      ["@reboot", "UTC", "expression"],
      ["\ud800 * * * *", "UTC", "expression"],
      ["0 0 * * *", "Mars/Olympus", "time_zone"],
      ["0 0 * * *", "+01:00", "time_zone"],
      ["0 0 * * *", "\0", "time_zone"],
    ] as const) {
      const read = readCron(expression, zone);
      assert.ok(isCronProblem(read), expression);
      assert.equal(read.field, expected);
      assert.ok(read.description.isWellFormed());
    }
  });

  it("never fails on any text", () => {
    fc.assert(
      fc.property(garbage(), fc.string(), (expression, zone) => {
        readCron(expression, "UTC");
        readCron("* * * * *", zone);
      }),
    );
  });

  it("is the same one for the same expression", () => {
    assert.equal(calendarFor("1 2 3 4 5", "UTC"), calendarFor("1 2 3 4 5", "UTC"));
  });
});
