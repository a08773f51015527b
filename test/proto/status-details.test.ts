import assert from "node:assert/strict";
import { decodeStatus, encodeStatus, type RpcStatus } from "@baton/proto";
import fc from "fast-check";

const full: RpcStatus = {
  code: 3,
  message: "two fields are wrong",
  details: [
    { kind: "error_info", reason: "INVALID_FIELD", domain: "baton", metadata: { field: "task" } },
    { kind: "bad_request", fieldViolations: [{ field: "task.queue", description: "is empty" }] },
    { kind: "retry_info", retryDelayMs: 1_500 },
    {
      kind: "resource_info",
      resourceType: "task",
      resourceName: "mail~0123456789abcdef",
      owner: "",
      description: "",
    },
    { kind: "quota_failure", violations: [{ subject: "queue:mail", description: "is full" }] },
  ],
};

describe("error details on the wire", () => {
  it("come back as they were sent, every kind of them", () => {
    assert.deepEqual(decodeStatus(encodeStatus(full)), full);
  });

  it("are laid out as google.rpc.Status, byte by byte", () => {
    const bytes = encodeStatus({ code: 5, message: "no", details: [] });
    assert.deepEqual([...bytes], [0x08, 5, 0x12, 2, 0x6e, 0x6f]);
  });

  it("keep the length of a retry delay to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (retryDelayMs) => {
        const status: RpcStatus = {
          code: 14,
          message: "",
          details: [{ kind: "retry_info", retryDelayMs }],
        };
        assert.deepEqual(decodeStatus(encodeStatus(status)), status);
      }),
    );
  });

  it("leave out details of a type that this side does not know", () => {
    const known = encodeStatus({ ...full, details: full.details.slice(0, 1) });
    const url = Buffer.from("type.googleapis.com/google.rpc.Help");
    const any = Buffer.concat([Buffer.from([0x0a, url.length]), url]);
    const bytes = Buffer.concat([known, Buffer.from([0x1a, any.length]), any]);
    assert.deepEqual(decodeStatus(bytes)?.details, full.details.slice(0, 1));
  });

  it("are undefined, and no exception, where the bytes are no status", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const status = decodeStatus(bytes);
        assert.ok(status === undefined || typeof status.code === "number");
      }),
    );
    assert.equal(decodeStatus(Buffer.from([0x1a, 0xff])), undefined);
  });
});
