import assert from "node:assert/strict";
import fc from "fast-check";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { decodePageToken, encodePageToken } from "../../../server/src/grpc/calls/page-token.ts";
import { garbage } from "../../support/grpc/garbage.ts";

function refused(action: () => unknown): void {
  assert.throws(action, (error) => {
    return error instanceof TaskError && error.reason === "INVALID_PAGE_TOKEN";
  });
}

describe("A page token", () => {
  it("gives back its cursor to the same filters", () => {
    const token = encodePageToken(["email", ["READY"]], ["READY", 1.5, "email~1"]);
    assert.deepEqual(decodePageToken(["email", ["READY"]], token), ["READY", 1.5, "email~1"]);
  });

  it("is refused for other filters", () => {
    const token = encodePageToken(["email"], [1]);
    refused(() => decodePageToken(["mail"], token));
  });

  it("is refused where it is cut short, long, or no token at all", () => {
    const token = encodePageToken(["email"], ["READY", 1]);
    refused(() => decodePageToken(["email"], token.slice(0, -4)));
    refused(() => decodePageToken(["email"], token.repeat(100)));
    for (const text of ["%%%", "e30", "bnVsbA", "W10", "\uD83D"]) {
      refused(() => decodePageToken(["email"], text));
    }
  });

  it("is refused, and nothing worse, for any text", () => {
    fc.assert(
      fc.property(garbage(), (text) => {
        refused(() => decodePageToken(["email"], text));
      }),
    );
  });
});
