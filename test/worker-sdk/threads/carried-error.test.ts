import assert from "node:assert/strict";
import {
  NonRetryableError,
  RateLimitedError,
  ReleaseTaskError,
  RetryAfterError,
} from "@baton/worker-sdk";
import { wishOf } from "../../../worker-sdk/src/handler/handler-errors.ts";
import { carryError, rebuildError } from "../../../worker-sdk/src/threads/carried-error.ts";

describe("An error that crosses between threads", () => {
  const cause = new RangeError("why");
  const ERRORS = [
    new NonRetryableError("never", { cause }),
    new RetryAfterError(1_500, "later", { cause }),
    new ReleaseTaskError(undefined, "not here", { cause }),
    new RateLimitedError({ retryAfterMs: 2_000, scope: "queue" }, "too many", { cause }),
  ];
  for (const error of ERRORS) {
    it(`asks for the same, and says the same (${error.name})`, () => {
      const crossed = structuredClone(carryError(error));
      const rebuilt = rebuildError(crossed) as Error;
      assert.ok(rebuilt instanceof error.constructor);
      assert.deepEqual(wishOf(rebuilt), wishOf(error));
      assert.deepEqual(
        [rebuilt.name, rebuilt.message, rebuilt.stack],
        [error.name, error.message, error.stack],
      );
      assert.equal((rebuilt.cause as Error).message, "why");
    });
  }
});
