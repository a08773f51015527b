import { Cron, CronPattern } from "croner";
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
const SHOWN_PROBLEM_CHARACTERS = 160;
const CACHE_SIZE = 1_000;

/**
 * Reads a cron expression of five fields, or six with seconds first, or a nickname such as `@daily`.
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
    return { field: "expression", description: `is no cron expression: ${shown(error)}` };
  }
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

function shown(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^[A-Za-z]+: /, "")
    .slice(0, SHOWN_PROBLEM_CHARACTERS)
    .toWellFormed();
}

function dateOf(ms: number) {
  // biome-ignore lint/style/noRestrictedGlobals: the library takes a moment as a Date; the time of day is not read
  return new Date(ms);
}
