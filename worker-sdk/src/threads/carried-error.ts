import {
  type AbortReason,
  AttemptTimeoutError,
  LeaseLostError,
  TaskCancelledError,
  WorkerStoppedError,
} from "../handler/abort-reasons.ts";
import {
  NonRetryableError,
  RateLimitedError,
  ReleaseTaskError,
  RetryAfterError,
  type Wish,
  wishOf,
} from "../handler/handler-errors.ts";
import { describeThrown, read } from "../values/thrown.ts";

const MAX_DEPTH = 4;
const MAX_HELD = 5;

/** Something that was thrown, as it crosses between threads: structured clone keeps neither class nor name. */
export type CarriedError =
  | { readonly value: string | number | bigint | boolean | null | undefined }
  | {
      /** Its name, or its class where it gives itself none. */
      readonly type: string;
      readonly message: string;
      /** Its own, without causes. */
      readonly stack: string;
      readonly wish: Wish | undefined;
      readonly cause?: CarriedError;
      /** What an AggregateError holds, the first of it. */
      readonly errors?: readonly CarriedError[];
    };

/** Why a signal aborted, as it crosses. */
export interface CarriedAbort {
  readonly error: CarriedError;
  readonly cancelReason: unknown;
  readonly timeoutMs: unknown;
}

type Constructor = new (message: string, options?: ErrorOptions) => Error;

const BUILT_IN: Readonly<Record<string, Constructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Takes from what was thrown all that can cross. Never throws. */
export function carryError(thrown: unknown, depth = MAX_DEPTH): CarriedError {
  if (isPlain(thrown)) {
    return { value: thrown };
  }
  const { type, message } = describeThrown(thrown);
  const stack = read(thrown, "stack");
  const cause = depth > 1 ? read(thrown, "cause") : undefined;
  const errors = depth > 1 ? read(thrown, "errors") : undefined;
  return {
    type,
    message,
    stack: typeof stack === "string" ? stack : "",
    wish: wishOf(thrown),
    ...(cause !== undefined && { cause: carryError(cause, depth - 1) }),
    ...(Array.isArray(errors) && {
      errors: errors.slice(0, MAX_HELD).map((error) => carryError(error, depth - 1)),
    }),
  };
}

/** Makes an error again of what crossed: with its name, message, stack and cause, and what it asks for. */
export function rebuildError(carried: CarriedError): unknown {
  if ("value" in carried) {
    return carried.value;
  }
  const { type, message, stack, wish, cause, errors } = carried;
  const options = cause === undefined ? {} : { cause: rebuildError(cause) };
  const error = make(type, message, wish, errors, options);
  for (const [property, value] of Object.entries({ name: type, stack })) {
    Object.defineProperty(error, property, { value, configurable: true, writable: true });
  }
  return error;
}

/** Takes from the reason of a signal all that can cross. */
export function carryAbort(reason: unknown): CarriedAbort {
  return {
    error: carryError(reason),
    cancelReason: read(reason, "cancelReason"),
    timeoutMs: read(reason, "timeoutMs"),
  };
}

/** Makes a reason again of what crossed. */
export function rebuildAbort({ error, cancelReason, timeoutMs }: CarriedAbort): AbortReason {
  switch ("type" in error ? error.type : "") {
    case "TaskCancelledError":
      return new TaskCancelledError(String(cancelReason));
    case "AttemptTimeoutError":
      return new AttemptTimeoutError(Number(timeoutMs));
    case "WorkerStoppedError":
      return new WorkerStoppedError();
    case "LeaseLostError":
      return new LeaseLostError("message" in error ? error.message : "");
    default:
      return rebuildError(error) as AbortReason;
  }
}

function make(
  type: string,
  message: string,
  wish: Wish | undefined,
  errors: readonly CarriedError[] | undefined,
  options: ErrorOptions,
): Error {
  switch (wish?.kind) {
    case "die":
      return new NonRetryableError(message, options);
    case "retry":
      return new RetryAfterError(wish.delayMs, message, options);
    case "release":
      return new ReleaseTaskError(wish.delayMs, message, options);
    case "hold": {
      const { scope, forMs } = wish.hold;
      return new RateLimitedError({ retryAfterMs: forMs, scope }, message, options);
    }
    default:
  }
  if (errors !== undefined) {
    return new AggregateError(errors.map(rebuildError), message, options);
  }
  const BuiltIn = Object.hasOwn(BUILT_IN, type) ? BUILT_IN[type] : undefined;
  return new (BuiltIn ?? Error)(message, options);
}

function isPlain(thrown: unknown): thrown is string | number | bigint | boolean | null | undefined {
  return (
    thrown === null ||
    ["string", "number", "bigint", "boolean", "undefined"].includes(typeof thrown)
  );
}
