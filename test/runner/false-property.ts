import assert from "node:assert/strict";
import fc from "fast-check";

// A test file whose property does not hold of many values, for the test of what is then told.
describe("A property", () => {
  it("that does not hold", () => {
    const many = fc.array(fc.integer(), { minLength: 3_000, maxLength: 4_000 });
    const property = fc.property(many, (numbers) => {
      assert.equal(numbers.length, 0, new Error("there are numbers", { cause: numbers }));
    });
    fc.assert(property, { seed: 1 });
  });

  it("that does not hold of a text", async () => {
    const lines = "line\n".repeat(1_000);
    const property = fc.asyncProperty(fc.constant(1), async () => {
      throw new Error(`the text is ${lines}`);
    });
    await fc.assert(property);
  });
});
