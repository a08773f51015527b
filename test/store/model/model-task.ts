import type { Task } from "../../../server/src/domain/task.ts";
import type { TaskState } from "../../../server/src/domain/task-state.ts";
import type { LeaseNotice, SessionOpening } from "../../../server/src/store/store.ts";

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A task of the model: what a store returns, and what it keeps to itself. */
export interface ModelTask extends Mutable<Omit<Task, "ahead">> {
  fingerprint: string;
  seq: number;
  firstDueAtMs: number;
  timeoutAtMs: number;
  session: ModelSession | null;
  /** The id of the session that has the newest lease or had it. */
  holder: string;
  ended: { kind: string; state: TaskState } | null;
  checkpoint: Uint8Array;
}

/** A session of the model. */
export interface ModelSession extends Omit<SessionOpening, "held" | "ttlMs"> {
  expiresAtMs: number;
  notices: LeaseNotice[];
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
