import { LIMITS } from "@baton/proto/shared";
import type { WorkerHello, WorkerSubscription } from "../dispatch/contract.ts";
import { TaskError } from "../domain/errors.ts";
import {
  isSessionKey,
  type LeaseRef,
  type QueueName,
  type SessionKey,
  type TaskType,
  type WorkerId,
} from "../domain/ids.ts";
import { checkCount, checkName, FieldChecks } from "./validate-fields.ts";
import { checkLease, type LeaseRefInput } from "./validate-lease.ts";
import { LABELS } from "./validate-task-spec.ts";
import { checkMap, checkText } from "./validate-text.ts";

/** The version of the lease protocol that this dispatcher speaks. */
const PROTOCOL_VERSION = 1;

/** A worker's Hello as it comes from the wire. */
export interface HelloInput {
  readonly protocolVersion: number;
  readonly workerId: string;
  readonly resumeSession: string;
  readonly subscriptions: readonly SubscriptionInput[];
  readonly held: readonly LeaseRefInput[];
  readonly labels: Readonly<Record<string, string>>;
  readonly sdk: string;
  readonly streamNumber: number;
  readonly concurrency: number;
}

/** A subscription as it comes from the wire. */
interface SubscriptionInput {
  readonly queue: string;
  readonly types: readonly string[];
}

/** Checks a worker's Hello; paths begin with `hello`. */
export function validateHello(input: HelloInput): WorkerHello | TaskError {
  const checks = new FieldChecks("hello");
  const versionError = checkVersion(checks, input.protocolVersion);
  if (versionError !== null) {
    return versionError;
  }
  checkName(checks, "worker_id", input.workerId);
  checkText(checks, "sdk", input.sdk, LIMITS.maxSdkBytes);
  const hello = {
    workerId: input.workerId as WorkerId,
    resumeSession: checkSession(checks, input.resumeSession),
    subscriptions: checkSubscriptions(checks, input.subscriptions),
    held: checkHeld(checks, input),
    labels: checkMap(checks, "labels", input.labels, LABELS),
    sdk: input.sdk,
    streamNumber: input.streamNumber,
    concurrency: input.concurrency,
  };
  return checks.error() ?? hello;
}

/** Checks a Credit frame. Returns how many tasks, or what is wrong. */
export function validateCredit(tasks: number): TaskError | null {
  const isRight = Number.isInteger(tasks) && tasks >= 1 && tasks <= LIMITS.maxCredit;
  const checks = new FieldChecks("credit");
  if (!isRight) {
    checks.refuse("tasks", `must be 1 to ${LIMITS.maxCredit}`);
  }
  return checks.error();
}

function checkVersion(checks: FieldChecks, version: number): TaskError | null {
  if (version === 0) {
    checks.refuse("protocol_version", "is required");
    return checks.error();
  }
  if (version !== PROTOCOL_VERSION) {
    return new TaskError(
      "PROTOCOL_VERSION",
      `protocol version ${version} is not supported; this dispatcher speaks ${PROTOCOL_VERSION}`,
      { metadata: { supported: String(PROTOCOL_VERSION) } },
    );
  }
  return null;
}

function checkSession(checks: FieldChecks, value: string): SessionKey | null {
  return value === "" ? null : checkSessionKey(checks, "resume_session", value);
}

/** Checks a session's key, which no error may quote. */
export function checkSessionKey(checks: FieldChecks, field: string, value: string): SessionKey {
  if (!isSessionKey(value)) {
    checks.refuse(
      field,
      value === "" ? "is required" : "must be 24 of the characters A-Z a-z 0-9 _ -",
    );
  }
  return value as SessionKey;
}

function checkSubscriptions(
  checks: FieldChecks,
  list: readonly SubscriptionInput[],
): WorkerSubscription[] {
  if (!checkCount(checks, "subscriptions", list, 1, LIMITS.maxSubscriptions)) {
    return [];
  }
  const queues = new Set<string>();
  return list.map(({ queue, types }, index) => {
    const path = `subscriptions[${index}]`;
    checkName(checks, `${path}.queue`, queue);
    checkOnce(checks, `${path}.queue`, queue, queues);
    return { queue: queue as QueueName, types: checkTypes(checks, `${path}.types`, types) };
  });
}

function checkTypes(
  checks: FieldChecks,
  field: string,
  types: readonly string[],
): readonly TaskType[] | null {
  if (types.length === 0 || !checkCount(checks, field, types, 0, LIMITS.maxSubscriptionTypes)) {
    return null;
  }
  const seen = new Set<string>();
  for (const [index, type] of types.entries()) {
    checkName(checks, `${field}[${index}]`, type);
    checkOnce(checks, `${field}[${index}]`, type, seen);
  }
  return types as readonly TaskType[];
}

function checkOnce(checks: FieldChecks, field: string, value: string, seen: Set<string>): void {
  if (seen.has(value)) {
    checks.refuse(field, "is given twice");
  }
  seen.add(value);
}

function checkHeld(checks: FieldChecks, input: HelloInput): readonly LeaseRef[] {
  if (!checkCount(checks, "held", input.held, 0, LIMITS.maxHeldLeases)) {
    return [];
  }
  if (input.held.length > 0 && input.resumeSession === "") {
    checks.refuse("held", "needs resume_session");
  }
  return input.held.map((lease, index) => checkLease(checks, `held[${index}]`, lease));
}
