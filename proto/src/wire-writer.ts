const DECIMAL_BASE = 2 ** 32;
const SLAB_BYTES = 64 * 1024;
/** Texts up to this long are written byte by byte, which is faster than a call out of JavaScript. */
const SHORT_TEXT_LENGTH = 48;
const MAX_NUMBER_BYTES = 10;
const MAX_BYTES_A_CHARACTER = 3;

/** A text that a field had last, as it is on the wire; see {@link WireWriter.knownString}. */
export interface WrittenText {
  text: string;
  length: number;
  readonly bytes: Uint8Array;
}

/** Remembers what a field of text holds most of the time. */
export function newWrittenText(): WrittenText {
  return { text: "", length: 0, bytes: new Uint8Array(SHORT_TEXT_LENGTH + 1) };
}

/** A number of 64 bits as callers give it. */
type Long = number | string | { readonly low: number; readonly high: number };

/**
 * Writes the protobuf wire format, one message after the other, into slabs of memory: a finished
 * message is a view of its slab, and nothing is copied but messages that outgrow theirs.
 */
export class WireWriter {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #start = 0;
  #at = 0;

  /** Begins a message; one that was not finished, because writing it threw, is forgotten. */
  begin(): void {
    this.#at = this.#start;
  }

  /** Ends the message and returns it. */
  finish(): Buffer {
    const message = this.#slab.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return message;
  }

  /** Writes a tag or any other number of 32 bits. */
  uint32(value: number): void {
    this.#ensure(MAX_NUMBER_BYTES);
    this.#varint(value >>> 0);
  }

  int32(value: number): void {
    const signed = value | 0;
    if (signed >= 0) {
      this.uint32(signed);
    } else {
      this.#ensure(MAX_NUMBER_BYTES);
      this.#varint64(signed >>> 0, 0xffff_ffff);
    }
  }

  bool(value: boolean): void {
    this.uint32(value ? 1 : 0);
  }

  /** Writes a number of 64 bits, signed or not. */
  uint64(value: Long): void {
    this.#ensure(MAX_NUMBER_BYTES);
    if (typeof value === "object") {
      this.#varint64(value.low >>> 0, value.high >>> 0);
      return;
    }
    const number = Number(value);
    if (Number.isSafeInteger(number) && number >= 0) {
      this.#varint64((number % DECIMAL_BASE) >>> 0, Math.floor(number / DECIMAL_BASE));
    } else {
      const bits = BigInt.asUintN(64, toBigInt(value));
      this.#varint64(Number(bits & 0xffff_ffffn), Number(bits >> 32n));
    }
  }

  int64(value: Long): void {
    this.uint64(value);
  }

  double(value: number): void {
    this.#ensure(8);
    this.#at = this.#slab.writeDoubleLE(value, this.#at);
  }

  /** Writes bytes with their length; a string is base64. */
  bytes(value: Uint8Array | string): void {
    const bytes = typeof value === "string" ? Buffer.from(value, "base64") : value;
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError("bytes were expected");
    }
    this.#ensure(bytes.length + MAX_NUMBER_BYTES);
    this.#varint(bytes.length);
    this.#slab.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Writes text with its length. */
  string(value: string): void {
    const { length } = value;
    this.#ensure(length * MAX_BYTES_A_CHARACTER + MAX_NUMBER_BYTES);
    if (length <= SHORT_TEXT_LENGTH && this.#ascii(value)) {
      return;
    }
    const bytes = Buffer.byteLength(value);
    this.#varint(bytes);
    this.#at += this.#slab.write(value, this.#at, bytes, "utf8");
  }

  /** Writes text that is probably what the field held last: that is copied, not encoded. */
  knownString(value: string, known: WrittenText): void {
    if (value !== known.text) {
      this.#remember(value, known);
      return;
    }
    const { length, bytes } = known;
    this.#ensure(length);
    const slab = this.#slab;
    let at = this.#at;
    for (let index = 0; index < length; index += 1) {
      slab[at++] = bytes[index] as number;
    }
    this.#at = at;
  }

  /**
   * Begins a part whose length is written before it.
   *
   * @param room the bytes left for the length: 1 or 2, whichever most parts of the kind need
   * @returns what `close` must be given
   */
  open(room: number): number {
    this.#ensure(MAX_NUMBER_BYTES);
    this.#at += room;
    return this.#at - this.#start;
  }

  /** Ends a part. */
  close(opened: number, room: number): void {
    const from = this.#start + opened;
    const length = this.#at - from;
    const slab = this.#slab;
    if (room === 1 && length < 0x80) {
      slab[from - 1] = length;
    } else if (room === 2 && length >= 0x80 && length < 0x4000) {
      slab[from - 2] = (length & 0x7f) | 0x80;
      slab[from - 1] = length >>> 7;
    } else {
      this.#fitLength(opened, room, length);
    }
  }

  /** Makes as much room for a length as it needs, other than was left for it. */
  #fitLength(opened: number, room: number, length: number): void {
    this.#ensure(MAX_NUMBER_BYTES);
    const from = this.#start + opened;
    const moved = lengthBytes(length) - room;
    this.#slab.copyWithin(from + moved, from, this.#at);
    const end = this.#at + moved;
    this.#at = from - room;
    this.#varint(length);
    this.#at = end;
  }

  #remember(value: string, known: WrittenText): void {
    const before = this.#at - this.#start;
    this.string(value);
    const length = this.#at - this.#start - before;
    // ASCII behind one byte of length: what is not may not fit.
    if (value.length <= SHORT_TEXT_LENGTH && length === value.length + 1) {
      known.text = value;
      known.length = length;
      known.bytes.set(this.#slab.subarray(this.#at - length, this.#at));
    }
  }

  #ascii(value: string): boolean {
    const slab = this.#slab;
    const { length } = value;
    let at = this.#at;
    slab[at++] = length;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        return false;
      }
      slab[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #varint(value: number): void {
    const slab = this.#slab;
    let rest = value;
    while (rest >= 0x80) {
      slab[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    slab[this.#at++] = rest;
  }

  #varint64(low: number, high: number): void {
    const slab = this.#slab;
    let [lower, upper] = [low, high];
    while (upper > 0) {
      slab[this.#at++] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.#varint(lower);
  }

  #ensure(bytes: number): void {
    if (this.#at + bytes > this.#slab.length) {
      this.#move(bytes);
    }
  }

  #move(bytes: number): void {
    const written = this.#at - this.#start;
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (written + bytes)));
    this.#slab.copy(slab, 0, this.#start, this.#at);
    this.#slab = slab;
    this.#start = 0;
    this.#at = written;
  }
}

function lengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) {
    bytes += 1;
  }
  return bytes;
}

function toBigInt(value: number | string): bigint {
  return typeof value === "string" ? BigInt(value) : BigInt(Math.trunc(value) || 0);
}
