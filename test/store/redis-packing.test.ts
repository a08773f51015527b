import assert from "node:assert/strict";
import fc from "fast-check";
import { packItems, unpackItems } from "../../server/src/store/redis/packing.ts";

const item = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.maxSafeInteger(),
);

describe("Packed arguments", () => {
  it("come apart as they went together, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const expected = items.map((each) =>
          typeof each === "object" ? Buffer.from(each) : Buffer.from(String(each)),
        );
        assert.deepEqual(unpackItems(packItems(items)), expected);
      }),
    );
  });
});
