import assert from "node:assert/strict";
import { LIMITS } from "@baton/proto/shared";
import { TaskError } from "../../server/src/domain/errors.ts";
import {
  type HeldLeaseInput,
  type SettlementInput,
  validateHeldLease,
  validateSettlement,
} from "../../server/src/intake/validate-lease.ts";

const lease = { taskId: "email~0123456789abcdef", leaseToken: "7" };
const complete: SettlementInput = {
  lease,
  outcome: "complete",
  complete: { result: { value: Buffer.from("done"), contentType: "text/plain" } },
};

function fail(failure: Partial<{ type: string; message: string; stack: string }>): SettlementInput {
  return {
    lease,
    outcome: "fail",
    fail: {
      failure: { type: "Error", message: "", stack: "", ...failure },
      nonRetryable: false,
      retryAfter: null,
    },
  };
}

function release(delay: { seconds: string; nanos: number } | null, reason = ""): SettlementInput {
  return { lease, outcome: "release", release: { reason, delay, hold: null } };
}

function holding(scope: string | number, duration: { seconds: string; nanos: number } | null) {
  const hold = { scope, duration };
  return {
    lease,
    outcome: "release",
    release: { reason: "", delay: null, hold },
  } as const satisfies SettlementInput;
}

function settlementOf(input: SettlementInput) {
  const checked = validateSettlement(input, "settlements", 4);
  assert.ok(!(checked instanceof TaskError) && checked.kind === "valid", JSON.stringify(checked));
  return checked.settlement;
}

function reasonOf(input: SettlementInput): string {
  const checked = validateSettlement(input, "settlements", 4);
  assert.ok(!(checked instanceof TaskError) && checked.kind === "rejected");
  assert.deepEqual(checked.lease, { taskId: lease.taskId, token: 7 });
  return checked.reason;
}

describe("The validation of a settlement", () => {
  it("keeps each outcome", () => {
    assert.deepEqual(settlementOf(complete).outcome, {
      kind: "complete",
      result: { value: Buffer.from("done"), contentType: "text/plain" },
    });
    assert.deepEqual(settlementOf(fail({ message: "no" })).outcome, {
      kind: "fail",
      failure: { type: "Error", message: "no", stack: "" },
      nonRetryable: false,
      retryAfterMs: null,
    });
    assert.deepEqual(settlementOf(release({ seconds: "0", nanos: 1 })).outcome, {
      kind: "release",
      delayMs: 1,
    });
  });

  it("takes no result for an empty one, and no delay for none", () => {
    const outcome = settlementOf({ ...complete, complete: { result: null } }).outcome;
    assert.ok(outcome.kind === "complete" && outcome.result.value.length === 0);
    assert.deepEqual(settlementOf(release(null)).outcome, { kind: "release", delayMs: 0 });
  });

  it("keeps what a release holds back", () => {
    const longest = { seconds: "86400", nanos: 0 };
    assert.deepEqual(settlementOf(holding("HOLD_SCOPE_KEY", longest)).outcome, {
      kind: "release",
      delayMs: 0,
      hold: { scope: "key", forMs: 86_400_000 },
    });
    const { outcome } = settlementOf(holding("HOLD_SCOPE_QUEUE", { seconds: "0", nanos: 1 }));
    assert.deepEqual(outcome, { kind: "release", delayMs: 0, hold: { scope: "queue", forMs: 1 } });
  });

  for (const [scope, duration, reason] of [
    ["HOLD_SCOPE_UNSPECIFIED", { seconds: "1", nanos: 0 }, "release.hold.scope is required"],
    [3, { seconds: "1", nanos: 0 }, "release.hold.scope is no scope of a hold"],
    ["HOLD_SCOPE_KEY", null, "release.hold.duration is required"],
    ["HOLD_SCOPE_KEY", { seconds: "0", nanos: 0 }, "release.hold.duration must be 1 ms to 24 h"],
    [
      "HOLD_SCOPE_QUEUE",
      { seconds: "86400", nanos: 1 },
      "release.hold.duration must be 1 ms to 24 h",
    ],
    ["HOLD_SCOPE_QUEUE", { seconds: "-1", nanos: 0 }, "release.hold.duration is negative"],
  ] as const) {
    it(`rejects a hold of ${scope} for ${duration?.seconds}.${duration?.nanos} s`, () => {
      assert.equal(reasonOf(holding(scope, duration)), reason);
    });
  }

  it("takes the largest token", () => {
    const largest = { ...lease, leaseToken: String(Number.MAX_SAFE_INTEGER) };
    assert.equal(settlementOf({ ...complete, lease: largest }).lease.token, 2 ** 53 - 1);
  });

  for (const [name, input, fields] of [
    ["no lease", null, ["lease"]],
    ["token 0", { ...lease, leaseToken: "0" }, ["lease.lease_token"]],
    ["token abc", { ...lease, leaseToken: "abc" }, ["lease.lease_token"]],
    ["token 12x", { ...lease, leaseToken: "12x" }, ["lease.lease_token"]],
    ["token 2^53", { ...lease, leaseToken: "9007199254740992" }, ["lease.lease_token"]],
    ["token 2^64 - 1", { ...lease, leaseToken: "18446744073709551615" }, ["lease.lease_token"]],
    ["a negative token", { ...lease, leaseToken: "-1" }, ["lease.lease_token"]],
    ["no task id", { ...lease, taskId: "" }, ["lease.task_id"]],
    ["a task id of no queue", { ...lease, taskId: "~0123456789abcdef" }, ["lease.task_id"]],
    [
      "a lone surrogate",
      { taskId: "\uD83D", leaseToken: "" },
      ["lease.task_id", "lease.lease_token"],
    ],
  ] as const) {
    it(`refuses a lease with ${name} as a whole, since nothing could be answered`, () => {
      const error = validateSettlement({ ...complete, lease: input }, "settlements", 4);
      assert.ok(error instanceof TaskError);
      assert.deepEqual(
        error.violations.map(({ field }) => field),
        fields.map((field) => `settlements[4].${field}`),
      );
    });
  }

  it("rejects by itself what is wrong beside the lease, and says what", () => {
    const value = Buffer.alloc(LIMITS.maxPayloadBytes + 1);
    const large = { ...complete, complete: { result: { value, contentType: "" } } };
    assert.match(reasonOf(large), /^complete\.result\.value has 1048577 bytes/);
    const { outcome: _, ...noOutcome } = complete;
    assert.equal(reasonOf(noOutcome), "outcome is required");
    assert.match(reasonOf(fail({ type: "" })), /^fail\.failure\.type is required/);
    assert.match(reasonOf(release({ seconds: "-1", nanos: 0 })), /^release\.delay is negative/);
    assert.match(reasonOf(release({ seconds: "86401", nanos: 0 })), /^release\.delay must be/);
    assert.match(reasonOf(release(null, "a".repeat(1025))), /^release\.reason is longer/);
  });

  it("cuts the texts of a failure to their limits, never within a character", () => {
    const long = "\u{1F600}".repeat(10_000);
    const { outcome } = settlementOf(fail({ type: long, message: `a${long}`, stack: long }));
    assert.ok(outcome.kind === "fail");
    assert.equal(Buffer.byteLength(outcome.failure.type), 128);
    assert.equal(Buffer.byteLength(outcome.failure.message), 8 * 1024 - 3);
    assert.equal(Buffer.byteLength(outcome.failure.stack), 16 * 1024);
    assert.ok(outcome.failure.message.isWellFormed());
  });

  it("mends a failure's ill-formed text instead of refusing it", () => {
    const { outcome } = settlementOf(fail({ type: "\uD83D", message: "x\uDC00" }));
    assert.ok(outcome.kind === "fail");
    assert.equal(outcome.failure.type, "\uFFFD");
    assert.equal(outcome.failure.message, "x\uFFFD");
  });
});

describe("The validation of a held lease", () => {
  const held: HeldLeaseInput = { lease, progress: null };

  it("leaves out what did not change", () => {
    assert.deepEqual(validateHeldLease(held, "leases", 0), {
      lease: { taskId: lease.taskId, token: 7 },
      progress: null,
      checkpoint: null,
    });
  });

  it("tells an emptied checkpoint from one that did not change", () => {
    const checked = validateHeldLease({ ...held, checkpoint: Buffer.alloc(0) }, "leases", 0);
    assert.ok(!(checked instanceof TaskError) && checked.checkpoint?.length === 0);
  });

  for (const [name, input, field] of [
    ["a fraction of NaN", { progress: { fraction: Number.NaN, note: "" } }, "progress.fraction"],
    ["a fraction above 1", { progress: { fraction: 1.01, note: "" } }, "progress.fraction"],
    ["a negative fraction", { progress: { fraction: -0.1, note: "" } }, "progress.fraction"],
    ["a long note", { progress: { note: "€".repeat(342) } }, "progress.note"],
    ["a large checkpoint", { checkpoint: Buffer.alloc(65_537) }, "checkpoint"],
    ["no lease", { lease: null }, "lease"],
  ] as const) {
    it(`refuses ${name} and names ${field}`, () => {
      const error = validateHeldLease({ ...held, ...input }, "heartbeat.leases", 2);
      assert.ok(error instanceof TaskError);
      assert.deepEqual(
        error.violations.map((violation) => violation.field),
        [`heartbeat.leases[2].${field}`],
      );
    });
  }
});
