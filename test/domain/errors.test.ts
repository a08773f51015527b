import assert from "node:assert/strict";
import {
  assertNever,
  REASONS,
  type ReasonInfo,
  TaskError,
} from "../../server/src/domain/errors.ts";

describe("The reasons of errors", () => {
  const reasons = Object.entries(REASONS) as [string, ReasonInfo][];

  it("are named as google.rpc.ErrorInfo asks", () => {
    for (const [reason] of reasons) {
      assert.match(reason, /^[A-Z][A-Z0-9_]{0,61}[A-Z0-9]$/);
    }
  });

  it("say in sentences when they are given", () => {
    for (const [reason, { doc }] of reasons) {
      assert.match(doc, /^[A-Z].*[^ ]\.$/s, reason);
    }
  });

  it("call retryable only what a caller's retries by status would try again as well", () => {
    const transient = ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"];
    for (const [reason, { status, retryable }] of reasons) {
      assert.ok(!retryable || transient.includes(status), reason);
      assert.ok(retryable || status !== "UNAVAILABLE", reason);
    }
  });
});

describe("A TaskError", () => {
  it("carries its details, and its cause for the log alone", () => {
    const cause = new Error("secret");
    const violation = { field: "task.queue", description: "is empty" };
    const error = new TaskError("INVALID_FIELD", "one field is wrong", {
      metadata: { task_id: "q~1" },
      violations: [violation],
      retryAfterMs: 250,
      cause,
    });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.reason, error.message, error.metadata, error.violations],
      ["TaskError", "INVALID_FIELD", "one field is wrong", { task_id: "q~1" }, [violation]],
    );
    assert.deepEqual([error.retryAfterMs, error.cause], [250, cause]);
    assert.doesNotMatch(JSON.stringify(error), /secret/);
  });

  it("has nothing to add by default", () => {
    const { metadata, violations, retryAfterMs, cause } = new TaskError("INTERNAL", "a bug");
    assert.deepEqual([metadata, violations, retryAfterMs, cause], [{}, [], null, undefined]);
  });
});

describe("assertNever", () => {
  it("fails with the value that should not be", () => {
    assert.throws(() => assertNever({ kind: "new" } as never), /unexpected value: {"kind":"new"}/);
  });
});
