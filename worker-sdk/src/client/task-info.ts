import type { Encoded } from "../values/codec.ts";
import { detached } from "../values/own-bytes.ts";
import { durationMs, timestampMs } from "../values/time-fields.ts";
import type { Received, Sent } from "../values/wire.ts";
import { type AttemptHistory, type TaskFailure, toHistory } from "./task-history.ts";

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

/**
 * Where a task is in its life. SCHEDULED waits for its time, READY waits for a worker, LEASED is with a
 * worker. SUCCEEDED, DEAD (all attempts spent), CANCELLED and EXPIRED (not started in time) are final; only
 * a DEAD task can be brought back, by `TaskClient.redrive`.
 */
export type TaskState = (typeof TASK_STATES)[number];

/** How far an attempt has come, as its handler said by `TaskContext.progress`. */
export interface TaskProgress {
  /** 0 to 1; undefined if the handler gave a note alone. */
  readonly fraction: number | undefined;
  /** For people. Empty if there is none. */
  readonly note: string;
}

/** A task as it was when it was read. Times are epoch milliseconds. */
export interface TaskInfo {
  readonly id: string;
  readonly queue: string;
  readonly type: string;
  readonly state: TaskState;
  readonly priority: number;
  /** Undefined unless it was asked for by `includePayload`. `TaskClient.decode` reads it. */
  readonly payload: Encoded | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** As given at the submit, or as the client made it up. */
  readonly requestId: string;
  /** As given at the submit; empty if there was none. */
  readonly orderingKey: string;
  /** As given at the submit; empty if there was none. */
  readonly concurrencyKey: string;
  /** How many attempts were started, the running one included. Released and crashed ones do not count. */
  readonly attempt: number;
  /** How many attempts may fail until the task is DEAD. */
  readonly maxAttempts: number;
  /** How many attempts were lost because their worker was, since the last one that failed. */
  readonly crashes: number;
  /** How many times the task was handed to a worker, whatever came of it. */
  readonly deliveries: number;
  readonly submittedAtMs: number;
  /** From when on it may run or could have run. */
  readonly dueAtMs: number;
  /** When the newest attempt was handed to a worker; undefined before the first. */
  readonly startedAtMs: number | undefined;
  /** Undefined before its end. */
  readonly finishedAtMs: number | undefined;
  /** From when on it cannot be read any more; undefined before its end. */
  readonly purgeAtMs: number | undefined;
  /** Of the newest attempt; undefined if it reported none. */
  readonly progress: TaskProgress | undefined;
  /** Undefined unless it SUCCEEDED with a result. `TaskClient.decode` reads it. */
  readonly result: Encoded | undefined;
  /** Of the newest attempt that failed; undefined if none did. */
  readonly lastFailure: TaskFailure | undefined;
  /** The worker that has the task or had it last; empty before the first attempt. */
  readonly workerId: string;
  /** As given to `cancel`; empty unless CANCELLED. */
  readonly cancelReason: string;
  /** Undefined unless it was asked for by `history`. */
  readonly history: AttemptHistory | undefined;
}

/** Why a task is not running, as `TaskClient.explain` found it. */
export interface TaskExplanation {
  readonly task: TaskInfo;
  /** One sentence for people. */
  readonly summary: string;
  /** The decisive reason first. Empty if the task runs or is final. */
  readonly reasons: readonly TaskObstacle[];
}

/** One thing that keeps a task from running. */
export interface TaskObstacle {
  /** `DELAYED`, `BEHIND_OTHERS` and the others of the protocol's `ExplainCode`. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  /** How long it will last; undefined if that is not known. */
  readonly remainingMs: number | undefined;
  /**
   * How many tasks run before this one: for `BEHIND_OTHERS` those of its concurrency key, or of its queue if it has
   * none; for `ORDERING_KEY` those of its ordering key.
   */
  readonly ahead: number | undefined;
  /** How many concurrency keys are granted something first; for `BEHIND_OTHERS`. */
  readonly keysAhead: number | undefined;
  /** The concurrency key or ordering key that it is about; undefined if it is about the queue or the task alone. */
  readonly key: string | undefined;
  /** How many tasks may be LEASED at once; for the codes of concurrency limits. */
  readonly limit: number | undefined;
  /** How many tasks are LEASED; for the codes of concurrency limits. */
  readonly leased: number | undefined;
  /** Up to ten tasks that are LEASED, in no particular order; empty but for the codes of concurrency limits. */
  readonly holders: readonly string[];
  /** The task that the others of the ordering key wait for; for `ORDERING_KEY`. */
  readonly head: { readonly taskId: string; readonly state: TaskState } | undefined;
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
    state: toState(task.state),
    priority: task.priority,
    payload: hasPayload
      ? { value: detached(task.payload), contentType: task.contentType }
      : undefined,
    headers: task.headers,
    labels: task.labels,
    requestId: task.requestId,
    orderingKey: task.orderingKey,
    concurrencyKey: task.concurrencyKey,
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
    history: toHistory(task.history),
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
    reasons: reasons.map(toObstacle),
  };
}

function toObstacle(reason: Received<"ExplainReason">): TaskObstacle {
  const { code, detail, remaining, head } = reason;
  return {
    code: String(code).replace(CODE_PREFIX, ""),
    detail,
    remainingMs: remaining === null ? undefined : durationMs(remaining),
    ahead: Number(reason.ahead) || undefined,
    keysAhead: Number(reason.keysAhead) || undefined,
    key: reason.key || undefined,
    limit: reason.limit || undefined,
    // With a limit, none leased is a figure too.
    leased: reason.limit === 0 ? undefined : reason.leased,
    holders: reason.holders,
    head: head === "" ? undefined : { taskId: head, state: toState(reason.headState) },
  };
}

function toState(state: Received<"Task">["state"]): TaskState {
  return String(state).replace(STATE_PREFIX, "") as TaskState;
}
