/** Writes a time of the years 1 to 9999 as RFC 3339, in UTC. */
export function formatTime(ms: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a moment; the time of day is not read
  return new Date(ms).toISOString();
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const MS_A_SECOND = 1_000;
const MS_A_MINUTE = 60 * MS_A_SECOND;
const MINUTES_AN_HOUR = 60;
const MAX_HOUR = 23;
const MAX_MINUTE = 59;
const MAX_SECOND = 59;
const LEAP_SECOND = 60;
const MS_DIGITS = 3;

/**
 * Reads a time in RFC 3339, cut to milliseconds; null where it is none, such as the 30th of February. The
 * leap second at the end of a month is the first second of the next, as epoch time has it.
 */
export function parseTime(text: string): number | null {
  const [, date, time, seconds, fraction = "", sign, hours = "0", minutes = "0"] =
    TIME.exec(text) ?? [];
  const second = Number(seconds);
  if (!(second <= LEAP_SECOND) || Number(hours) > MAX_HOUR || Number(minutes) > MAX_MINUTE) {
    return null;
  }
  const minute = `${date}T${time}:00.000Z`;
  // biome-ignore lint/style/noRestrictedGlobals: reads a moment; the time of day is not read
  const writtenMs = Date.parse(minute);
  // A day that the month does not have would be read as one of the next.
  if (Number.isNaN(writtenMs) || formatTime(writtenMs) !== minute) {
    return null;
  }
  const offsetMinutes = Number(hours) * MINUTES_AN_HOUR + Number(minutes);
  const minuteMs = writtenMs - (sign === "-" ? -1 : 1) * offsetMinutes * MS_A_MINUTE;
  if (second > MAX_SECOND && !beginsMonth(minuteMs + MS_A_MINUTE)) {
    return null;
  }
  return (
    minuteMs + second * MS_A_SECOND + Number(fraction.slice(0, MS_DIGITS).padEnd(MS_DIGITS, "0"))
  );
}

function beginsMonth(ms: number): boolean {
  return formatTime(ms).endsWith("-01T00:00:00.000Z");
}
