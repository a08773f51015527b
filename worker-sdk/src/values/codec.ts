import { types } from "node:util";
import { copyBytes, detached } from "./own-bytes.ts";

/** Bytes with their media type. */
export interface Encoded {
  readonly value: Uint8Array;
  /** Such as `application/json`. At most 128 bytes; empty if unknown. */
  readonly contentType: string;
}

/** Turns payloads and results into bytes and back. Clients and workers of a task must use codecs that fit. */
export interface Codec {
  /** Throws if the value cannot be encoded. The SDK copies the bytes at once, so that you may use the buffer again. */
  encode(value: unknown): Encoded;
  /**
   * Throws if the bytes do not match the media type. The bytes belong to the codec, and are aligned so that it can lay
   * typed arrays over them.
   */
  decode(encoded: Encoded): unknown;
}

const EMPTY: Encoded = { value: new Uint8Array(0), contentType: "" };
const JSON_CONTENT_TYPE = "application/json";
const BYTE_ORDER_MARK = 0xfeff;
/** The least of the two bytes that begin UTF-16 where it has a mark. */
const UTF16_MARK = 0xfe;
/** What objects are called that JSON writes down. */
const HAVE_JSON: readonly string[] = ["Object", "Boolean", "Number", "String"];
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

/**
 * The default codec. It encodes a value as JSON (`application/json`), a `Uint8Array` as its bytes
 * (`application/octet-stream`), and undefined as no bytes. It throws a TypeError for what JSON would turn into an
 * empty object: a Map, a Set, a Promise, an Error, an ArrayBuffer and the like, at any depth.
 *
 * It decodes JSON in UTF-8, with or without a byte order mark; no bytes become undefined. Bytes of any other media
 * type become a `Uint8Array`.
 */
export const jsonCodec: Codec = {
  encode(value) {
    if (value === undefined) {
      return EMPTY;
    }
    if (types.isUint8Array(value)) {
      return { value, contentType: "application/octet-stream" };
    }
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) {
      throw new TypeError(`JSON cannot represent a ${typeof value}`);
    }
    if (text.includes("{}")) {
      refuseWhatIsLost(value);
    }
    return { value: Buffer.from(text), contentType: JSON_CONTENT_TYPE };
  },

  decode({ value, contentType }) {
    if (contentType === JSON_CONTENT_TYPE || JSON_TYPE.test(contentType)) {
      return value.byteLength === 0 ? undefined : JSON.parse(jsonTextOf(value));
    }
    return value.byteLength === 0 && contentType === "" ? undefined : detached(value);
  },
};

/**
 * Encodes a value into bytes that nobody else writes to, whatever becomes of the value afterwards.
 *
 * @throws what the codec throws, and a TypeError where it makes no bytes
 */
export function encodeOwn(codec: Codec, value: unknown): Encoded {
  const encoded = codec.encode(value);
  // The text of the JSON is nobody else's.
  if (codec === jsonCodec && !types.isUint8Array(value)) {
    return encoded;
  }
  if (!types.isUint8Array(encoded?.value)) {
    throw new TypeError("the codec returned a value that is not a Uint8Array");
  }
  return { value: copyBytes(encoded.value), contentType: encoded.contentType };
}

/** Decodes bytes that were received and lie in a message that is not to be kept. */
export function decodeReceived(codec: Codec, { value, contentType }: Encoded): unknown {
  return codec.decode({ value: codec === jsonCodec ? value : detached(value), contentType });
}

function jsonTextOf(value: Uint8Array): string {
  // In UTF-16 and UTF-32 one of the first two bytes is 0, or part of a byte order mark.
  if (value[0] === 0 || value[1] === 0 || (value[0] ?? 0) >= UTF16_MARK) {
    throw new TypeError("the JSON is not in UTF-8");
  }
  const text = textOf(value);
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** What became `{}` is empty, unless it says that it is more than an object. */
function refuseWhatIsLost(value: unknown): void {
  JSON.stringify(value, (key, part: unknown) => {
    // An empty typed array is written as others are: as an object of numbers.
    if (
      typeof part === "object" &&
      part !== null &&
      !Array.isArray(part) &&
      !types.isTypedArray(part)
    ) {
      const name = Object.prototype.toString.call(part).slice("[object ".length, -1);
      if (!HAVE_JSON.includes(name) && Object.keys(part).length === 0) {
        const place = key === "" ? "" : `${JSON.stringify(key)}: `;
        throw new TypeError(`${place}JSON would lose what a value of type ${name} holds`);
      }
    }
    return part;
  });
}

function textOf(value: Uint8Array): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString();
}
