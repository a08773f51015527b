import { timestampMs } from "../values/time-fields.ts";
import type { Received } from "../values/wire.ts";

/** Why an attempt did not succeed: the error that its handler threw, or what the platform found. */
export interface TaskFailure {
  /** The error's `name`, or the name of its class. */
  readonly type: string;
  readonly message: string;
  /** Cut if it is long; empty if there is none. */
  readonly stack: string;
}

/**
 * What came of an attempt. CRASHED: its lease was lost, since the worker was killed, frozen or cut off. RELEASED: the
 * worker gave it back, or never got it; no attempt is spent. CANCELLED: the task was cancelled while it ran.
 */
export type AttemptOutcome =
  | "SUCCEEDED"
  | "FAILED"
  | "TIMED_OUT"
  | "CRASHED"
  | "RELEASED"
  | "CANCELLED";

/** An attempt that is over. Times are epoch milliseconds. */
export interface PastAttempt {
  /** Which attempt it was. The one that follows a release or a crash has the same number; a redrive begins at 1. */
  readonly number: number;
  /** Which delivery of the task it was, of `TaskInfo.deliveries`: it tells attempts of one number apart. */
  readonly delivery: number;
  readonly outcome: AttemptOutcome;
  /** The worker that had it. */
  readonly workerId: string;
  /** When it was handed to the worker. */
  readonly startedAtMs: number;
  /** When it was over; for a crash, when the lease was taken back. */
  readonly endedAtMs: number;
  /** Undefined unless it FAILED or TIMED_OUT. The message is cut to 512 bytes, the stack to 1,024. */
  readonly failure: TaskFailure | undefined;
  /** Of the trace that it belongs to, 32 hex digits; empty if neither it nor the submit was traced. */
  readonly traceId: string;
}

/** What became of a task's attempts, but for one that still runs. */
export interface AttemptHistory {
  /** The first and the newest ones, oldest first: as many as the queue's `attemptHistory` says. */
  readonly attempts: readonly PastAttempt[];
  /** How many more there were. They ended between the first and the others, or while the queue kept none. */
  readonly leftOut: number;
}

const OUTCOME_PREFIX = "ATTEMPT_OUTCOME_";

/** Reads a history; undefined where there is none. */
export function toHistory(history: Received<"AttemptHistory"> | null): AttemptHistory | undefined {
  return history === null
    ? undefined
    : { attempts: history.attempts.map(toPastAttempt), leftOut: history.leftOut };
}

function toPastAttempt(attempt: Received<"Attempt">): PastAttempt {
  const { number, delivery, outcome, workerId, failure, traceId } = attempt;
  return {
    number,
    delivery,
    outcome: String(outcome).replace(OUTCOME_PREFIX, "") as AttemptOutcome,
    workerId,
    startedAtMs: timestampMs(attempt.startTime) ?? 0,
    endedAtMs: timestampMs(attempt.endTime) ?? 0,
    failure: failure ?? undefined,
    traceId,
  };
}
