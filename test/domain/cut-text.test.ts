import assert from "node:assert/strict";
import fc from "fast-check";
import { cutText } from "../../server/src/domain/cut-text.ts";
import { garbage } from "../support/grpc/garbage.ts";

const text = garbage(60);

describe("Text that is cut to a number of bytes", () => {
  it("is left alone where it fits", () => {
    assert.equal(cutText("grüße", 7), "grüße");
  });

  it("is never cut within a character", () => {
    assert.equal(cutText("ab€", 4), "ab");
    assert.equal(cutText("a\u{1F600}", 4), "a");
    assert.equal(cutText("a\u{1F600}", 5), "a\u{1F600}");
  });

  it("is made well-formed", () => {
    assert.equal(cutText("a\uD83D", 10), "a\uFFFD");
    assert.equal(cutText("\uDC00\uD800", 3), "\uFFFD");
  });

  it("is the longest well-formed beginning that fits, for any text and limit", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 80 }), (whole, maxBytes) => {
        const cut = cutText(whole, maxBytes);
        const points = [...whole.toWellFormed()];
        assert.ok(cut.isWellFormed());
        assert.ok(Buffer.byteLength(cut) <= maxBytes);
        const taken = [...cut].length;
        assert.deepEqual([...cut], points.slice(0, taken));
        const next = points[taken];
        assert.ok(next === undefined || Buffer.byteLength(cut + next) > maxBytes);
      }),
    );
  });
});
