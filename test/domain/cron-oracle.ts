const MINUTE_MS = 60_000;
/** Zones change their offset at whole quarters of an hour, since the 1970s and in all that is planned. */
const BLOCK_MS = 15 * MINUTE_MS;

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
  let offsetMs = offsetAt(fromMs - BLOCK_MS);
  let repeatsUntilWallMs = Number.NEGATIVE_INFINITY;
  for (let atMs = fromMs; atMs <= untilMs; atMs += MINUTE_MS) {
    if (atMs % BLOCK_MS === 0 || atMs === fromMs) {
      const newOffsetMs = offsetAt(atMs);
      const skipsTick = fields.isFixedTime && hitsGap(fields, atMs + offsetMs, atMs + newOffsetMs);
      if (newOffsetMs < offsetMs) {
        repeatsUntilWallMs = atMs + offsetMs;
      }
      offsetMs = newOffsetMs;
      if (skipsTick) {
        yield atMs;
        continue;
      }
    }
    const wallMs = atMs + offsetMs;
    const isRepeat = fields.isFixedTime && wallMs < repeatsUntilWallMs;
    if (!isRepeat && matches(fields, wallMs)) {
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

function offsetsOf(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (atMs) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(atMs)) ?? [];
    const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
    return sign === "-" ? -size : size;
  };
}

function matches(fields: Fields, wallMs: number): boolean {
  const wall = new Date(wallMs);
  if (
    !fields.minutes.has(wall.getUTCMinutes()) ||
    !fields.hours.has(wall.getUTCHours()) ||
    !fields.months.has(wall.getUTCMonth() + 1)
  ) {
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
