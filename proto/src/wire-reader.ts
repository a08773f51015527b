const DECIMAL_BASE = 2 ** 32;
const MAX_DEPTH = 100;
const MAX_VARINT_BYTES = 10;
/** Texts up to this long are read byte by byte, which is faster than a call out of JavaScript. */
const SHORT_TEXT_BYTES = 24;
const KEY_TAG = 10;
const VALUE_TAG = 18;
const PLAIN_PROPERTY = { configurable: true, enumerable: true, writable: true } as const;
const KNOWN_TEXTS = 256;
const MAX_KNOWN_BYTES = 64;

interface KnownText {
  readonly bytes: Buffer;
  readonly text: string;
}

// Names of queues and types, media types and the like come again and again.
const knownTexts = new Array<KnownText | undefined>(KNOWN_TEXTS).fill(undefined);

/** Reads the protobuf wire format. Everything throws a RangeError where the bytes are malformed. */
export class WireReader {
  /** Where the next read is. */
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Reads a tag or any other number of 32 bits; what is above them is dropped. */
  uint32(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] as number;
    if (byte < 0x80) {
      return byte;
    }
    let value = byte & 0x7f;
    for (let shift = 7; shift < 7 * MAX_VARINT_BYTES; shift += 7) {
      byte = bytes[this.at++] as number;
      if (shift < 35) {
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
    throw malformed();
  }

  int32(): number {
    return this.uint32() | 0;
  }

  bool(): boolean {
    return this.#varint64() !== "0";
  }

  /** Reads an unsigned number of 64 bits as its digits. */
  uint64(): string {
    return this.#varint64();
  }

  /** Reads a number of 64 bits as its digits. */
  int64(): string {
    const digits = this.#varint64();
    return digits.length < 19 ? digits : BigInt.asIntN(64, BigInt(digits)).toString();
  }

  double(): number {
    const from = this.#advance(8);
    return this.#bytes.readDoubleLE(from);
  }

  /** Reads a length and returns where the part of that length ends. */
  end(limit: number): number {
    const length = this.uint32();
    const end = this.at + length;
    if (!(end <= limit)) {
      throw malformed();
    }
    return end;
  }

  /** Reads bytes; a view of what is read from, no copy. */
  bytes(limit: number): Buffer {
    const end = this.end(limit);
    const value = this.#bytes.subarray(this.at, end);
    this.at = end;
    return value;
  }

  /** Reads text; what is not UTF-8 becomes U+FFFD. */
  string(limit: number): string {
    const end = this.end(limit);
    const from = this.at;
    this.at = end;
    if (end - from <= SHORT_TEXT_BYTES) {
      const text = this.#ascii(from, end);
      if (text !== null) {
        return text;
      }
    }
    return this.#bytes.toString("utf8", from, end);
  }

  /** Reads text that was probably read before; returns that, without making it anew. */
  knownString(limit: number): string {
    const end = this.end(limit);
    const from = this.at;
    this.at = end;
    if (end - from > MAX_KNOWN_BYTES) {
      return this.#bytes.toString("utf8", from, end);
    }
    let hash = 0;
    for (let at = from; at < end; at += 1) {
      hash = (Math.imul(hash, 31) + (this.#bytes[at] as number)) | 0;
    }
    const place = (hash ^ (hash >>> 8)) & (KNOWN_TEXTS - 1);
    const known = knownTexts[place];
    if (known !== undefined && this.#isAt(from, end, known.bytes)) {
      return known.text;
    }
    const bytes = Buffer.from(this.#bytes.subarray(from, end));
    const text = bytes.toString("utf8");
    knownTexts[place] = { bytes, text };
    return text;
  }

  /** Reads an entry of a map of texts into it. */
  entry(map: Record<string, string>, limit: number): void {
    const end = this.end(limit);
    let key = "";
    let value = "";
    while (this.at < end) {
      const tag = this.uint32();
      if (tag === KEY_TAG) {
        key = this.knownString(end);
      } else if (tag === VALUE_TAG) {
        value = this.string(end);
      } else {
        this.skip(tag & 7);
      }
    }
    this.finish(end);
    if (key === "__proto__") {
      Object.defineProperty(map, key, { ...PLAIN_PROPERTY, value });
    } else {
      map[key] = value;
    }
  }

  /** Passes over a field of the wire type. */
  skip(wireType: number, depth = 0): void {
    switch (wireType) {
      case 0:
        this.uint32();
        break;
      case 1:
        this.#advance(8);
        break;
      case 2:
        this.#advance(this.uint32());
        break;
      case 3:
        this.#skipGroup(depth + 1);
        break;
      case 5:
        this.#advance(4);
        break;
      default:
        throw malformed();
    }
  }

  /** Throws where a part was read past its end. */
  finish(end: number): void {
    if (this.at !== end) {
      throw malformed();
    }
  }

  #skipGroup(depth: number): void {
    if (depth > MAX_DEPTH) {
      throw malformed();
    }
    for (;;) {
      const wireType = this.uint32() & 7;
      if (wireType === 4) {
        return;
      }
      this.skip(wireType, depth);
    }
  }

  #advance(count: number): number {
    const from = this.at;
    this.at = from + count;
    if (!(this.at <= this.#bytes.length)) {
      throw malformed();
    }
    return from;
  }

  #varint64(): string {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
      const byte = bytes[this.at++] as number;
      const bits = byte & 0x7f;
      if (index < 4) {
        low |= bits << (7 * index);
      } else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (7 * index - 32);
      }
      if (byte < 0x80) {
        return digitsOf(low >>> 0, high >>> 0);
      }
    }
    throw malformed();
  }

  #ascii(from: number, end: number): string | null {
    let text = "";
    for (let at = from; at < end; at += 1) {
      const byte = this.#bytes[at] as number;
      if (byte >= 0x80) {
        return null;
      }
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #isAt(from: number, end: number, bytes: Buffer): boolean {
    if (bytes.length !== end - from) {
      return false;
    }
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] !== this.#bytes[from + at]) {
        return false;
      }
    }
    return true;
  }
}

function digitsOf(low: number, high: number): string {
  const value = high * DECIMAL_BASE + low;
  return Number.isSafeInteger(value)
    ? String(value)
    : ((BigInt(high) << 32n) | BigInt(low)).toString();
}

function malformed(): RangeError {
  return new RangeError("the message is malformed");
}
