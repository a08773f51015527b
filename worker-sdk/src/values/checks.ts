import { LIMITS, PATTERNS } from "@baton/proto/shared";
import type { FieldViolation } from "./baton-error.ts";
import { isWellFormed } from "./text.ts";
import { read } from "./thrown.ts";

/** How the entries of a map must be. */
export interface EntriesRule {
  readonly key: RegExp;
  readonly maxEntries: number;
  readonly maxValueBytes: number;
}

/** How header entries must be. */
export const HEADERS_RULE: EntriesRule = {
  key: PATTERNS.headerKey,
  maxEntries: LIMITS.maxHeaders,
  maxValueBytes: LIMITS.maxHeaderValueBytes,
};

/** How label entries must be. */
export const LABELS_RULE: EntriesRule = {
  key: PATTERNS.labelKey,
  maxEntries: LIMITS.maxLabels,
  maxValueBytes: LIMITS.maxLabelValueBytes,
};

const ANY_STRINGS: EntriesRule = { key: /./s, maxEntries: 1_000, maxValueBytes: 64 * 1024 };

/** Longer than any; messages of what is too long would end the stream that others share. */
const MAX_TASK_ID_BYTES = 512;
/** The end of the year 9999. */
const MAX_EPOCH_MS = 253_402_300_799_999;

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
    if (!(typeof value === "string" && PATTERNS.name.test(value))) {
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
    // A Map, or the Headers of fetch, has entries that nobody would see.
    if (Object.prototype.toString.call(value) !== "[object Object]") {
      this.refuse(field, "must be an object of strings");
      return;
    }
    const entries = Object.entries(value as object);
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

  /** An object of strings, whatever their names. */
  strings(field: string, value: unknown): void {
    this.entries(field, value, ANY_STRINGS);
  }

  /** Text that is not empty, of at most so many bytes. */
  required(field: string, value: unknown, maxBytes: number): void {
    if (value === undefined || value === "") {
      this.refuse(field, "is required");
    }
    this.text(field, value, maxBytes);
  }

  /** A concurrency key or an ordering key: one that is empty was meant to be something. */
  key(field: string, value: unknown): void {
    if (value === "") {
      this.refuse(field, "must not be empty; leave it out where there is none");
    }
    this.text(field, value, LIMITS.maxKeyBytes);
  }

  /** A task's id. */
  taskId(value: unknown): void {
    this.required("taskId", value, MAX_TASK_ID_BYTES);
  }

  /** True or false. */
  boolean(field: string, value: unknown): void {
    if (value !== undefined && typeof value !== "boolean") {
      this.refuse(field, "must be true or false");
    }
  }

  /** One of these. */
  oneOf(field: string, value: unknown, allowed: readonly unknown[]): void {
    if (value !== undefined && !allowed.includes(value)) {
      this.refuse(field, `must be one of ${allowed.join(", ")}`);
    }
  }

  /** An AbortSignal. */
  signal(field: string, value: unknown): void {
    if (value !== undefined && !(read(value, "aborted") !== undefined && canListen(value))) {
      this.refuse(field, "must be an AbortSignal");
    }
  }

  /** A point in time. */
  epochMs(field: string, value: unknown): void {
    this.number(field, value, 0, MAX_EPOCH_MS);
  }

  /** Options; returns those that can be looked at. */
  options<Options extends object>(
    field: string,
    value: Options | null | undefined,
  ): Partial<Options> {
    if (value === undefined) {
      return {};
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.refuse(field, "must be an object");
      return {};
    }
    return value;
  }

  /** An object with these functions. */
  methods(field: string, value: unknown, names: readonly string[]): void {
    if (value !== undefined && names.some((name) => typeof read(value, name) !== "function")) {
      this.refuse(field, `must have the functions ${names.join(", ")}`);
    }
  }

  /** A function. */
  callable(field: string, value: unknown): void {
    if (value !== undefined && typeof value !== "function") {
      this.refuse(field, "must be a function");
    }
  }
}

function canListen(value: unknown): boolean {
  return typeof read(value, "addEventListener") === "function";
}
