import assert from "node:assert/strict";
import fc from "fast-check";
import type { TaskType } from "../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import { decodeSpec, encodeSpec } from "../../server/src/domain/specs/spec-codec.ts";
import type { Due, TaskSpec } from "../../server/src/domain/task.ts";
import { newSpec, QUEUE, retryPolicy } from "../support/task-factory.ts";

// Any text at all, lone surrogates and NUL included: what is checked elsewhere must not break here.
const text = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});
const map = fc.dictionary(text, text, { noNullPrototype: true });
const ms = fc.maxSafeNat();
const due: fc.Arbitrary<Due> = fc.oneof(
  fc.constant<Due>({ kind: "now" }),
  ms.map((delayMs): Due => ({ kind: "after", delayMs })),
  ms.map((atMs): Due => ({ kind: "at", atMs })),
);
const overrides = fc.record(
  {
    type: text as fc.Arbitrary<string> as fc.Arbitrary<TaskType>,
    payload: fc.uint8Array({ maxLength: 300 }),
    contentType: text,
    headers: map,
    labels: map,
    requestId: text,
    priority: fc.nat({ max: 9 }),
    due,
    startDeadlineMs: fc.option(ms),
    attemptTimeoutMs: ms,
    retryPolicy: fc.record(
      {
        maxAttempts: fc.nat(),
        maxCrashes: fc.nat(),
        initialBackoffMs: ms,
        maxBackoffMs: ms,
        multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
        nonRetryableTypes: fc.array(text),
      },
      { noNullPrototype: true },
    ),
    retentionMs: ms,
    deduplicationWindowMs: ms,
    origins: fc.record(
      {
        retryPolicy: fc.constantFrom("submit" as const, "queue" as const),
        retention: fc.constantFrom("submit" as const, "queue" as const),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

function plain(spec: TaskSpec) {
  return { ...spec, payload: Buffer.from(spec.payload).toString("hex") };
}

describe("The spec codec", () => {
  it("returns every spec as it was", () => {
    fc.assert(
      fc.property(overrides, (changes) => {
        const spec = newSpec(changes);
        assert.deepEqual(plain(decodeSpec(QUEUE, encodeSpec(spec))), plain(spec));
      }),
    );
  });

  it("returns a spec from a view that begins inside other bytes", () => {
    const encoded = encodeSpec(newSpec({ contentType: "text/plain" }));
    const around = Buffer.concat([Buffer.from("before"), encoded, Buffer.from("after")]);
    const view = around.subarray(6, 6 + encoded.length);
    assert.equal(decodeSpec(QUEUE, view).contentType, "text/plain");
    assert.equal(Buffer.from(decodeSpec(QUEUE, view).payload).toString(), "payload");
  });

  it("adds few bytes to a payload where everything else is the default", () => {
    const spec = newSpec({ payload: Buffer.alloc(100) });
    assert.ok(encodeSpec(spec).length <= 120, `${encodeSpec(spec).length} bytes`);
  });

  it("keeps what equals a default although it was said", () => {
    const spec = newSpec({ retryPolicy: retryPolicy(), priority: DEFAULTS.priority });
    assert.deepEqual(decodeSpec(QUEUE, encodeSpec(spec)).retryPolicy, DEFAULTS.retryPolicy);
  });

  it("does not let what was decoded change the defaults", () => {
    const { headers, labels, due: decodedDue } = decodeSpec(QUEUE, encodeSpec(newSpec()));
    for (const shared of [headers, labels, decodedDue]) {
      assert.ok(Object.isFrozen(shared));
    }
  });
});
