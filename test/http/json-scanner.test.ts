import assert from "node:assert/strict";
import fc from "fast-check";
import {
  JsonScanner,
  JsonSyntaxError,
  MAX_JSON_DEPTH,
} from "../../server/src/http/events/json-scanner.ts";

const PIECES =
  '{}[],:"\\ \n\t\rtrue false null 0 1 -0 1.5e+9 E- . + u00e9 \\ud83d é 😀 \u0001 a'.split(" ");

describe("JsonScanner", () => {
  it("takes and refuses what JSON.parse does, and returns the bytes of a value", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.string({ maxLength: 3 }), (text, around) => {
        const blanks = around.replace(/[^ \t\n\r]/g, " ");
        const scanner = new JsonScanner(Buffer.from(blanks + text + blanks));
        assert.equal(scanner.value().toString(), text.trim());
        scanner.end();
      }),
    );
  });

  it("agrees with JSON.parse about broken texts", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.nat(4), fc.constantFrom(...PIECES))
      .map(([text, at, cut, piece]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + cut);
      });
    const mixed = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      // What is cut within a surrogate pair is none of UTF-8's, which is checked elsewhere.
      fc.property(
        fc.oneof(broken, mixed).filter((text) => text.isWellFormed()),
        (text) => {
          assert.equal(isTaken(text), isParsed(text), JSON.stringify(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("takes objects and arrays apart as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object, null, 1);
        const members: [string, unknown][] = [];
        const scanner = new JsonScanner(Buffer.from(text));
        scanner.object((name, value) => members.push([name, JSON.parse(value.toString())]));
        scanner.end();
        assert.deepEqual(members, Object.entries(JSON.parse(text)));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (array) => {
        const text = JSON.stringify(array, null, 1);
        const items: unknown[] = [];
        const scanner = new JsonScanner(Buffer.from(text));
        scanner.array(() => items.push(JSON.parse(scanner.value().toString())));
        scanner.end();
        assert.deepEqual(items, JSON.parse(text));
      }),
    );
  });

  it("refuses what is nested too deep", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    // The innermost holds nothing, so that nothing is to be remembered of it.
    assert.ok(isTaken(nested(MAX_JSON_DEPTH + 1)));
    assert.ok(!isTaken(nested(MAX_JSON_DEPTH + 2)));
  });
});

function isTaken(text: string): boolean {
  const scanner = new JsonScanner(Buffer.from(text));
  try {
    scanner.value();
    scanner.end();
    return true;
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError);
    return false;
  }
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
