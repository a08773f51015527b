import assert from "node:assert/strict";
import { readEvents } from "../../server/src/http/cloudevents.ts";

const MEBIBYTE = 1024 * 1024;
const TRIES = 5;
/** What a machine with other work may add to the shortest of the tries. */
const GRACE_MS = 5;
const HEAD = '{"specversion":"1.0","id":"1","source":"/s","type":"t"';

const arrayOf = (item: string, bytes: number) =>
  `[${new Array(Math.floor(bytes / (item.length + 1))).fill(item).join(",")}]`;
const eventWith = (data: string) => `${HEAD},"data":${data}}`;

const BODIES: readonly (readonly [string, string])[] = [
  ["numbers that JSON.parse would round", eventWith(arrayOf("-0", 4 * MEBIBYTE - 100))],
  ["prices", eventWith(arrayOf("19.90", MEBIBYTE))],
  ["digits", eventWith("9".repeat(4 * MEBIBYTE - 100))],
  ["words", eventWith(arrayOf('"word"', MEBIBYTE))],
  ["escapes", eventWith(`"${"\\u0041".repeat(MEBIBYTE / 6)}"`)],
  ["objects", eventWith(arrayOf('{"a":{}}', MEBIBYTE))],
  ["arrays", eventWith(arrayOf("[]", MEBIBYTE))],
  ["blanks", eventWith(`${" ".repeat(4 * MEBIBYTE - 100)}1`)],
  ["attributes", `${HEAD}${',"a":1'.repeat(MEBIBYTE / 2)}}`],
  ["one attribute", `${HEAD},"subject":"${"x".repeat(MEBIBYTE)}"}`],
  ["base64", `${HEAD},"data_base64":"${"A".repeat(4 * MEBIBYTE - 100)}"}`],
  ["no base64", `${HEAD},"data_base64":"${"A".repeat(4 * MEBIBYTE - 103)}?=="}`],
  ["what is no event", arrayOf("-0", 4 * MEBIBYTE)],
];

describe("The cost of a structured CloudEvent", () => {
  for (const [what, body] of BODIES) {
    it(`grows as that of JSON.parse: ${what}`, () => {
      const bytes = Buffer.from(body);
      const parseMs = shortestMs(() => JSON.parse(bytes.toString()));
      const readMs = shortestMs(() => read(bytes));
      assert.ok(
        readMs <= 3 * parseMs + GRACE_MS,
        `${readMs.toFixed(1)} ms, JSON.parse ${parseMs.toFixed(1)} ms`,
      );
    }).timeout(20_000);
  }
});

function read(body: Buffer): void {
  try {
    readEvents({ "content-type": "application/cloudevents+json" }, body);
  } catch {
    // Refusing may not cost more either.
  }
}

function shortestMs(run: () => void): number {
  const times = Array.from({ length: TRIES }, () => {
    const beganAtMs = performance.now();
    run();
    return performance.now() - beganAtMs;
  });
  return Math.min(...times);
}
