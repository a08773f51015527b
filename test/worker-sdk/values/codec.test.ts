import assert from "node:assert/strict";
import { jsonCodec } from "@baton/worker-sdk";
import fc from "fast-check";
import { cutToBytes, isWellFormed } from "../../../worker-sdk/src/values/text.ts";
import {
  durationMs,
  timestampMs,
  toDuration,
  toTimestamp,
} from "../../../worker-sdk/src/values/time-fields.ts";

const readBack = ({ seconds = 0, nanos = 0 }: ReturnType<typeof toDuration>) => ({
  seconds: String(seconds),
  nanos,
});

/** Any UTF-16, with more than its share of surrogates, whole and half. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })))
  .map((units) => String.fromCharCode(...units));

describe("The JSON codec", () => {
  it("brings every JSON value back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(
          jsonCodec.decode(jsonCodec.encode(value)),
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it("takes no bytes of JSON for undefined, and passes a byte order mark over", () => {
    const json = (value: Uint8Array) =>
      jsonCodec.decode({ value, contentType: "application/json" });
    assert.equal(json(new Uint8Array(0)), undefined);
    assert.deepEqual(json(Buffer.from('\ufeff{"a":1}')), { a: 1 });
    assert.deepEqual(json(new Uint8Array(Buffer.from("\ufeff[1]"))), [1]);
    assert.equal(json(Buffer.from("5")), 5);
  });

  it("says of JSON in UTF-16 that it is none in UTF-8", () => {
    for (const text of ["{}", "\ufeff{}"]) {
      const littleEndian = Buffer.from(text, "utf16le");
      for (const value of [littleEndian, Buffer.from(littleEndian).swap16()]) {
        assert.throws(
          () => jsonCodec.decode({ value, contentType: "application/json" }),
          /not in UTF-8/,
        );
      }
    }
  });

  it("brings bytes back as they are, and a part of a buffer as that part", () => {
    const part = Buffer.from("0123456789").subarray(2, 5);
    const decoded = jsonCodec.decode(jsonCodec.encode(part));
    assert.deepEqual(decoded, part);
    const json = jsonCodec.decode({ value: part, contentType: "application/json" });
    assert.equal(json, 234);
  });

  it("takes undefined for nothing at all", () => {
    assert.deepEqual(jsonCodec.encode(undefined), { value: new Uint8Array(0), contentType: "" });
    assert.equal(jsonCodec.decode(jsonCodec.encode(undefined)), undefined);
  });

  it("writes a lone surrogate so that everybody can read it", () => {
    const { value } = jsonCodec.encode({ name: "\uD83D" });
    assert.equal(Buffer.from(value).toString(), '{"name":"\\ud83d"}');
    assert.deepEqual(jsonCodec.decode({ value, contentType: "application/json" }), {
      name: "\uD83D",
    });
  });

  for (const contentType of [
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/cloudevents+json",
  ]) {
    it(`reads ${contentType} as JSON`, () => {
      assert.equal(jsonCodec.decode({ value: Buffer.from("7"), contentType }), 7);
    });
  }

  for (const contentType of ["", "text/plain", "application/jsonp", "application/octet-stream"]) {
    it(`leaves bytes of ${contentType === "" ? "no media type" : contentType} alone`, () => {
      const value = Buffer.from("7");
      assert.deepEqual(jsonCodec.decode({ value, contentType }), value);
    });
  }

  it("refuses what JSON would make an empty object of, wherever it is", () => {
    const bytes = new ArrayBuffer(4);
    for (const [value, text] of [
      [new Map([[1, 2]]), "JSON would lose what a value of type Map holds"],
      [{ names: new Set(["a"]) }, '"names": JSON would lose what a value of type Set holds'],
      [[[Promise.resolve(1)]], '"0": JSON would lose what a value of type Promise holds'],
      [
        { a: {}, b: { image: bytes } },
        '"image": JSON would lose what a value of type ArrayBuffer holds',
      ],
      [new DataView(bytes), "JSON would lose what a value of type DataView holds"],
      [{ error: new Error("no") }, '"error": JSON would lose what a value of type Error holds'],
      [[/a/], '"0": JSON would lose what a value of type RegExp holds'],
      [new URLSearchParams("a=1"), "JSON would lose what a value of type URLSearchParams holds"],
    ] as const) {
      assert.throws(() => jsonCodec.encode(value), new TypeError(text));
    }
  });

  it("writes what is empty, and what says itself how it is written", () => {
    class Ping {}
    class Money extends Map<string, number> {
      toJSON() {
        return [...this];
      }
    }
    for (const [value, text] of [
      [{}, "{}"],
      [[{}, Object.create(null), new Ping(), new Number(1), "{}"], '[{},{},{},1,"{}"]'],
      [{ few: new Uint8Array(1), none: new Uint8Array(0) }, '{"few":{"0":0},"none":{}}'],
      [{ empty: {}, at: new Date(0) }, '{"empty":{},"at":"1970-01-01T00:00:00.000Z"}'],
      [{ empty: {}, sum: new Money([["EUR", 3]]) }, '{"empty":{},"sum":[["EUR",3]]}'],
      [Object.assign(new Error("no"), { code: 7 }), '{"code":7}'],
    ] as const) {
      assert.equal(Buffer.from(jsonCodec.encode(value).value).toString(), text);
    }
  });

  it("refuses what has no JSON", () => {
    for (const value of [() => 1, Symbol("s"), 1n]) {
      assert.throws(() => jsonCodec.encode(value), TypeError);
    }
  });
});

describe("Text on the wire", () => {
  it("is cut to the limit, well-formed, and to no less than it has to be", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, maxBytes) => {
        const cut = cutToBytes(text, maxBytes);
        assert.ok(Buffer.byteLength(cut) <= maxBytes);
        assert.ok(isWellFormed(cut));
        assert.ok(Buffer.from(text).toString().startsWith(cut));
        if (Buffer.byteLength(text) <= maxBytes) {
          assert.equal(cut, Buffer.from(text).toString());
        } else {
          assert.ok(Buffer.byteLength(cut) > maxBytes - 4);
        }
      }),
    );
  });

  it("is mended where half a surrogate pair is left", () => {
    assert.equal(isWellFormed("\uD83D"), false);
    assert.equal(isWellFormed("😀"), true);
    assert.equal(cutToBytes("a\uD83Db", 10), "a\uFFFDb");
  });
});

describe("Time on the wire", () => {
  it("keeps every millisecond of a duration", () => {
    fc.assert(
      fc.property(fc.nat(400 * 86_400_000), (ms) => {
        assert.equal(durationMs(readBack(toDuration(ms))), ms);
      }),
    );
    assert.equal(durationMs(null), 0);
  });

  it("keeps every millisecond of a point in time, also before 1970", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), (ms) => {
        assert.equal(timestampMs(readBack(toTimestamp(ms))), ms);
      }),
    );
    assert.equal(timestampMs(null), undefined);
  });
});
