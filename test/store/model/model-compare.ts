import assert from "node:assert/strict";
import type { Task } from "../../../server/src/domain/task.ts";
import { assertNear } from "../conformance/fixture.ts";

const TIMES = ["submittedAtMs", "dueAtMs", "startedAtMs", "finishedAtMs", "purgeAtMs"] as const;

/** The cheap part of {@link assertSameTask}, for after each call. */
export function assertSamePlace(actual: Task, expected: Task): void {
  const isSame =
    actual.state === expected.state &&
    actual.token === expected.token &&
    actual.attempt === expected.attempt &&
    actual.crashes === expected.crashes &&
    actual.deliveries === expected.deliveries &&
    actual.ahead === expected.ahead;
  if (!isSame) {
    assertSameTask(actual, expected);
  }
}

/** Asserts that a task is as the model has it, its times but for the store's own time passing. */
export function assertSameTask(actual: Task, expected: Task): void {
  for (const time of TIMES) {
    const expectedMs = expected[time];
    if (expectedMs === null) {
      assert.equal(actual[time], null, `${time} of ${actual.id}`);
    } else {
      assertNear(actual[time], expectedMs, `${time} of ${actual.id}`);
    }
  }
  const timeless = Object.fromEntries(TIMES.map((time) => [time, null]));
  const known = Object.keys(actual).map((key) => [key, expected[key as keyof Task]]);
  assertSame({ ...actual, ...timeless }, { ...Object.fromEntries(known), ...timeless });
}

/** Asserts that values are the same, bytes as bytes whether Buffer or not. */
export function assertSame(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

/** Asserts that two lists hold the same in whatever order. */
export function assertSameSet(actual: readonly unknown[], expected: readonly unknown[]): void {
  assert.deepEqual(new Set(actual), new Set(expected));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString("hex");
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
