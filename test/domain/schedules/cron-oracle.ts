const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  readonly isFixedTime: boolean;
}

/**
 * Yields the ticks of a five-field expression from one time to another, both included, the naive way:
 * looks at every minute what the wall shows there, by the rule that `readCron` states.
 */
export function* naiveTicks(
  expression: string,
  timeZone: string,
  fromMs: number,
  untilMs: number,
): Generator<number> {
  const fields = parse(expression);
  const offsetAt = offsetsOf(timeZone);
  let offsetMs = offsetAt(fromMs - MINUTE_MS);
  let repeatsUntilWallMs = Number.NEGATIVE_INFINITY;
  for (let atMs = fromMs; atMs <= untilMs; atMs += MINUTE_MS) {
    const formerMs = offsetMs;
    offsetMs = offsetAt(atMs);
    if (offsetMs < formerMs) {
      repeatsUntilWallMs = atMs + formerMs;
    }
    const wallMs = atMs + offsetMs;
    const skipsTick = fields.isFixedTime && hitsGap(fields, atMs + formerMs, wallMs);
    const isRepeat = fields.isFixedTime && wallMs < repeatsUntilWallMs;
    if (skipsTick || (!isRepeat && matches(fields, wallMs))) {
      yield atMs;
    }
  }
}

function hitsGap(fields: Fields, fromWallMs: number, toWallMs: number): boolean {
  for (let wallMs = fromWallMs; wallMs < toWallMs; wallMs += MINUTE_MS) {
    if (matches(fields, wallMs)) {
      return true;
    }
  }
  return false;
}

let latest: { timeZone: string; offsetAt: (atMs: number) => number } | null = null;

/** Returns what reads a zone's offset from UTC off a wall in it, to the minute, in milliseconds. */
export function offsetsOf(timeZone: string): (atMs: number) => number {
  if (latest?.timeZone !== timeZone) {
    latest = { timeZone, offsetAt: byDay(offsetReader(timeZone)) };
  }
  return latest.offsetAt;
}

// No zone changes its offset twice within a day of UTC, so that few days are read minute by minute.
function byDay(read: (atMs: number) => number): (atMs: number) => number {
  const known = new Map<number, number>();
  const readOnce = (atMs: number): number => {
    const offsetMs = known.get(atMs) ?? read(atMs);
    known.set(atMs, offsetMs);
    return offsetMs;
  };
  let day = { fromMs: Number.NaN, offsetMs: Number.NaN };
  return (atMs) => {
    const fromMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    if (day.fromMs !== fromMs) {
      const offsetMs = readOnce(fromMs);
      day = { fromMs, offsetMs: offsetMs === readOnce(fromMs + DAY_MS) ? offsetMs : Number.NaN };
    }
    return Number.isNaN(day.offsetMs) ? readOnce(atMs) : day.offsetMs;
  };
}

function offsetReader(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (atMs) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] =
      format.format(atMs).match(/\d+/g)?.map(Number) ?? [];
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  };
}

function matches(fields: Fields, wallMs: number): boolean {
  const minute = Math.floor(wallMs / MINUTE_MS) % 60;
  if (!fields.minutes.has(minute)) {
    return false;
  }
  const wall = new Date(wallMs);
  if (!fields.hours.has(wall.getUTCHours()) || !fields.months.has(wall.getUTCMonth() + 1)) {
    return false;
  }
  const isDay = fields.days.has(wall.getUTCDate());
  const isWeekday = fields.weekdays.has(wall.getUTCDay());
  if (fields.anyDay || fields.anyWeekday) {
    return isDay && isWeekday;
  }
  return isDay || isWeekday;
}

function parse(expression: string): Fields {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = expression.split(" ");
  const weekdays = setOf(weekday, 0, 7);
  if (weekdays.has(7)) {
    weekdays.add(0);
  }
  return {
    minutes: setOf(minute, 0, 59),
    hours: setOf(hour, 0, 23),
    days: setOf(day, 1, 31),
    months: setOf(month, 1, 12),
    weekdays,
    anyDay: day === "*",
    anyWeekday: weekday === "*",
    isFixedTime: !/[*/]/.test(minute + hour),
  };
}

function setOf(field: string, min: number, max: number): Set<number> {
  const set = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [low, high = low] = range === "*" ? [min, max] : range.split("-").map(Number);
    for (let value = low ?? min; value <= (high ?? max); value += Number(step)) {
      set.add(value);
    }
  }
  return set;
}
