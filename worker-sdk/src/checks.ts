import type { FieldViolation } from "./baton-error.ts";
import { isWellFormed } from "./text.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** How the entries of a map must be. */
export interface EntriesRule {
  readonly key: RegExp;
  readonly maxEntries: number;
  readonly maxValueBytes: number;
}

/** How header entries must be. */
export const HEADERS_RULE: EntriesRule = {
  key: /^[a-z0-9][a-z0-9._-]{0,63}$/,
  maxEntries: 32,
  maxValueBytes: 1024,
};

/** How label entries must be. */
export const LABELS_RULE: EntriesRule = {
  key: /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/,
  maxEntries: 32,
  maxValueBytes: 256,
};

/** Collects all that is wrong with an input, so that it can be told at once. Undefined is never wrong. */
export class Checks {
  readonly violations: FieldViolation[] = [];

  refuse(field: string, description: string): void {
    this.violations.push({ field, description });
  }

  /** A number from min to max; NaN is none. */
  number(field: string, value: unknown, min: number, max: number): void {
    if (value !== undefined && !(typeof value === "number" && value >= min && value <= max)) {
      this.refuse(field, `must be a number from ${min} to ${max}`);
    }
  }

  /** A whole number from min to max. */
  integer(field: string, value: unknown, min: number, max: number): void {
    if (
      value !== undefined &&
      !(Number.isInteger(value) && Number(value) >= min && Number(value) <= max)
    ) {
      this.refuse(field, `must be a whole number from ${min} to ${max}`);
    }
  }

  /** The name of a queue, a type or a worker. */
  name(field: string, value: unknown): void {
    if (!(typeof value === "string" && NAME.test(value))) {
      this.refuse(field, "must be 1 to 128 of A-Z a-z 0-9 . _ -, the first a letter or digit");
    }
  }

  /** Text that can be written as UTF-8, of at most so many bytes. */
  text(field: string, value: unknown, maxBytes: number): void {
    if (value === undefined) {
      return;
    }
    if (typeof value !== "string") {
      this.refuse(field, "must be a string");
    } else if (value.length > maxBytes || Buffer.byteLength(value) > maxBytes) {
      this.refuse(field, `must be at most ${maxBytes} bytes`);
    } else if (!isWellFormed(value)) {
      this.refuse(field, "must not contain half a surrogate pair");
    }
  }

  /** A plain object of strings. */
  entries(field: string, value: unknown, rule: EntriesRule): void {
    if (value === undefined) {
      return;
    }
    if (typeof value !== "object" || value === null) {
      this.refuse(field, "must be an object of strings");
      return;
    }
    const entries = Object.entries(value);
    if (entries.length > rule.maxEntries) {
      this.refuse(field, `must have at most ${rule.maxEntries} entries`);
    }
    for (const [key, text] of entries) {
      if (!rule.key.test(key)) {
        this.refuse(`${field}[${JSON.stringify(key)}]`, `must have a key like ${rule.key.source}`);
      }
      this.text(`${field}[${JSON.stringify(key)}]`, text, rule.maxValueBytes);
      if (text === undefined) {
        this.refuse(`${field}[${JSON.stringify(key)}]`, "must be a string");
      }
    }
  }

  /** A function. */
  callable(field: string, value: unknown): void {
    if (value !== undefined && typeof value !== "function") {
      this.refuse(field, "must be a function");
    }
  }
}
