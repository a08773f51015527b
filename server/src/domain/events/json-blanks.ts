const IS_BLANK = tableOf(" \n\r\t");
const IS_STRUCTURE = tableOf("{}[],:");
const BLANK = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Returns JSON without the blanks that mean nothing, in time that grows with its bytes. What is no JSON comes
 * out as something too: a blank is left between what would become one word without it, so that nothing
 * that means something else comes out the same.
 */
export function withoutBlanks(json: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(json.length);
  let length = 0;
  for (let at = 0; at < json.length; ) {
    const from = at;
    while (IS_BLANK[json[at] ?? 0] === 1) {
      at += 1;
    }
    if (at === json.length) {
      break;
    }
    const byte = json[at] as number;
    if (at > from && length > 0 && !isStructure(bytes[length - 1]) && !isStructure(byte)) {
      bytes[length++] = BLANK;
    }
    const end = byte === QUOTE ? endOfText(json, at) : at + 1;
    while (at < end) {
      bytes[length++] = json[at++] as number;
    }
  }
  return bytes.subarray(0, length);
}

/** Where a text that begins at a quote ends, its last quote included. */
function endOfText(json: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== QUOTE) {
    at += json[at] === BACKSLASH ? 2 : 1;
  }
  return Math.min(at + 1, json.length);
}

function isStructure(byte: number | undefined): boolean {
  return IS_STRUCTURE[byte ?? 0] === 1;
}

function tableOf(text: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(text)) {
    table[byte] = 1;
  }
  return table;
}
