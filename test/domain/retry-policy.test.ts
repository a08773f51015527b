import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import fc from "fast-check";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import { afterFailure, backoffMs } from "../../server/src/domain/retry-policy.ts";
import type { RetryPolicy } from "../../server/src/domain/task.ts";
import { retryPolicy } from "../support/task-factory.ts";

const NEVER_RANDOM = 0;
const FAILURE = { type: "Boom", message: "it broke", stack: "" };

const policies: fc.Arbitrary<RetryPolicy> = fc
  .record({
    maxAttempts: fc.integer({ min: 1, max: LIMITS.maxAttempts }),
    maxCrashes: fc.integer({ min: 1, max: LIMITS.maxCrashes }),
    initialBackoffMs: fc.nat({ max: LIMITS.maxBackoffMs }),
    longer: fc.nat({ max: LIMITS.maxBackoffMs }),
    multiplier: fc.double({ min: 1, max: LIMITS.maxMultiplier, noNaN: true }),
    nonRetryableTypes: fc.array(fc.string(), { maxLength: 3 }),
  })
  .map(({ longer, ...policy }) => ({
    ...policy,
    maxBackoffMs: Math.min(LIMITS.maxBackoffMs, policy.initialBackoffMs + longer),
  }));
const attempts = fc.integer({ min: 1, max: LIMITS.maxAttempts });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("The retry policy", () => {
  const failed = (attempt: number) => ({
    failure: FAILURE,
    attempt,
    nonRetryable: false,
    retryAfterMs: null,
  });

  it("doubles the wait from 1 s to 5 min by default", () => {
    const waits = Array.from({ length: 11 }, (_, index) =>
      backoffMs(DEFAULTS.retryPolicy, index + 1, NEVER_RANDOM),
    );
    assert.deepEqual(
      waits.map((wait) => wait / 1_000),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300],
    );
  });

  it("waits at most the longest back-off, at least four fifths of it, in whole milliseconds", () => {
    fc.assert(
      fc.property(policies, attempts, randoms, (policy, attempt, random) => {
        const full = backoffMs(policy, attempt, NEVER_RANDOM);
        const wait = backoffMs(policy, attempt, random);
        assert.ok(Number.isInteger(wait));
        assert.ok(wait <= full && full <= policy.maxBackoffMs);
        assert.ok(wait >= Math.floor(full * 0.8), `${wait} of ${full}`);
      }),
    );
  });

  it("never waits shorter after a later attempt", () => {
    fc.assert(
      fc.property(policies, attempts, randoms, (policy, attempt, random) => {
        assert.ok(backoffMs(policy, attempt + 1, random) >= backoffMs(policy, attempt, random));
      }),
    );
  });

  it("spreads tasks that failed together", () => {
    const policy = retryPolicy({ initialBackoffMs: 10_000 });
    assert.equal(backoffMs(policy, 1, 0), 10_000);
    assert.equal(backoffMs(policy, 1, 0.5), 9_000);
    assert.equal(backoffMs(policy, 1, 0.999_999), 8_000);
  });

  it("retries until the attempts are spent, and never after (G7)", () => {
    fc.assert(
      fc.property(policies, attempts, randoms, (policy, attempt, random) => {
        const { kind } = afterFailure(
          { ...policy, nonRetryableTypes: [] },
          failed(attempt),
          random,
        );
        assert.equal(kind, attempt < policy.maxAttempts ? "retry" : "die");
      }),
    );
  });

  it("kills at once where the handler or the failure's type says so", () => {
    const policy = retryPolicy({ nonRetryableTypes: ["Fatal", "Boom"] });
    assert.deepEqual(afterFailure(policy, failed(1), NEVER_RANDOM), { kind: "die" });
    const lenient = retryPolicy({ nonRetryableTypes: ["boom", "Boo"] });
    assert.equal(afterFailure(lenient, failed(1), NEVER_RANDOM).kind, "retry");
    const final = { ...failed(1), nonRetryable: true, retryAfterMs: 5 };
    assert.deepEqual(afterFailure(lenient, final, NEVER_RANDOM), { kind: "die" });
  });

  it("waits as long as the handler asks for, 0 included, while attempts are left", () => {
    const policy = retryPolicy({ maxAttempts: 2 });
    for (const retryAfterMs of [0, 1, LIMITS.maxBackoffMs]) {
      const decision = afterFailure(policy, { ...failed(1), retryAfterMs }, 0.7);
      assert.deepEqual(decision, { kind: "retry", delayMs: retryAfterMs });
    }
    const spent = afterFailure(policy, { ...failed(2), retryAfterMs: 0 }, 0.7);
    assert.deepEqual(spent, { kind: "die" });
  });
});
