import assert from "node:assert/strict";
import { differencesOf } from "../../server/src/domain/spec-differences.ts";
import type { TaskSpec } from "../../server/src/domain/task.ts";
import { newSpec } from "../support/task-factory.ts";

describe("What a repeated submit differs in", () => {
  const specOf = (...nonRetryableTypes: string[]): TaskSpec => {
    const spec = newSpec();
    return { ...spec, retryPolicy: { ...spec.retryPolicy, nonRetryableTypes } };
  };

  it("is neither the order of failure types nor one that comes twice", () => {
    assert.deepEqual(differencesOf(specOf("Bad", "Worse"), specOf("Worse", "Bad", "Bad")), []);
    assert.deepEqual(differencesOf(specOf("Bad", "Bad"), specOf("Bad", "Worse")), ["retry_policy"]);
    assert.deepEqual(differencesOf(specOf("Bad", "Worse"), specOf("Bad")), ["retry_policy"]);
  });
});
