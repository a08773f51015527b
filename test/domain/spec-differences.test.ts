import assert from "node:assert/strict";
import { differencesOf } from "../../server/src/domain/specs/spec-differences.ts";
import { withDefaultsOf } from "../../server/src/domain/specs/spec-origins.ts";
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

  it("is not what its queue said then, where neither submit said it", () => {
    const stored = withDefaultsOf(newSpec(), {
      retryPolicy: specOf("Bad").retryPolicy,
      retentionMs: 60_000,
    });
    assert.deepEqual(differencesOf(newSpec(), stored), []);
    const other = { retryPolicy: null, retentionMs: 120_000 };
    assert.deepEqual(differencesOf(withDefaultsOf(newSpec(), other), stored), []);
  });

  it("is what a repeat asks for where the first submit left it to the queue, and the other way round", () => {
    const stored = withDefaultsOf(newSpec(), {
      retryPolicy: specOf("Bad").retryPolicy,
      retentionMs: 60_000,
    });
    const asking: TaskSpec = {
      ...newSpec(),
      origins: { retryPolicy: "submit", retention: "submit" },
    };
    assert.deepEqual(differencesOf(asking, stored), ["retry_policy", "retention"]);
    assert.deepEqual(differencesOf({ ...newSpec(), retentionMs: 60_000 }, stored), []);
    const asked = { ...specOf("Bad"), retentionMs: 60_000 };
    assert.deepEqual(differencesOf(newSpec(), asked), ["retry_policy", "retention"]);
  });
});
