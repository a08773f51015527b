import assert from "node:assert/strict";
import { readEvents } from "../../server/src/http/cloudevents.ts";

const MEBIBYTE = 1024 * 1024;
const TRIES = 8;
/** JSON.parse takes no more than this for one long text, which it copies without a look at each byte. */
const COPY_MS_A_MEBIBYTE = 6;
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
      const [parseMs, readMs] = shortestMs([() => JSON.parse(bytes.toString()), () => read(bytes)]);
      assert.ok(
        readMs <= 3 * parseMs + (COPY_MS_A_MEBIBYTE * bytes.length) / MEBIBYTE,
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

/** Runs them in turn, so that what else the machine does falls on both. */
function shortestMs(runs: readonly [() => void, () => void]): [number, number] {
  const shortest: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let tried = 0; tried < TRIES; tried += 1) {
    for (const at of [0, 1] as const) {
      const beganAtMs = performance.now();
      runs[at]();
      shortest[at] = Math.min(shortest[at], performance.now() - beganAtMs);
    }
  }
  return shortest;
}
