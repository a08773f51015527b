import { LIMITS } from "@baton/proto/shared";
import type { Encoded } from "../values/codec.ts";
import { cutToBytes } from "../values/text.ts";
import { describeThrown } from "../values/thrown.ts";
import { toDuration } from "../values/time-fields.ts";
import type { Sent } from "../values/wire.ts";
import { type AbortReason, AttemptTimeoutError, WorkerStoppedError } from "./abort-reasons.ts";
import { type Hold, wishOf } from "./handler-errors.ts";

/** What came of one attempt. */
export type Outcome =
  | { readonly kind: "complete"; readonly result: Encoded }
  | {
      readonly kind: "fail";
      readonly failure: Failure;
      readonly nonRetryable: boolean;
      readonly retryAfterMs: number | null;
    }
  | {
      readonly kind: "release";
      readonly reason: string;
      /** Undefined where a handler leaves it open. */
      readonly delayMs: number | undefined;
      /** Whether a handler wants it so. */
      readonly isWish: boolean;
      /** What is to wait with it. */
      readonly hold?: Hold;
    };

type Released = Extract<Outcome, { kind: "release" }>;

/** Why an attempt failed, within the protocol's bounds. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  /** The attempt's span, for the next one to link to. */
  readonly traceparent?: string;
}

/** What the dispatcher itself calls an attempt that ran too long. */
const TIMEOUT_TYPE = "attempt_timeout";

/** A release, the reason within the protocol's bounds. */
export function release(reason: string, delayMs = 0): Outcome {
  return released(reason, delayMs, false);
}

function released(text: string, delayMs: number | undefined, isWish: boolean): Released {
  const reason = cutToBytes(text, LIMITS.maxReasonBytes);
  return { kind: "release", reason, delayMs, isWish };
}

/** A failure that no further attempt can mend. */
export function failForGood(type: string, error: unknown): Outcome {
  return {
    kind: "fail",
    failure: { ...describe(error), type },
    nonRetryable: true,
    retryAfterMs: null,
  };
}

/**
 * What a thrown error means. What the error itself asks for comes first; else an attempt that was
 * aborted failed because of that.
 */
export function outcomeOfError(error: unknown, aborted: AbortReason | undefined): Outcome {
  const wish = wishOf(error);
  const failure = describe(error);
  switch (wish?.kind) {
    case "die":
      return { kind: "fail", failure, nonRetryable: true, retryAfterMs: null };
    case "retry":
      return { kind: "fail", failure, nonRetryable: false, retryAfterMs: wish.delayMs };
    case "release":
      return released(failure.message, wish.delayMs, true);
    case "hold":
      // It waits itself as well: a task without a key holds no key.
      return { ...released(failure.message, wish.hold.forMs, false), hold: wish.hold };
    default:
  }
  if (aborted instanceof WorkerStoppedError) {
    return release(aborted.message);
  }
  const type = aborted instanceof AttemptTimeoutError ? TIMEOUT_TYPE : failure.type;
  return {
    kind: "fail",
    failure: { ...failure, type },
    nonRetryable: false,
    retryAfterMs: null,
  };
}

/** Writes an outcome for the dispatcher. */
export function toSettlement(
  lease: Sent<"LeaseRef">,
  outcome: Outcome,
  progress?: Sent<"Progress">,
): Sent<"Settlement"> {
  const settlement = toOutcome(lease, outcome);
  return progress === undefined ? settlement : { ...settlement, progress };
}

function toOutcome(lease: Sent<"LeaseRef">, outcome: Outcome): Sent<"Settlement"> {
  switch (outcome.kind) {
    case "complete":
      return { lease, complete: { result: outcome.result } };
    case "fail": {
      const { failure, nonRetryable, retryAfterMs } = outcome;
      const retryAfter = retryAfterMs === null ? null : toDuration(retryAfterMs);
      return { lease, fail: { failure, nonRetryable, retryAfter } };
    }
    case "release": {
      const { reason, delayMs = 0, hold } = outcome;
      return {
        lease,
        release: { reason, delay: toDuration(delayMs), hold: hold ? toHold(hold) : null },
      };
    }
  }
}

function toHold({ scope, forMs }: Hold): Sent<"Hold"> {
  const wireScope = scope === "key" ? "HOLD_SCOPE_KEY" : "HOLD_SCOPE_QUEUE";
  return { scope: wireScope, duration: toDuration(forMs) };
}

/** About how many bytes an outcome takes on the wire, the lease apart. */
export function outcomeBytes(outcome: Outcome): number {
  switch (outcome.kind) {
    case "complete":
      return outcome.result.value.byteLength + outcome.result.contentType.length;
    case "fail": {
      const { type, message, stack } = outcome.failure;
      return Buffer.byteLength(type) + Buffer.byteLength(message) + Buffer.byteLength(stack);
    }
    case "release":
      return Buffer.byteLength(outcome.reason);
  }
}

function describe(error: unknown): Failure {
  const { type, message, stack } = describeThrown(error);
  return cut(type, message, stack);
}

function cut(type: string, message: string, stack: string): Failure {
  return {
    type: cutToBytes(type, LIMITS.maxFailureTypeBytes),
    message: cutToBytes(message, LIMITS.maxFailureMessageBytes),
    stack: cutToBytes(stack, LIMITS.maxFailureStackBytes),
  };
}
