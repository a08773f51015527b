const MS_A_SECOND = 1_000;
const NANOS_A_MS = 1_000_000;

/** A `google.protobuf.Duration` or `google.protobuf.Timestamp`. */
export interface SecondsAndNanos {
  readonly seconds: number;
  readonly nanos: number;
}

/** A span or an epoch time as the protocol writes it. */
export function toWireTime(ms: number): SecondsAndNanos {
  const wholeMs = Math.round(ms);
  const seconds = Math.floor(wholeMs / MS_A_SECOND);
  return { seconds, nanos: (wholeMs - seconds * MS_A_SECOND) * NANOS_A_MS };
}

/** As {@link toWireTime}; null where there is none. */
export function toWireTimeOrNull(ms: number | null): SecondsAndNanos | null {
  return ms === null ? null : toWireTime(ms);
}
