import { inspect } from "node:util";

/** What can be said of something that was thrown. */
export interface Thrown {
  readonly type: string;
  readonly message: string;
  /** Where it was thrown, then its causes and, of an AggregateError, what it holds. Empty where it does not say. */
  readonly stack: string;
}

const UNNAMED = "Error";
const MAX_CAUSES = 3;
const MAX_HELD = 5;
const MAX_MESSAGE_LENGTH = 10_000;

/** Names that a class inherits that gives itself none. */
const INHERITED_NAMES: ReadonlySet<unknown> = new Set([
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "NonRetryableError",
  "RateLimitedError",
  "ReleaseTaskError",
  "RetryAfterError",
]);

/** Classes that say nothing of what went wrong. */
const PLAIN_NAMES: ReadonlySet<string> = new Set(["Object", "Array"]);

/**
 * Describes anything that may be thrown, errors of another realm and objects that throw when they are looked
 * at included. Never throws.
 */
export function describeThrown(thrown: unknown): Thrown {
  const message = read(thrown, "message");
  if (!isObject(thrown) || typeof message !== "string") {
    return { type: typeOf(thrown), message: textOf(thrown), stack: "" };
  }
  return { type: typeOf(thrown), message, stack: stackOf(thrown) };
}

/** Reads a property, of whatever it is; undefined where that throws. */
export function read(from: unknown, property: PropertyKey): unknown {
  if (!isObject(from)) {
    return undefined;
  }
  try {
    return (from as Readonly<Record<PropertyKey, unknown>>)[property];
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Its name; that of its class where it has none of its own. */
function typeOf(thrown: unknown): string {
  if (!isObject(thrown) || typeof thrown === "function") {
    return UNNAMED;
  }
  const name = read(thrown, "name");
  const className = read(read(thrown, "constructor"), "name");
  const isNamed = isText(name) && !INHERITED_NAMES.has(name);
  if (!isNamed && isText(className) && !PLAIN_NAMES.has(className)) {
    return className;
  }
  return isText(name) ? name : UNNAMED;
}

function stackOf(thrown: unknown): string {
  let text = traceOf(thrown);
  let cause = read(thrown, "cause");
  for (let depth = 0; depth < MAX_CAUSES && cause !== undefined && cause !== null; depth += 1) {
    text += `\nCaused by: ${traceOf(cause)}${heldBy(cause)}`;
    cause = read(cause, "cause");
  }
  return text + heldBy(thrown);
}

/** What an AggregateError holds. */
function heldBy(thrown: unknown): string {
  const errors = read(thrown, "errors");
  if (!Array.isArray(errors)) {
    return "";
  }
  const texts = errors.slice(0, MAX_HELD).map((error) => `\nHolds: ${traceOf(error)}`);
  const more = errors.length - texts.length;
  return texts.join("") + (more > 0 ? `\nHolds ${more} more` : "");
}

function traceOf(thrown: unknown): string {
  const stack = read(thrown, "stack");
  if (isText(stack)) {
    return stack;
  }
  const message = read(thrown, "message");
  return typeof message === "string" ? `${typeOf(thrown)}: ${message}` : textOf(thrown);
}

function textOf(value: unknown): string {
  try {
    const text = isObject(value)
      ? inspect(value, { depth: 3, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 1_000 })
      : String(value);
    return text.slice(0, MAX_MESSAGE_LENGTH);
  } catch {
    return "something was thrown that cannot be described";
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
