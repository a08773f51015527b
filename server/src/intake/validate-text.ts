import { LIMITS } from "@baton/proto/shared";
import { cutText, isLonger } from "../domain/cut-text.ts";
import { SoundTexts } from "../domain/sound-texts.ts";
import type { FieldChecks } from "./validate-fields.ts";

/** What ill-formed text, such as a lone surrogate, becomes on its way through protobuf. */
const REPLACEMENT = "\uFFFD";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const MAX_SHOWN_KEY_BYTES = 64;

/** Nothing, shared by every message without entries. */
const NO_ENTRIES: Readonly<Record<string, string>> = Object.freeze({});

/** How the keys and values of a map must be. */
export interface MapRule {
  readonly key: RegExp;
  /** How the key must be, in words. */
  readonly keyRule: string;
  readonly maxEntries: number;
  readonly maxValueBytes: number;
  readonly allowsControl: boolean;
}

const plainTexts = new SoundTexts((text) => wrongCharacters(text, false) === null);

/**
 * Checks text that programs compare or interpret. Refuses what is not well-formed and U+FFFD, which
 * different ill-formed texts become alike, and control characters.
 */
export function checkText(
  checks: FieldChecks,
  field: string,
  value: string,
  maxBytes: number,
): void {
  const isKnown = !isLonger(value, maxBytes) && plainTexts.has(value);
  const wrong = isKnown ? null : wrongWithText(value, maxBytes, false);
  if (wrong !== null) {
    checks.refuse(field, wrong);
  }
}

/** Checks an ordering key or a concurrency key; empty is none. */
export function checkKey(checks: FieldChecks, field: string, value: string): void {
  if (value !== "") {
    checkText(checks, field, value, LIMITS.maxKeyBytes);
  }
}

/** Checks the length of text for people, and returns it well-formed. */
export function checkNote(
  checks: FieldChecks,
  field: string,
  value: string,
  maxBytes: number,
): string {
  if (isLonger(value, maxBytes)) {
    checks.refuse(field, `is longer than ${maxBytes} bytes`);
  }
  return value.toWellFormed();
}

/**
 * Checks a map. Returns it as it is, since its keys cannot name anything of Object.prototype's that
 * matters (`__proto__` matches no rule), or the shared empty one.
 */
export function checkMap(
  checks: FieldChecks,
  field: string,
  map: Readonly<Record<string, string>>,
  rule: MapRule,
): Readonly<Record<string, string>> {
  if (isEmpty(map)) {
    return NO_ENTRIES;
  }
  const keys = Object.keys(map);
  if (keys.length > rule.maxEntries) {
    checks.refuse(field, `has ${keys.length} entries; at most ${rule.maxEntries} are allowed`);
    return NO_ENTRIES;
  }
  for (const key of keys) {
    const wrong = wrongWithEntry(key, map[key] ?? "", rule);
    if (wrong !== null) {
      checks.refuse(`${field}[${shownKey(key)}]`, wrong);
    }
  }
  return map;
}

function wrongWithEntry(key: string, value: string, rule: MapRule): string | null {
  if (!rule.key.test(key)) {
    return `has a key that is not ${rule.keyRule}`;
  }
  return wrongWithText(value, rule.maxValueBytes, rule.allowsControl);
}

function wrongWithText(value: string, maxBytes: number, allowsControl: boolean): string | null {
  return isLonger(value, maxBytes)
    ? `is longer than ${maxBytes} bytes`
    : wrongCharacters(value, allowsControl);
}

function wrongCharacters(value: string, allowsControl: boolean): string | null {
  if (!value.isWellFormed() || value.includes(REPLACEMENT)) {
    return "is not well-formed text (a lone surrogate, invalid UTF-8 or U+FFFD)";
  }
  if (!allowsControl && CONTROL.test(value)) {
    return "has a control character";
  }
  return null;
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) {
    return false;
  }
  return true;
}

/** Writes a key into a path; JSON's quotes and escapes keep a hostile one from looking like a part of it. */
export function shownKey(key: string): string {
  return JSON.stringify(cutText(key, MAX_SHOWN_KEY_BYTES));
}
