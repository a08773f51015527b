import { LIMITS } from "@baton/proto/shared";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { TaskError } from "../../domain/errors.ts";
import { fieldError } from "../../intake/validate-fields.ts";
import { MESSAGE_SHAPES } from "./message-shapes.generated.ts";

/** What to count in a message before it is decoded, by field number. */
interface MessageShape {
  readonly lists?: Readonly<Record<number, ListShape>>;
  readonly members?: Readonly<Record<number, MemberShape>>;
}

interface ListShape extends MemberShape {
  readonly max: number;
}

interface MemberShape {
  readonly name: string;
  /** What is in it; absent where that need not be counted. */
  readonly shape?: MessageShape;
}

// An item of two bytes becomes an object of a kilobyte: 4 MiB of them kept the decoder busy for 20 s.
const UNCOUNTED_BYTES = 16 * 1024;
/** More than any message has fields, so that later versions have room. */
const MAX_FIELDS = 100;

/** The requests that may be large, by the paths of their methods. */
const SHAPES: Readonly<Record<string, MessageShape>> = MESSAGE_SHAPES;

const refusal = Symbol("refusal");

/**
 * Returns the definition with a look at each large request before it is decoded. What holds more than
 * it may is not decoded: the handler gets an empty message that {@link refusalOf} tells from others.
 */
export function guarded<Definition extends ServiceDefinition>(definition: Definition): Definition {
  const methods = Object.entries(definition).map(([name, method]) => [name, guardedMethod(method)]);
  return Object.fromEntries(methods) as Definition;
}

/** Why a request was not decoded; null where it was. */
export function refusalOf(request: unknown): TaskError | null {
  return (request as { readonly [refusal]?: TaskError })[refusal] ?? null;
}

function guardedMethod(method: ServiceDefinition[string]): ServiceDefinition[string] {
  const shape = SHAPES[method.path] ?? null;
  return {
    ...method,
    requestDeserialize(bytes) {
      const error = bytes.length > UNCOUNTED_BYTES ? wrongWith(bytes, shape) : null;
      return error === null
        ? method.requestDeserialize(bytes)
        : { ...method.requestDeserialize(Buffer.alloc(0)), [refusal]: error };
    },
  };
}

function wrongWith(bytes: Buffer, shape: MessageShape | null): TaskError | null {
  if (shape !== null) {
    return new Counter(bytes).count(shape, bytes.length, "");
  }
  return bytes.length <= LIMITS.maxRequestWithoutPayloadBytes
    ? null
    : new TaskError(
        "INVALID_FIELD",
        `the request has ${bytes.length} bytes; at most ${LIMITS.maxRequestWithoutPayloadBytes} are allowed`,
      );
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/** Walks over an encoded message without making anything of it. */
class Counter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Counts what is in the message that ends at `end`; returns what is wrong, or null. */
  count(shape: MessageShape, end: number, path: string): TaskError | null {
    const counts = new Map<number, number>();
    let fields = 0;
    while (this.#at < end) {
      const tag = this.#varint();
      if (Number.isNaN(tag)) {
        return malformed(path);
      }
      const number = tag >>> 3;
      const size = this.#sizeOf(tag & 0b111);
      const next = this.#at + size;
      if (!(next <= end)) {
        return malformed(path);
      }
      const list = shape.lists?.[number];
      const index = counts.get(number) ?? 0;
      counts.set(number, index + 1);
      if (list !== undefined && index >= list.max) {
        return fieldError(join(path, list.name), `at most ${list.max} are allowed`);
      }
      fields += list === undefined ? 1 : 0;
      if (fields > MAX_FIELDS) {
        return malformed(path);
      }
      const inner = list ?? shape.members?.[number];
      if (inner?.shape !== undefined && (tag & 0b111) === LENGTH) {
        const place = list === undefined ? inner.name : `${inner.name}[${index}]`;
        const error = this.count(inner.shape, next, join(path, place));
        if (error !== null) {
          return error;
        }
      }
      this.#at = next;
    }
    return null;
  }

  /** How many bytes the value takes from here on; NaN where that cannot be said. */
  #sizeOf(wireType: number): number {
    switch (wireType) {
      case VARINT: {
        const start = this.#at;
        this.#varint();
        const size = this.#at - start;
        this.#at = start;
        return size;
      }
      case FIXED64:
        return 8;
      case LENGTH:
        return this.#varint();
      case FIXED32:
        return 4;
      default:
        return Number.NaN;
    }
  }

  #varint(): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.#bytes[this.#at++] ?? Number.NaN;
      if (index < 5) {
        value = (value | ((byte & 0x7f) << (7 * index))) >>> 0;
      }
      if (!(byte >= 0x80)) {
        return Number.isNaN(byte) ? Number.NaN : value;
      }
    }
    return Number.NaN;
  }
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function malformed(path: string): TaskError {
  return path === ""
    ? new TaskError("INVALID_FIELD", "the request is malformed")
    : fieldError(path, "is malformed");
}
