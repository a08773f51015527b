/** In UTF-16 units. */
const MAX_KEY_SHOWN = 64;

/** Says a span as people would. */
export function words(ms: number): string {
  if (ms < 1_000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** A key within a sentence, cut where it is long; quotes and escapes keep a hostile one from looking like a part of it. */
export function quoted(key: string): string {
  const cut = key.length > MAX_KEY_SHOWN ? `${key.slice(0, MAX_KEY_SHOWN).toWellFormed()}…` : key;
  return JSON.stringify(cut);
}
