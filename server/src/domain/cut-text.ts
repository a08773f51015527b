/** A UTF-16 code unit takes at most this many bytes of UTF-8. */
const MAX_BYTES_A_UNIT = 3;

/** Cuts text to a number of bytes of UTF-8, never within a character, and makes it well-formed. */
export function cutText(text: string, maxBytes: number): string {
  const wellFormed = text.toWellFormed();
  if (!isLonger(wellFormed, maxBytes)) {
    return wellFormed;
  }
  const bytes = Buffer.from(wellFormed.slice(0, maxBytes));
  let end = maxBytes;
  while (isContinuation(bytes[end])) {
    end -= 1;
  }
  return bytes.toString("utf8", 0, end);
}

/** Whether text takes more bytes of UTF-8. */
export function isLonger(text: string, maxBytes: number): boolean {
  if (text.length * MAX_BYTES_A_UNIT <= maxBytes) {
    return false;
  }
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
