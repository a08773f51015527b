import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutBlanks } from "../../server/src/domain/events/json-blanks.ts";

const strip = (text: string): string => Buffer.from(withoutBlanks(Buffer.from(text))).toString();

describe("JSON without blanks", () => {
  it("is what JSON.stringify writes, however it was spaced", () => {
    const spacing = fc.oneof(fc.nat(10), fc.constantFrom("\t", " \t", "  "));
    fc.assert(
      fc.property(fc.json(), spacing, (json, space) => {
        const value: unknown = JSON.parse(json);
        assert.equal(strip(` ${JSON.stringify(value, null, space)}\r\n`), JSON.stringify(value));
      }),
    );
  });

  it("keeps words apart where it is no JSON", () => {
    for (const [text, expected] of [
      ["1  2", "1 2"],
      ["12", "12"],
      ['"a" "b"', '"a" "b"'],
      ['"a"\t:\tnot sound ', '"a":not sound'],
      ['"open \\', '"open \\'],
      ['"\\" " ', '"\\" "'],
      ["  ", ""],
    ] as const) {
      assert.equal(strip(text), expected);
    }
  });
});
