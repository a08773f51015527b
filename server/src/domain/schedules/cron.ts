import { Cron, CronPattern } from "croner";
import { cronProblemText } from "./cron-problem.ts";
import { Zone } from "./zone.ts";
import { type Calendar, fixedTicks, recurringTicks, type WallTicks } from "./zoned-ticks.ts";

export type { Calendar } from "./zoned-ticks.ts";

/** What is wrong with a cron cadence. */
export interface CronProblem {
  readonly field: "expression" | "time_zone";
  /** To be read after the field: "is no known time zone". */
  readonly description: string;
}

const FIELDS = /^\S+(\s+\S+){4,5}$/;
const NICKNAME = /^@[a-z]+$/i;
const CACHE_SIZE = 1_000;

/**
 * Reads a cron expression of five fields, or six with seconds first, or a nickname such as `@daily`.
 *
 * Where day of month and weekday are both given, a day that is either of them matches; `*` and `?` give
 * none, a step of days gives one. A `+` before the weekday asks for days that are both.
 *
 * A time that a zone skips: fixed times (no `*`, no step in seconds, minutes, hours) fire once at the first
 * moment after the gap, others not at all. A time that a zone has twice: fixed times fire at the first,
 * others at both. docs/decisions/0010-cron-library.md says why, and what is left to the library.
 */
export function readCron(expression: string, timeZone: string): Calendar | CronProblem {
  const zone = zoneOf(timeZone);
  if (zone === null) {
    return { field: "time_zone", description: "is no known time zone" };
  }
  const trimmed = expression.trim();
  if (!FIELDS.test(trimmed) && !NICKNAME.test(trimmed)) {
    return { field: "expression", description: "must have five fields, or six with seconds first" };
  }
  try {
    return calendarOf(trimmed, zone);
  } catch (error) {
    return {
      field: "expression",
      description: `is no cron expression: ${cronProblemText(trimmed, error)}`,
    };
  }
}

/**
 * Says why a known zone's name is not to be taken from a caller; null where it is. An abbreviation stands
 * for several zones: the runtime takes CST for Chicago's, China's is meant as often, and EST for Panama's.
 */
export function ambiguityOf(timeZone: string): string | null {
  if (!/^[a-z]{2,3}$/i.test(timeZone)) {
    return null;
  }
  const taken = new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone;
  return taken === "UTC"
    ? null
    : `is an abbreviation, which would be taken for ${taken}: name the zone by its place`;
}

/** Whether a reading failed. */
export function isCronProblem(read: Calendar | CronProblem): read is CronProblem {
  return "field" in read;
}

const calendars = new Map<string, Calendar>();

/** Returns the calendar of an expression that was checked before. Keeps the newest thousand parsed. */
export function calendarFor(expression: string, timeZone: string): Calendar {
  const key = `${timeZone} ${expression}`;
  const known = calendars.get(key);
  if (known !== undefined) {
    return known;
  }
  const read = readCron(expression, timeZone);
  if (isCronProblem(read)) {
    throw new Error(`a stored cron expression ${read.description}`);
  }
  if (calendars.size >= CACHE_SIZE) {
    calendars.delete(calendars.keys().next().value ?? "");
  }
  calendars.set(key, read);
  return read;
}

function calendarOf(expression: string, zone: Zone): Calendar {
  const options = { mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" } as const;
  const { isFixedTime } = new CronPattern(expression, undefined, options);
  // An offset of none, so that the library knows of no zone: what it does where clocks change loses ticks.
  const cron = new Cron(expression, { ...options, paused: true, utcOffset: 0 });
  const wall: WallTicks = {
    next: (afterMs) => cron.nextRun(dateOf(afterMs))?.getTime() ?? null,
    previous: (beforeMs) => cron.previousRuns(1, dateOf(beforeMs))[0]?.getTime() ?? null,
  };
  return rememberingNext(isFixedTime ? fixedTicks(wall, zone) : recurringTicks(wall, zone));
}

// Many schedules share an expression, and ask for the same tick within a second.
function rememberingNext(calendar: Calendar): Calendar {
  let newest = { afterMs: 0, nextMs: 0 };
  return {
    next(afterMs) {
      if (afterMs >= newest.afterMs && afterMs < newest.nextMs) {
        return newest.nextMs;
      }
      const nextMs = calendar.next(afterMs);
      newest = nextMs === null ? newest : { afterMs, nextMs };
      return nextMs;
    },
    previous: (beforeMs, limit) => calendar.previous(beforeMs, limit),
  };
}

function zoneOf(name: string): Zone | null {
  // An offset such as +01:00 is accepted by the runtime, and is no zone.
  if (!/^[A-Za-z]/.test(name)) {
    return null;
  }
  try {
    return new Zone(name);
  } catch {
    return null;
  }
}

function dateOf(ms: number) {
  // biome-ignore lint/style/noRestrictedGlobals: the library takes a moment as a Date; the time of day is not read
  return new Date(ms);
}
