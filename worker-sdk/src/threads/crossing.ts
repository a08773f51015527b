import { types } from "node:util";
import type { Transferable } from "node:worker_threads";
import { NonRetryableError } from "../handler/handler-errors.ts";
import { copyBytes } from "../values/own-bytes.ts";
import { describeThrown } from "../values/thrown.ts";

const MAX_DEPTH = 16;
const MAX_TEXT_LENGTH = 200;

/** A value as it crosses, and what of it moves instead of being cloned. */
export interface Crossing {
  readonly value: unknown;
  readonly transfer: Transferable[];
}

/** Bytes cross as a copy of their own: a clone would take all of the memory that they lie in. */
export function toCross(value: unknown): Crossing {
  if (!types.isUint8Array(value)) {
    return { value, transfer: [] };
  }
  const copy = copyBytes(value);
  return { value: copy, transfer: [copy.buffer as ArrayBuffer] };
}

/** Says which part of a payload or a result cannot be cloned, and why. No further attempt can mend that. */
export function notClonable(what: "payload" | "result", value: unknown, error: unknown): Error {
  const { path, reason } = findUnclonable(what, value, error);
  const refusal = new NonRetryableError(
    `the ${what} cannot cross between threads by structured clone: ${path}: ${reason}`,
  );
  const name = what === "payload" ? "PayloadError" : "ResultError";
  Object.defineProperty(refusal, "name", { value: name });
  return refusal;
}

interface Unclonable {
  readonly path: string;
  readonly reason: string;
}

function findUnclonable(path: string, value: unknown, error: unknown, depth = 0): Unclonable {
  if (depth < MAX_DEPTH) {
    for (const [name, part] of partsOf(value)) {
      const refusal = refusalOf(part);
      if (refusal !== undefined) {
        return findUnclonable(`${path}${name}`, part, refusal.error, depth + 1);
      }
    }
  }
  return { path, reason: describeThrown(error).message.slice(0, MAX_TEXT_LENGTH) };
}

function partsOf(value: unknown): Iterable<readonly [string, unknown]> {
  try {
    if (types.isMap(value)) {
      return [...value].flatMap(([key, part]) => [
        [".keys()", key] as const,
        [`.get(${String(key)})`, part] as const,
      ]);
    }
    if (types.isSet(value)) {
      return [...value].map((part) => [".values()", part] as const);
    }
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
      return [];
    }
    const isList = Array.isArray(value);
    return Object.entries(value).map(
      ([key, part]) => [isList ? `[${key}]` : `.${key}`, part] as const,
    );
  } catch {
    return [];
  }
}

function refusalOf(part: unknown): { readonly error: unknown } | undefined {
  try {
    structuredClone(part);
    return undefined;
  } catch (error) {
    return { error };
  }
}
