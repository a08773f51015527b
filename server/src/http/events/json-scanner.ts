const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const BLANK = 0x20;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_U = 0x75;
const LOWER_CASE = 0x20;
const LOWER_E = 0x65;
const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS = ["true", "false", "null"].map((word) => Buffer.from(word));
const HEX_DIGITS = 4;

/** Arrays and objects within each other; the bound is ours, JSON has none. */
export const MAX_JSON_DEPTH = 1_024;

/** What is scanned is no JSON, or is nested too deep; the message says which. */
export class JsonSyntaxError extends Error {}

/**
 * Takes JSON apart without making values of it, in time that grows with its bytes and not with what they
 * say: `JSON.parse` with a reviver takes a hundred times as long for numbers that it must not round.
 *
 * Every method throws {@link JsonSyntaxError} where the bytes are no JSON, which is for those that it
 * passes exactly what `JSON.parse` refuses, and what is nested deeper than {@link MAX_JSON_DEPTH}.
 */
export class JsonScanner {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #closings = new Uint8Array(MAX_JSON_DEPTH);

  /** @param bytes valid UTF-8 */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Whether an object comes next. */
  get isAtObject(): boolean {
    return this.#peek() === OPEN_BRACE;
  }

  /** Whether an array comes next. */
  get isAtArray(): boolean {
    return this.#peek() === OPEN_BRACKET;
  }

  /** Passes an object; is given each name and the bytes of its value, in order. */
  object(take: (name: string, value: Buffer) => void): void {
    this.#expect(OPEN_BRACE);
    this.#each(CLOSE_BRACE, () => {
      const from = this.#at;
      this.#string();
      const name = JSON.parse(this.#bytes.toString("utf8", from, this.#at)) as string;
      this.#expect(COLON);
      take(name, this.value());
    });
  }

  /** Passes an array; `item` is called where each begins and has to pass it. */
  array(item: (index: number) => void): void {
    this.#expect(OPEN_BRACKET);
    let index = 0;
    this.#each(CLOSE_BRACKET, () => {
      item(index);
      index += 1;
    });
  }

  /** Passes a value of any kind; returns its bytes, which are those of the whole. */
  value(): Buffer {
    this.#blanks();
    const from = this.#at;
    let depth = 0;
    for (;;) {
      const closing = this.#opened();
      if (closing !== null) {
        if (depth === MAX_JSON_DEPTH) {
          throw new JsonSyntaxError(`is nested deeper than ${MAX_JSON_DEPTH} arrays and objects`);
        }
        this.#closings[depth] = closing;
        depth += 1;
        continue;
      }
      depth = this.#closed(depth);
      if (depth === 0) {
        return this.#bytes.subarray(from, this.#at);
      }
    }
  }

  /** Passes the end. */
  end(): void {
    this.#blanks();
    if (this.#at !== this.#bytes.length) {
      throw unexpected();
    }
  }

  /** Passes the beginning of an array or object that has something in it, or a whole other value. */
  #opened(): number | null {
    const byte = this.#peek();
    if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) {
      this.#scalar(byte);
      return null;
    }
    this.#at += 1;
    const closing = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
    if (this.#peek() === closing) {
      this.#at += 1;
      return null;
    }
    this.#name(closing);
    return closing;
  }

  /** Passes what follows a value, up to the next; returns how deep that is, 0 where there is none. */
  #closed(from: number): number {
    for (let depth = from; depth > 0; depth -= 1) {
      const closing = this.#closings[depth - 1];
      const byte = this.#peek();
      if (byte === COMMA) {
        this.#at += 1;
        this.#name(closing);
        return depth;
      }
      if (byte !== closing) {
        throw unexpected();
      }
      this.#at += 1;
    }
    return 0;
  }

  #name(closing: number | undefined): void {
    if (closing === CLOSE_BRACE) {
      this.#blanks();
      this.#string();
      this.#expect(COLON);
    }
  }

  #each(closing: number, pass: () => void): void {
    if (this.#peek() === closing) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#blanks();
      pass();
      if (this.#peek() !== COMMA) {
        break;
      }
      this.#at += 1;
    }
    this.#expect(closing);
  }

  #scalar(first: number | undefined): void {
    if (first === QUOTE) {
      this.#string();
    } else if (first === MINUS || isDigit(first)) {
      this.#number();
    } else {
      this.#literal();
    }
  }

  #string(): void {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    if (bytes[this.#at] !== QUOTE) {
      throw unexpected();
    }
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === undefined || byte < BLANK) {
        throw unexpected();
      }
      at = byte === BACKSLASH ? this.#escape(at + 1) + 1 : at + 1;
    }
    this.#at = at + 1;
  }

  /** Returns where the last byte of an escape is. */
  #escape(at: number): number {
    const byte = this.#bytes[at] ?? 0;
    if (byte === LOWER_U) {
      for (let digit = 1; digit <= HEX_DIGITS; digit += 1) {
        if (!isHexDigit(this.#bytes[at + digit])) {
          throw unexpected();
        }
      }
      return at + HEX_DIGITS;
    }
    if (!SIMPLE_ESCAPES.has(byte)) {
      throw unexpected();
    }
    return at;
  }

  #number(): void {
    this.#passIf(MINUS);
    if (!this.#passIf(ZERO)) {
      this.#digits();
    }
    if (this.#passIf(POINT)) {
      this.#digits();
    }
    if (((this.#bytes[this.#at] ?? 0) | LOWER_CASE) === LOWER_E) {
      this.#at += 1;
      if (!this.#passIf(PLUS)) {
        this.#passIf(MINUS);
      }
      this.#digits();
    }
  }

  #digits(): void {
    const from = this.#at;
    while (isDigit(this.#bytes[this.#at])) {
      this.#at += 1;
    }
    if (this.#at === from) {
      throw unexpected();
    }
  }

  #literal(): void {
    const { length } =
      LITERALS.find((word) =>
        word.equals(this.#bytes.subarray(this.#at, this.#at + word.length)),
      ) ?? unexpectedly();
    this.#at += length;
  }

  #expect(byte: number): void {
    if (this.#peek() !== byte) {
      throw unexpected();
    }
    this.#at += 1;
  }

  #passIf(byte: number): boolean {
    const isThere = this.#bytes[this.#at] === byte;
    this.#at += isThere ? 1 : 0;
    return isThere;
  }

  #peek(): number | undefined {
    this.#blanks();
    return this.#bytes[this.#at];
  }

  #blanks(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let byte = bytes[at]; byte !== undefined && byte <= BLANK; byte = bytes[at]) {
      if (byte !== BLANK && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) {
        break;
      }
      at += 1;
    }
    this.#at = at;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isHexDigit(byte: number | undefined): boolean {
  const lower = (byte ?? 0) | LOWER_CASE;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

function unexpected(): JsonSyntaxError {
  return new JsonSyntaxError("is not JSON");
}

function unexpectedly(): never {
  throw unexpected();
}
