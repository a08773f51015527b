/** A piece of a line of pseudo-code: a number has its unit applied, a word may have dots after it. */
export interface Token {
  readonly kind: "number" | "string" | "word" | "sign";
  readonly text: string;
}

const MS_A_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000 };
const PIECE =
  /\s*(?:(\d+(?:\.\d+)?)(?: (ms|s)\b)?|("[^"\\]*")|([A-Za-z_][A-Za-z0-9_]*)|(==|\+=|[=≥>+×−(){}[\].,:|]))/y;

/** Takes a piece of pseudo-code apart; throws where it knows a piece of it not. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  PIECE.lastIndex = 0;
  while (text.slice(PIECE.lastIndex).trim() !== "") {
    const from = PIECE.lastIndex;
    const match = PIECE.exec(text);
    if (match === null) {
      throw new Error(`what is ${JSON.stringify(text.slice(from))}?`);
    }
    const [, digits, unit = "ms", string, word, sign] = match;
    if (digits !== undefined) {
      tokens.push({ kind: "number", text: String(Number(digits) * (MS_A_UNIT[unit] ?? 1)) });
    } else if (string !== undefined) {
      tokens.push({ kind: "string", text: string });
    } else if (word !== undefined) {
      tokens.push({ kind: "word", text: word });
    } else {
      tokens.push({ kind: "sign", text: sign ?? "" });
    }
  }
  return tokens;
}

/** Splits at a sign or word where no bracket is open. */
export function splitOutside(text: string, at: RegExp, most = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place] ?? "";
    depth += "([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0;
    at.lastIndex = place;
    const match = depth === 0 && parts.length + 1 < most ? at.exec(text) : null;
    if (match !== null) {
      parts.push(text.slice(from, place));
      from = place + match[0].length;
      place = from - 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim());
}
