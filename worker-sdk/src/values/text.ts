const LONE_SURROGATES = /\p{Surrogate}/gu;
const CONTINUATION_MASK = 0b1100_0000;
const CONTINUATION = 0b1000_0000;

/** Whether the text can be written as UTF-8: half a surrogate pair cannot. */
export function isWellFormed(text: string): boolean {
  return text.search(LONE_SURROGATES) < 0;
}

/** How many bytes the text takes as UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Cuts the text to at most so many bytes of UTF-8, between characters, and mends lone surrogates. */
export function cutToBytes(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at least one byte, so nothing past this many can stay.
  const bytes = Buffer.from(text.slice(0, maxBytes + 1));
  if (bytes.length <= maxBytes) {
    return bytes.toString();
  }
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & CONTINUATION_MASK) === CONTINUATION) {
    end -= 1;
  }
  return bytes.toString("utf8", 0, end);
}
