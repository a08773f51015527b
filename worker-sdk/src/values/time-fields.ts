import type { Received, Sent } from "./wire.ts";

const MS_PER_SECOND = 1000;
const NANOS_PER_MS = 1_000_000;

/** Writes milliseconds as a `google.protobuf.Duration`. */
export function toDuration(ms: number): NonNullable<Sent<"RetryPolicy">["maxBackoff"]> {
  return toSeconds(ms);
}

/** Writes milliseconds that may not be given. */
export function durationOrNull(ms: number | undefined): ReturnType<typeof toDuration> | null {
  return ms === undefined ? null : toDuration(ms);
}

/** Reads a `google.protobuf.Duration` as milliseconds; 0 where it is absent. */
export function durationMs(duration: Received<"Throttle">["retryAfter"]): number {
  return duration === null
    ? 0
    : Number(duration.seconds) * MS_PER_SECOND + duration.nanos / NANOS_PER_MS;
}

/** Writes epoch milliseconds as a `google.protobuf.Timestamp`. */
export function toTimestamp(epochMs: number): NonNullable<Sent<"ListRequest">["submittedFrom"]> {
  return toSeconds(epochMs);
}

/** Reads a `google.protobuf.Timestamp` as epoch milliseconds; undefined where it is absent. */
export function timestampMs(timestamp: Received<"Task">["submitTime"]): number | undefined {
  return timestamp === null
    ? undefined
    : Number(timestamp.seconds) * MS_PER_SECOND + timestamp.nanos / NANOS_PER_MS;
}

function toSeconds(ms: number): { seconds: number; nanos: number } {
  const wholeMs = Math.floor(ms);
  const seconds = Math.floor(wholeMs / MS_PER_SECOND);
  return { seconds, nanos: (wholeMs - seconds * MS_PER_SECOND) * NANOS_PER_MS };
}
