/** Writes a time of the years 1 to 9999 as RFC 3339, in UTC. */
export function formatTime(ms: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a moment; the time of day is not read
  return new Date(ms).toISOString();
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Reads a time in RFC 3339; null where it is none. */
export function parseTime(text: string): number | null {
  if (!TIME.test(text)) {
    return null;
  }
  // biome-ignore lint/style/noRestrictedGlobals: reads a moment; the time of day is not read
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
