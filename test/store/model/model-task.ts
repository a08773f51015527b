import type { LeaseToken, TaskId } from "../../../server/src/domain/ids.ts";
import type { PastAttempt, Task, TaskSpec } from "../../../server/src/domain/task.ts";
import type { TaskState } from "../../../server/src/domain/task-state.ts";
import type { LeaseNotice, SessionOpening } from "../../../server/src/store/store.ts";

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A task of the model: what a store returns, and what it keeps to itself. */
export interface ModelTask extends Mutable<Omit<Task, "ahead" | "history">> {
  fingerprint: string;
  seq: number;
  firstDueAtMs: number;
  timeoutAtMs: number;
  session: ModelSession | null;
  /** The id of the session that has the newest lease or had it. */
  holder: string;
  ended: { kind: string; state: TaskState } | null;
  checkpoint: Uint8Array;
  /** Those that it went on from, the first and the newest. */
  past: readonly PastAttempt[];
}

/** A session of the model. */
export interface ModelSession extends Omit<SessionOpening, "held" | "ttlMs"> {
  expiresAtMs: number;
  notices: LeaseNotice[];
}

/** A task as its submit leaves it. */
export function newModelTask({
  id,
  spec,
  fingerprint,
  seq,
  dueAtMs,
  nowMs,
}: {
  readonly id: TaskId;
  readonly spec: TaskSpec;
  readonly fingerprint: string;
  readonly seq: number;
  readonly dueAtMs: number;
  readonly nowMs: number;
}): ModelTask {
  return {
    id,
    spec,
    fingerprint,
    seq,
    state: dueAtMs <= nowMs ? "READY" : "SCHEDULED",
    firstDueAtMs: dueAtMs,
    dueAtMs,
    submittedAtMs: nowMs,
    startedAtMs: null,
    finishedAtMs: null,
    purgeAtMs: null,
    timeoutAtMs: 0,
    attempt: 0,
    crashes: 0,
    deliveries: 0,
    token: 0 as LeaseToken,
    workerId: "",
    session: null,
    holder: "",
    ended: null,
    progress: null,
    checkpoint: new Uint8Array(0),
    result: null,
    lastFailure: null,
    cancelReason: "",
    past: [],
  };
}

/** Whether a lease could bring the task. */
export function isLeasable({ state, dueAtMs }: ModelTask, nowMs: number): boolean {
  return state === "READY" || (state === "SCHEDULED" && dueAtMs <= nowMs);
}

/** Whether only a lease of suspects brings the task. */
export function isApart({ crashes, spec }: ModelTask): boolean {
  const { maxCrashes } = spec.retryPolicy;
  return crashes >= 2 || (crashes === 1 && maxCrashes === 2);
}

/** When the task can start no more. */
export function startByMs({ state, spec, deliveries, firstDueAtMs }: ModelTask): number {
  const isWaiting = state === "READY" || state === "SCHEDULED";
  return isWaiting && deliveries === 0 && spec.startDeadlineMs !== null
    ? firstDueAtMs + spec.startDeadlineMs
    : Infinity;
}

/** Compares the places of two tasks: who goes first in a line. */
export function inPlace(a: ModelTask, b: ModelTask): number {
  return b.spec.priority - a.spec.priority || a.firstDueAtMs - b.firstDueAtMs || a.seq - b.seq;
}
