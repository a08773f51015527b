import fc from "fast-check";
import type { RateLimit } from "../../../server/src/domain/flow/queue-settings.ts";

export const DAY_MS = 86_400_000;

/** Rates of every size that settings may have. */
export const rates: fc.Arbitrary<RateLimit> = fc.oneof(
  fc.record({
    tasks: fc.integer({ min: 1, max: 200 }),
    periodMs: fc.integer({ min: 100, max: 10_000 }),
    burst: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({
    tasks: fc.integer({ min: 1, max: 1_000_000 }),
    periodMs: fc.integer({ min: 100, max: DAY_MS }),
    burst: fc.integer({ min: 1, max: 1_000_000 }),
  }),
  fc.record({
    tasks: fc.constantFrom(1, 7, 1_000_000),
    periodMs: fc.constantFrom(100, DAY_MS),
    burst: fc.constantFrom(1, 2, 1_000_000),
  }),
);

/** One who asks for tokens. */
export interface Asked {
  /** After so many of the rate's own intervals. */
  readonly afterIntervals: number;
  readonly wanted: number;
}

export const asks: fc.Arbitrary<Asked[]> = fc.array(
  fc.record({
    afterIntervals: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
    wanted: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100 }), fc.constant(2_000_000)),
  }),
  { minLength: 1, maxLength: 60 },
);
