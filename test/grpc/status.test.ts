import assert from "node:assert/strict";
import { decodeStatus, statusDetailsKey } from "@baton/proto";
import fc from "fast-check";
import { REASONS, type Reason, TaskError } from "../../server/src/domain/errors.ts";
import { toCallStatus, toItemStatus, toTaskError } from "../../server/src/grpc/status.ts";
import { garbage } from "../support/grpc/garbage.ts";
import { readDetails } from "../support/grpc/grpc-client.ts";
import { type LogLine, logInto } from "../support/grpc/grpc-server.ts";

const MAX_TRAILERS_BYTES = 4096;

function trailersBytes(error: TaskError): number {
  const { details, metadata } = toCallStatus(error);
  const [packed] = metadata.get(statusDetailsKey);
  assert.ok(packed instanceof Buffer);
  const names = "grpc-status14grpc-message".length + statusDetailsKey.length;
  return names + encodeURI(details).length + packed.toString("base64").length;
}

function packedIn(error: TaskError) {
  const { code, details, metadata } = toCallStatus(error);
  const [packed] = metadata.get(statusDetailsKey);
  assert.ok(packed instanceof Buffer);
  const status = decodeStatus(packed);
  assert.ok(status);
  assert.equal(status.code, code);
  assert.equal(status.message, details);
  return readDetails(status.details);
}

describe("The status of an error", () => {
  it("carries the reason under Baton's domain, and the metadata", () => {
    const { details, metadata } = toCallStatus(
      new TaskError("TASK_FINAL", "it is final", { metadata: { state: "DEAD" } }),
    );
    const status = decodeStatus(metadata.get(statusDetailsKey)[0] as Buffer);
    assert.equal(details, "it is final");
    assert.deepEqual(status?.details, [
      { kind: "error_info", reason: "TASK_FINAL", domain: "baton", metadata: { state: "DEAD" } },
    ]);
  });

  it("carries a RetryInfo exactly where the same call may succeed later", () => {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      const { retryDelayMs } = packedIn(new TaskError(reason, "no"));
      assert.equal(retryDelayMs !== null, REASONS[reason].retryable, reason);
    }
    const error = new TaskError("QUEUE_FULL", "full", { retryAfterMs: 2_500 });
    assert.equal(packedIn(error).retryDelayMs, 2_500);
  });

  it("says nothing of an unknown exception but an id, and logs it under that", () => {
    const lines: LogLine[] = [];
    const secret = new Error("password=hunter2");
    const error = toTaskError(secret, logInto(lines));
    assert.equal(error.reason, "INTERNAL");
    assert.equal(error.message, "internal error");
    assert.deepEqual(Object.keys(error.metadata), ["error_id"]);
    assert.deepEqual(lines, [
      {
        level: "error",
        fields: { err: secret, error_id: error.metadata.error_id },
        message: "internal error",
      },
    ]);
  });

  it("is well-formed and within 4 KiB of trailers, whatever text is in it", () => {
    const text = fc.oneof(
      garbage(3_000),
      fc.constantFrom("\uD83D", "€".repeat(2_000), "\u{1F600}".repeat(900), "%".repeat(3_000)),
    );
    const violation = fc.record({ field: text, description: text });
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(REASONS) as Reason[])),
        text,
        fc.dictionary(fc.constantFrom("field", "task_id", "error_id"), text),
        fc.array(violation, { maxLength: 100 }),
        (reason, message, metadata, violations) => {
          const error = new TaskError(reason, message, { metadata, violations });
          const { details } = toCallStatus(error);
          assert.ok(details.isWellFormed());
          assert.ok(Buffer.byteLength(details) <= 1024);
          assert.ok(trailersBytes(error) <= MAX_TRAILERS_BYTES, `${trailersBytes(error)}`);
          assert.equal(toItemStatus(error).message, details);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("says how many violations it had no room for", () => {
    const violations = Array.from({ length: 100 }, (_, index) => ({
      field: `tasks[${index}].queue`,
      description: "is required",
    }));
    const { fields, metadata } = packedIn(new TaskError("INVALID_FIELD", "no", { violations }));
    assert.ok(fields.length > 10);
    assert.equal(Number(metadata.more), 100 - fields.length);
  });
});
