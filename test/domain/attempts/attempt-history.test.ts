import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addAttempt,
  decodeAttempts,
  MAX_ATTEMPT_BYTES,
} from "../../../server/src/domain/attempts/attempt-codec.ts";
import { historyOf } from "../../../server/src/domain/attempts/attempt-history.ts";
import type { TaskId, WorkerId } from "../../../server/src/domain/ids.ts";
import type { EndedAttempt } from "../../../server/src/domain/task.ts";
import { storedTask } from "../../support/task-factory.ts";

const NOTHING = new Uint8Array(0);
const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const text = (maxBytes: number) =>
  fc.string({ unit: "grapheme", maxLength: maxBytes / 40 }).map((some) => some.toWellFormed());
const failure = fc.record(
  {
    type: fc.string({ minLength: 1, maxLength: 128 }),
    message: text(512),
    stack: text(1_024),
    traceparent: fc.constant(TRACEPARENT),
  },
  { requiredKeys: ["type", "message", "stack"], noNullPrototype: true },
);
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const attempt: fc.Arbitrary<EndedAttempt> = fc.record(
  {
    delivery: fc.integer({ min: 1, max: 65_535 }),
    number: fc.integer({ min: 1, max: 100 }),
    outcome: fc.constantFrom("FAILED", "TIMED_OUT", "CRASHED", "RELEASED"),
    workerId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/) as fc.Arbitrary<WorkerId>,
    startedAtMs: time,
    endedAtMs: time,
    failure: fc.option(failure),
  },
  { noNullPrototype: true },
);

/** What is packed of attempts that end one after the other. */
function pack(attempts: readonly EndedAttempt[], kept: number): Uint8Array {
  return attempts.reduce<Uint8Array>((packed, next) => addAttempt(packed, next, kept), NOTHING);
}

describe("Attempts that are packed", () => {
  it("are the first and so many of the newest, as they were, for any of them", () => {
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (all, kept) => {
          const expected = all.filter((_, at) => at === 0 || at >= all.length - kept);
          assert.deepEqual(decodeAttempts(pack(all, kept)), expected);
        },
      ),
    );
  });

  it("take no more bytes than is said", () => {
    const longest: EndedAttempt = {
      delivery: 1,
      number: 1,
      outcome: "FAILED",
      workerId: "w".repeat(128) as WorkerId,
      startedAtMs: 1,
      endedAtMs: 2,
      failure: {
        type: "t".repeat(128),
        message: "€".repeat(8_000),
        stack: "s".repeat(16_000),
        traceparent: `01-${TRACEPARENT.slice(3)}-${"of a version to come".repeat(30)}`,
      },
    };
    const [kept] = decodeAttempts(pack([longest], 20));
    assert.equal(kept?.failure?.traceparent, `01-${TRACEPARENT.slice(3)}`);
    assert.ok(pack([longest], 20).length <= MAX_ATTEMPT_BYTES);
    const many = Array.from({ length: 30 }, () => longest);
    assert.ok(pack(many, 20).length <= 21 * MAX_ATTEMPT_BYTES);
    assert.equal(MAX_ATTEMPT_BYTES, 1_870);
  });

  it("are read as far as they are whole, whatever bytes there are", () => {
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 4 }),
        fc.uint8Array({ maxLength: 40 }),
        (all, more) => {
          const read = decodeAttempts(Buffer.concat([pack(all, 20), more]));
          assert.deepEqual(read.slice(0, all.length), all);
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decodeAttempts(bytes)));
  });
});

describe("The history of a task", () => {
  const task = storedTask({
    id: "email~1234567890123456" as TaskId,
    state: "SUCCEEDED",
    attempt: 2,
    deliveries: 70_000,
    startedAtMs: 5,
    finishedAtMs: 6,
  });
  const failed: EndedAttempt = {
    delivery: 65_535,
    number: 1,
    outcome: "FAILED",
    workerId: "w" as WorkerId,
    startedAtMs: 3,
    endedAtMs: 4,
    failure: null,
  };

  it("takes no other attempt for the one that succeeded where deliveries are beyond counting", () => {
    const entries = pack([failed], 20);
    const most = { ...task, deliveries: 65_535 };
    for (const one of [task, most]) {
      const { attempts } = historyOf(one, { entries, kept: 20, wasCancelled: false });
      assert.deepEqual(
        attempts.map(({ outcome }) => outcome),
        ["FAILED", "SUCCEEDED"],
      );
    }
  });

  it("never leaves out fewer than none", () => {
    const entries = pack([failed, failed, failed], 20);
    const one = { ...task, deliveries: 2 };
    const { leftOut } = historyOf(one, { entries, kept: 20, wasCancelled: false });
    assert.equal(leftOut, 0);
  });
});
