/** Bytes with their media type. */
export interface Encoded {
  readonly value: Uint8Array;
  /** At most 128 bytes; empty where unknown. */
  readonly contentType: string;
}

/** Turns payloads and results into bytes and back. */
export interface Codec {
  /** Throws where the value has no form in bytes. */
  encode(value: unknown): Encoded;
  /** Throws where the bytes are not what the media type says. */
  decode(encoded: Encoded): unknown;
}

const EMPTY: Encoded = { value: new Uint8Array(0), contentType: "" };
const JSON_CONTENT_TYPE = "application/json";
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

/**
 * Values as JSON with the media type `application/json`. A `Uint8Array` passes as it is, as
 * `application/octet-stream`; undefined is no bytes. Bytes of any other media type come back as a
 * `Uint8Array`.
 */
export const jsonCodec: Codec = {
  encode(value) {
    if (value === undefined) {
      return EMPTY;
    }
    if (value instanceof Uint8Array) {
      return { value, contentType: "application/octet-stream" };
    }
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) {
      throw new TypeError(`a ${typeof value} has no JSON`);
    }
    return { value: Buffer.from(text), contentType: JSON_CONTENT_TYPE };
  },

  decode({ value, contentType }) {
    if (contentType === JSON_CONTENT_TYPE || JSON_TYPE.test(contentType)) {
      return JSON.parse(textOf(value));
    }
    return value.byteLength === 0 && contentType === "" ? undefined : value;
  },
};

function textOf(value: Uint8Array): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString();
}
