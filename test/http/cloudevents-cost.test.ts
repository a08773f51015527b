import assert from "node:assert/strict";
import { readEvents } from "../../server/src/http/events/cloudevents.ts";

const STRUCTURED = "application/cloudevents+json";
const BATCH = "application/cloudevents-batch+json";
const MEBIBYTE = 1024 * 1024;
const TRIES = 8;
/** JSON.parse passes long texts and blanks many bytes at a time; a look at each byte is allowed so often. */
const LOOKS = 12;
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

const BATCHES = BODIES.map(([what, body]) => [`${what} in a batch`, `[${body}]`] as const);

describe("The cost of a structured CloudEvent", () => {
  for (const [what, body] of [...BODIES, ...BATCHES]) {
    it(`grows as that of JSON.parse: ${what}`, () => {
      const bytes = Buffer.from(body);
      const type = body.startsWith("[{") ? BATCH : STRUCTURED;
      const [parseMs, readMs, lookMs] = shortestMs([
        () => JSON.parse(bytes.toString()),
        () => read(bytes, type),
        () => look(bytes),
      ]);
      assert.ok(
        readMs <= 3 * parseMs + LOOKS * lookMs,
        `${readMs.toFixed(1)} ms, JSON.parse ${parseMs.toFixed(1)} ms, a look ${lookMs.toFixed(1)} ms`,
      );
    }).timeout(20_000);
  }
});

function read(body: Buffer, type: string): void {
  try {
    readEvents({ "content-type": [type] }, body);
  } catch {
    // Refusing may not cost more either.
  }
}

/** Looks at each byte, as a yardstick of what that costs here and now. */
function look(body: Buffer): void {
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) {
    sum += body[at] ?? 0;
  }
  assert.ok(sum > 0);
}

type Three<Item> = [Item, Item, Item];

/** Runs them in turn, so that what else the machine does falls on all. */
function shortestMs(runs: Readonly<Three<() => void>>): Three<number> {
  const never = Number.POSITIVE_INFINITY;
  const shortest: Three<number> = [never, never, never];
  for (let tried = 0; tried < TRIES; tried += 1) {
    for (const at of [0, 1, 2] as const) {
      const beganAtMs = performance.now();
      runs[at]();
      shortest[at] = Math.min(shortest[at], performance.now() - beganAtMs);
    }
  }
  return shortest;
}
