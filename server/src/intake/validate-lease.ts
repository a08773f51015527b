import { LIMITS } from "@baton/proto/shared";
import type { AttemptOutcome, HeldLease, Hold, WorkerSettlement } from "../dispatch/contract.ts";
import { cutText } from "../domain/cut-text.ts";
import type { TaskError } from "../domain/errors.ts";
import { isTaskId, type LeaseRef, type LeaseToken, type TaskId } from "../domain/ids.ts";
import type { Content, Failure, Progress } from "../domain/task.ts";
import { isTraceparent } from "../domain/trace-context.ts";
import { checkNumber, FieldChecks } from "./validate-fields.ts";
import { checkNote, checkText } from "./validate-text.ts";
import { checkDuration, type DurationInput } from "./validate-time.ts";

/** A lease as it comes from the wire. */
export interface LeaseRefInput {
  readonly taskId: string;
  readonly leaseToken: string;
}

/** A settlement as it comes from the wire. */
export interface SettlementInput {
  readonly lease: LeaseRefInput | null;
  readonly complete?: CompleteInput | null;
  readonly fail?: FailInput | null;
  readonly release?: ReleaseInput | null;
  readonly progress?: ProgressInput | null;
  /** Which of the three is meant. */
  readonly outcome?: "complete" | "fail" | "release";
}

/** The outcome "complete" as it comes from the wire. */
interface CompleteInput {
  readonly result: Content | null;
}

/** The outcome "fail" as it comes from the wire. */
interface FailInput {
  readonly failure: Failure | null;
  readonly nonRetryable: boolean;
  readonly retryAfter: DurationInput | null;
}

/** The outcome "release" as it comes from the wire. */
interface ReleaseInput {
  readonly reason: string;
  readonly delay: DurationInput | null;
  readonly hold: HoldInput | null;
}

/** What a release holds back beside its task, as it comes from the wire. */
interface HoldInput {
  /** The name of an enum's value, or a number that has none. */
  readonly scope: string | number;
  readonly duration: DurationInput | null;
}

/** A settlement that was found to be in order. */
export interface ValidSettlement {
  readonly kind: "valid";
  readonly settlement: WorkerSettlement;
}

/** A settlement that is wrong but for its lease, so that it can be answered by itself. */
export interface RejectedSettlement {
  readonly kind: "rejected";
  readonly lease: LeaseRef;
  /** What is wrong, for people. */
  readonly reason: string;
}

/** A held lease as it comes from the wire. */
export interface HeldLeaseInput {
  readonly lease: LeaseRefInput | null;
  readonly progress: ProgressInput | null;
  readonly checkpoint?: Uint8Array;
}

/** An attempt's progress as it comes from the wire. */
interface ProgressInput {
  readonly fraction?: number;
  readonly note: string;
}

const TOKEN = /^[1-9][0-9]{0,15}$/;
const NO_CONTENT: Content = Object.freeze({ value: new Uint8Array(0), contentType: "" });
const NO_LEASE: LeaseRef = { taskId: "" as TaskId, token: 0 as LeaseToken };

/** Checks the id of a task. */
export function checkTaskId(checks: FieldChecks, field: string, value: string): TaskId {
  if (!isTaskId(value)) {
    checks.refuse(
      field,
      value === ""
        ? "is required"
        : "must be a queue's name, then ~, then 16 of the characters A-Z a-z 0-9 _ -",
    );
  }
  return value as TaskId;
}

/** Checks the name of a lease. */
export function checkLease(
  checks: FieldChecks,
  field: string,
  input: LeaseRefInput | null,
): LeaseRef {
  if (input === null) {
    checks.refuse(field, "is required");
    return NO_LEASE;
  }
  const token = TOKEN.test(input.leaseToken) ? Number(input.leaseToken) : Number.NaN;
  const isSound = isTaskId(input.taskId) && Number.isSafeInteger(token);
  if (!isSound) {
    refuseLease(checks, field === "" ? "" : `${field}.`, input.taskId, token);
  }
  return { taskId: input.taskId as TaskId, token: token as LeaseToken };
}

function refuseLease(checks: FieldChecks, prefix: string, taskId: string, token: number): void {
  checkTaskId(checks, `${prefix}task_id`, taskId);
  if (!Number.isSafeInteger(token)) {
    checks.refuse(`${prefix}lease_token`, "must be 1 to 2^53 - 1");
  }
}

/**
 * Checks a settlement. One that names no lease cannot be answered by itself, so that is an error;
 * whatever else is wrong rejects the settlement alone. A failure's texts are cut to their limits.
 *
 * @param list the path of the list of settlements in the request
 * @param index the settlement's place in it
 */
export function validateSettlement(
  input: SettlementInput,
  list: string,
  index: number,
): ValidSettlement | RejectedSettlement | TaskError {
  const leaseChecks = new FieldChecks(list, index);
  const lease = checkLease(leaseChecks, "lease", input.lease);
  const error = leaseChecks.error();
  if (error !== null) {
    return error;
  }
  const checks = new FieldChecks("");
  const outcome = checkOutcome(checks, input);
  const progress = input.progress && checkProgress(checks, input.progress);
  if (outcome === null || !checks.isClean) {
    return { kind: "rejected", lease, reason: checks.error()?.message ?? "outcome is required" };
  }
  return {
    kind: "valid",
    settlement: progress ? { lease, outcome, progress } : { lease, outcome },
  };
}

/** Checks a lease that a worker says it holds, with what it says about it. */
export function validateHeldLease(
  input: HeldLeaseInput,
  list: string,
  index: number,
): HeldLease | TaskError {
  const checks = new FieldChecks(list, index);
  const held = {
    lease: checkLease(checks, "lease", input.lease),
    progress: input.progress && checkProgress(checks, input.progress),
    checkpoint: input.checkpoint ?? null,
  };
  if (held.checkpoint !== null && held.checkpoint.length > LIMITS.maxCheckpointBytes) {
    checks.refuseOversize("checkpoint", held.checkpoint.length, LIMITS.maxCheckpointBytes);
  }
  return checks.error() ?? held;
}

function checkProgress(checks: FieldChecks, input: ProgressInput): Progress {
  return {
    fraction:
      input.fraction === undefined
        ? null
        : checkNumber(checks, "progress.fraction", input.fraction, 0, 1),
    note: checkNote(checks, "progress.note", input.note, LIMITS.maxNoteBytes),
  };
}

function checkOutcome(checks: FieldChecks, input: SettlementInput): AttemptOutcome | null {
  switch (input.outcome) {
    case "complete":
      return { kind: "complete", result: checkResult(checks, input.complete?.result ?? null) };
    case "fail":
      return input.fail ? checkFail(checks, input.fail) : null;
    case "release":
      return input.release ? checkRelease(checks, input.release) : null;
    default:
      return null;
  }
}

function checkResult(checks: FieldChecks, result: Content | null): Content {
  if (result === null) {
    return NO_CONTENT;
  }
  const { value, contentType } = result;
  if (value.length > LIMITS.maxPayloadBytes) {
    checks.refuseOversize("complete.result.value", value.length, LIMITS.maxPayloadBytes);
  }
  checkText(checks, "complete.result.content_type", contentType, LIMITS.maxContentTypeBytes);
  return { value, contentType };
}

const NO_FAILURE: Failure = { type: "", message: "", stack: "" };

function checkFail(checks: FieldChecks, fail: FailInput): AttemptOutcome {
  const { type, message, stack, traceparent = "" } = fail.failure ?? NO_FAILURE;
  if (type === "") {
    checks.refuse("fail.failure.type", "is required");
  }
  return {
    kind: "fail",
    failure: {
      type: cutText(type, LIMITS.maxFailureTypeBytes),
      message: cutText(message, LIMITS.maxFailureMessageBytes),
      stack: cutText(stack, LIMITS.maxFailureStackBytes),
      // Tracing may not make a good settlement a bad one: what is none is dropped.
      ...(isTraceparent(traceparent) ? { traceparent } : {}),
    },
    nonRetryable: fail.nonRetryable,
    retryAfterMs:
      fail.retryAfter &&
      checkDuration(checks, "fail.retry_after", fail.retryAfter, 0, LIMITS.maxBackoffMs),
  };
}

function checkRelease(checks: FieldChecks, release: ReleaseInput): AttemptOutcome {
  checkNote(checks, "release.reason", release.reason, LIMITS.maxReasonBytes);
  const delayMs = release.delay
    ? checkDuration(checks, "release.delay", release.delay, 0, LIMITS.maxBackoffMs)
    : 0;
  return release.hold
    ? { kind: "release", delayMs, hold: checkHold(checks, release.hold) }
    : { kind: "release", delayMs };
}

const SCOPES: ReadonlyMap<string | number, Hold["scope"]> = new Map([
  ["HOLD_SCOPE_KEY", "key"],
  ["HOLD_SCOPE_QUEUE", "queue"],
]);

function checkHold(checks: FieldChecks, { scope: asked, duration }: HoldInput): Hold {
  const scope = SCOPES.get(asked);
  if (scope === undefined) {
    const wrong = asked === "HOLD_SCOPE_UNSPECIFIED" ? "is required" : "is no scope of a hold";
    checks.refuse("release.hold.scope", wrong);
  }
  if (duration === null) {
    checks.refuse("release.hold.duration", "is required");
  }
  return {
    scope: scope ?? "key",
    forMs:
      duration === null
        ? 1
        : checkDuration(checks, "release.hold.duration", duration, 1, LIMITS.maxHoldMs),
  };
}
