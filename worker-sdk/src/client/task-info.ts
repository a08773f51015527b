import type { Encoded } from "../values/codec.ts";
import { detached } from "../values/own-bytes.ts";
import { durationMs, timestampMs } from "../values/time-fields.ts";
import type { Received, Sent } from "../values/wire.ts";

/** Every {@link TaskState}. */
export const TASK_STATES = [
  "SCHEDULED",
  "READY",
  "LEASED",
  "SUCCEEDED",
  "DEAD",
  "CANCELLED",
  "EXPIRED",
] as const;

/** Where a task is in its life; the last four are final. */
export type TaskState = (typeof TASK_STATES)[number];

/** How far an attempt has come. */
export interface TaskProgress {
  /** 0 to 1; undefined where the handler did not say. */
  readonly fraction: number | undefined;
  readonly note: string;
}

/** Why an attempt did not succeed. */
export interface TaskFailure {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

/** A task as the store knows it. Times are epoch milliseconds. */
export interface TaskInfo {
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  readonly state: TaskState;
  readonly priority: number;
  /** Undefined where it was not asked for. */
  readonly payload: Encoded | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Attempts started and not given back, the running one included. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Leases lost to crashes. */
  readonly crashes: number;
  /** Times it was handed to a worker, whatever came of it. */
  readonly deliveries: number;
  readonly submittedAtMs: number;
  readonly dueAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  /** When it will be forgotten; undefined before its end. */
  readonly purgeAtMs: number | undefined;
  readonly progress: TaskProgress | undefined;
  /** Undefined unless SUCCEEDED. */
  readonly result: Encoded | undefined;
  readonly lastFailure: TaskFailure | undefined;
  /** Who holds or last held it; empty before the first attempt. */
  readonly workerId: string;
  /** Empty unless CANCELLED. */
  readonly cancelReason: string;
}

/** Why a task is not running. */
export interface TaskExplanation {
  readonly task: TaskInfo;
  /** One sentence for people. */
  readonly summary: string;
  /** The decisive one first; empty for a task that runs or is final. */
  readonly reasons: readonly TaskObstacle[];
}

/** One thing that keeps a task from running. */
export interface TaskObstacle {
  /** `DELAYED`, `BEHIND_OTHERS` and the others of the protocol's `ExplainCode`. */
  readonly code: string;
  readonly detail: string;
  /** How long it will last, where that is known. */
  readonly remainingMs: number | undefined;
  /** How many tasks are ahead, for `BEHIND_OTHERS`. */
  readonly ahead: number | undefined;
}

const STATE_PREFIX = "TASK_STATE_";
const CODE_PREFIX = "EXPLAIN_CODE_";

/** Writes a state. */
export function toWireState(state: TaskState): NonNullable<Sent<"ListRequest">["states"]>[number] {
  return `${STATE_PREFIX}${state}`;
}

/** Reads a task. */
export function toTaskInfo(task: Received<"Task">, hasPayload = false): TaskInfo {
  const { progress, result, lastFailure } = task;
  return {
    id: task.id,
    queue: task.queue,
    type: task.type,
    state: String(task.state).replace(STATE_PREFIX, "") as TaskState,
    priority: task.priority,
    payload: hasPayload
      ? { value: detached(task.payload), contentType: task.contentType }
      : undefined,
    headers: task.headers,
    labels: task.labels,
    requestId: task.requestId,
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    submittedAtMs: timestampMs(task.submitTime) ?? 0,
    dueAtMs: timestampMs(task.dueTime) ?? 0,
    startedAtMs: timestampMs(task.startTime),
    finishedAtMs: timestampMs(task.finishTime),
    purgeAtMs: timestampMs(task.purgeTime),
    progress: progress === null ? undefined : { fraction: progress.fraction, note: progress.note },
    result: result === null ? undefined : { ...result, value: detached(result.value) },
    lastFailure: lastFailure ?? undefined,
    workerId: task.workerId,
    cancelReason: task.cancelReason,
  };
}

/** Reads an explanation. */
export function toExplanation(
  task: Received<"Task">,
  { summary, reasons }: Received<"ExplainResponse">,
): TaskExplanation {
  return {
    task: toTaskInfo(task),
    summary,
    reasons: reasons.map(({ code, detail, remaining, ahead }) => ({
      code: String(code).replace(CODE_PREFIX, ""),
      detail,
      remainingMs: remaining === null ? undefined : durationMs(remaining),
      ahead: Number(ahead) === 0 ? undefined : Number(ahead),
    })),
  };
}
