import { LIMITS } from "@baton/proto/shared";
import type { FieldChecks } from "./validate-fields.ts";

/** A `google.protobuf.Duration` as it comes from the wire. */
export interface DurationInput {
  readonly seconds: string;
  readonly nanos: number;
}

/** A `google.protobuf.Timestamp` as it comes from the wire. */
export interface TimestampInput {
  readonly seconds: string;
  readonly nanos: number;
}

/**
 * Whoever waits for a task at another dispatcher is told of its end by a hint, or finds it when it looks
 * the next time. A task that was purged before would be one that never was.
 */
const MIN_RETENTION_MS = 10_000;

const INTEGER = /^-?(0|[1-9][0-9]{0,15})$/;
/** protobuf's own bound: 10,000 years. */
const MAX_DURATION_SECONDS = 315_576_000_000;
/** protobuf's own bounds: from year 1 to year 9999. */
const MIN_TIMESTAMP_SECONDS = -62_135_596_800;
const MAX_TIMESTAMP_SECONDS = 253_402_300_799;
const MAX_NANOS = 999_999_999;
const NANOS_A_MS = 1_000_000;
const MS_A_SECOND = 1_000;
const MS_A_MINUTE = 60_000;
const MS_A_HOUR = 3_600_000;
const MS_A_DAY = 86_400_000;

/** Checks a duration. Returns it in milliseconds, rounded up, or `minMs` where it is wrong. */
export function checkDuration(
  checks: FieldChecks,
  field: string,
  value: DurationInput,
  minMs: number,
  maxMs: number,
): number {
  const seconds = integerOf(value.seconds);
  const { nanos } = value;
  const wrong = wrongWithDuration(seconds, nanos);
  if (wrong !== null) {
    checks.refuse(field, wrong);
    return minMs;
  }
  const ms = seconds * MS_A_SECOND + Math.ceil(nanos / NANOS_A_MS);
  if (ms < minMs || ms > maxMs) {
    checks.refuse(field, `must be ${shownMs(minMs)} to ${shownMs(maxMs)}`);
    return minMs;
  }
  return ms;
}

/** Checks how long a task is kept after its end. Returns it in milliseconds, no less than is needed to see the end. */
export function checkRetention(checks: FieldChecks, field: string, value: DurationInput): number {
  return Math.max(checkDuration(checks, field, value, 0, LIMITS.maxRetentionMs), MIN_RETENTION_MS);
}

/**
 * Checks a point in time. Returns it in epoch milliseconds, or 0 where it is wrong. Parts of a millisecond
 * are rounded up, so that nothing happens too soon, unless it is said otherwise.
 */
export function checkTimestamp(
  checks: FieldChecks,
  field: string,
  value: TimestampInput,
  round: (ms: number) => number = Math.ceil,
): number {
  const seconds = integerOf(value.seconds);
  const isInRange = seconds >= MIN_TIMESTAMP_SECONDS && seconds <= MAX_TIMESTAMP_SECONDS;
  if (!isInRange || !isNanos(value.nanos) || value.nanos < 0) {
    checks.refuse(field, "is not a valid timestamp");
    return 0;
  }
  return seconds * MS_A_SECOND + round(value.nanos / NANOS_A_MS);
}

/** Says a duration in the largest unit that it is whole in. */
export function shownMs(ms: number): string {
  if (ms !== 0 && ms % MS_A_DAY === 0 && ms > MS_A_DAY) {
    return `${ms / MS_A_DAY} days`;
  }
  if (ms !== 0 && ms % MS_A_HOUR === 0) {
    return `${ms / MS_A_HOUR} h`;
  }
  if (ms !== 0 && ms % MS_A_MINUTE === 0) {
    return `${ms / MS_A_MINUTE} min`;
  }
  return ms !== 0 && ms % MS_A_SECOND === 0 ? `${ms / MS_A_SECOND} s` : `${ms} ms`;
}

function wrongWithDuration(seconds: number, nanos: number): string | null {
  if (!(Math.abs(seconds) <= MAX_DURATION_SECONDS) || !isNanos(nanos) || seconds * nanos < 0) {
    return "is not a valid duration";
  }
  return seconds < 0 || nanos < 0 ? "is negative" : null;
}

function isNanos(nanos: number): boolean {
  return Number.isInteger(nanos) && Math.abs(nanos) <= MAX_NANOS;
}

function integerOf(text: string): number {
  return INTEGER.test(text) ? Number(text) : Number.NaN;
}
