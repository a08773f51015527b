/** One change of a zone's offset from UTC. Offsets are what is added to UTC to get what the wall shows. */
export interface ZoneChange {
  /** The first moment at the new offset. */
  readonly atMs: number;
  readonly formerMs: number;
  readonly newMs: number;
}

/** The moments at which a wall shows a time: one, two, or none, where the zone's clocks skip it. */
export type Moments =
  | { readonly kind: "once"; readonly atMs: number }
  | {
      readonly kind: "twice";
      readonly firstMs: number;
      readonly secondMs: number;
      readonly change: ZoneChange;
    }
  | { readonly kind: "skipped"; readonly change: ZoneChange };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** No zone ever was further from UTC. */
const MAX_OFFSET_MS = 16 * HOUR_MS;
/** The largest change is a whole day: a zone that moves across the date line. */
const MAX_CHANGE_MS = 25 * HOUR_MS;

/**
 * A time zone's clocks. What a wall shows is told as the epoch milliseconds at which UTC shows the same, so
 * that calendar arithmetic on it needs no zone. Changes less than 25 h apart are not told apart: there
 * are none since 1970.
 */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  #found: ZoneChange | null = null;

  /** @throws RangeError where the runtime knows no zone of that name */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  }

  /** What the wall shows at a moment. */
  wallAt(atMs: number): number {
    return atMs + this.#offsetAt(atMs);
  }

  /** When the wall shows a time. */
  momentsOf(wallMs: number): Moments {
    const change = this.#changeIn(wallMs - MAX_OFFSET_MS, wallMs + MAX_OFFSET_MS);
    if (change === null) {
      return { kind: "once", atMs: wallMs - this.#offsetAt(wallMs) };
    }
    const formerMs = wallMs - change.formerMs;
    const newMs = wallMs - change.newMs;
    if (formerMs < change.atMs) {
      return newMs < change.atMs
        ? { kind: "once", atMs: formerMs }
        : { kind: "twice", firstMs: formerMs, secondMs: newMs, change };
    }
    return newMs < change.atMs ? { kind: "skipped", change } : { kind: "once", atMs: newMs };
  }

  /** The change that turns the clocks back soon after a moment; null where there is none. */
  turnBackAfter(atMs: number): ZoneChange | null {
    return backwards(this.#changeIn(atMs, atMs + MAX_CHANGE_MS));
  }

  /** The change that turned the clocks back shortly before a moment, or at it; null where there is none. */
  turnBackBefore(atMs: number): ZoneChange | null {
    return backwards(this.#changeIn(atMs - MAX_CHANGE_MS, atMs));
  }

  #changeIn(afterMs: number, untilMs: number): ZoneChange | null {
    const formerMs = this.#offsetAt(afterMs);
    const newMs = this.#offsetAt(untilMs);
    if (formerMs === newMs) {
      return null;
    }
    const found = this.#found;
    const isFound = found !== null && found.atMs > afterMs && found.atMs <= untilMs;
    if (isFound && found.formerMs === formerMs && found.newMs === newMs) {
      return found;
    }
    // Changes come at whole seconds.
    let low = Math.floor(afterMs / 1_000);
    let high = Math.ceil(untilMs / 1_000);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offsetAt(middle * 1_000) === formerMs) {
        low = middle;
      } else {
        high = middle;
      }
    }
    this.#found = { atMs: high * 1_000, formerMs, newMs };
    return this.#found;
  }

  #offsetAt(atMs: number): number {
    const text = this.#format.format(atMs);
    const [, sign, hours, minutes, seconds] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
    const sizeMs =
      (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS + Number(seconds ?? 0) * 1_000;
    return sign === "-" ? -sizeMs : sizeMs;
  }
}

function backwards(change: ZoneChange | null): ZoneChange | null {
  return change !== null && change.newMs < change.formerMs ? change : null;
}
