import type {
  AttemptHistory,
  Content,
  Failure,
  PastAttempt,
  Progress,
  Task,
} from "../../domain/task.ts";
import type { TaskState } from "../../domain/task-state.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireTime, toWireTimeOrNull } from "./time.ts";

type WireState = Received<"Task">["state"];

const WIRE_STATES: Readonly<Record<TaskState, WireState>> = {
  SCHEDULED: "TASK_STATE_SCHEDULED",
  READY: "TASK_STATE_READY",
  LEASED: "TASK_STATE_LEASED",
  SUCCEEDED: "TASK_STATE_SUCCEEDED",
  DEAD: "TASK_STATE_DEAD",
  CANCELLED: "TASK_STATE_CANCELLED",
  EXPIRED: "TASK_STATE_EXPIRED",
};

const DOMAIN_STATES: Readonly<Record<WireState, TaskState | null>> = {
  TASK_STATE_UNSPECIFIED: null,
  TASK_STATE_SCHEDULED: "SCHEDULED",
  TASK_STATE_READY: "READY",
  TASK_STATE_LEASED: "LEASED",
  TASK_STATE_SUCCEEDED: "SUCCEEDED",
  TASK_STATE_DEAD: "DEAD",
  TASK_STATE_CANCELLED: "CANCELLED",
  TASK_STATE_EXPIRED: "EXPIRED",
};

/**
 * Reads a state. Null for what is none: the zero value, or a number without a name, which the loader
 * hands over as it is.
 */
export function fromWireState(state: string | number): TaskState | null {
  return Object.hasOwn(DOMAIN_STATES, state) ? DOMAIN_STATES[state as WireState] : null;
}

/** Writes a state. */
export function toWireState(state: TaskState): WireState {
  return WIRE_STATES[state];
}

/** Writes a task. */
export function toWireTask(task: Task, includePayload: boolean): Sent<"Task"> {
  const { spec } = task;
  return {
    id: task.id,
    queue: spec.queue,
    type: spec.type,
    state: WIRE_STATES[task.state],
    priority: spec.priority,
    ...(includePayload && { payload: spec.payload }),
    contentType: spec.contentType,
    headers: spec.headers,
    labels: spec.labels,
    requestId: spec.requestId,
    attempt: task.attempt,
    maxAttempts: spec.retryPolicy.maxAttempts,
    crashes: task.crashes,
    deliveries: task.deliveries,
    submitTime: toWireTime(task.submittedAtMs),
    dueTime: toWireTime(task.dueAtMs),
    startTime: toWireTimeOrNull(task.startedAtMs),
    finishTime: toWireTimeOrNull(task.finishedAtMs),
    purgeTime: toWireTimeOrNull(task.purgeAtMs),
    progress: task.progress && toWireProgress(task.progress),
    result: task.result && toWireResult(task.result),
    lastFailure: task.lastFailure && toWireFailure(task.lastFailure),
    workerId: task.workerId,
    cancelReason: task.cancelReason,
    orderingKey: spec.orderingKey,
    concurrencyKey: spec.concurrencyKey,
    error: task.spec.undecodable === true ? "a task cannot be read" : "",
    ...(task.ahead !== null && { ahead: task.ahead }),
    ...(task.history !== undefined && { history: toWireHistory(task.history) }),
  };
}

/** About how many bytes {@link toWireTask} takes on the wire; never less. */
export function wireTaskBytes(task: Task, includePayload: boolean): number {
  const { spec } = task;
  let bytes = FIXED_TASK_BYTES + (includePayload ? spec.payload.length : 0);
  bytes += task.result?.value.length ?? 0;
  bytes += textBytes(task.lastFailure?.message) + textBytes(task.lastFailure?.stack);
  bytes += historyBytes(task.history);
  bytes += textBytes(task.progress?.note) + textBytes(task.cancelReason);
  return bytes + mapBytes(spec.headers) + mapBytes(spec.labels);
}

/** Ids, names, content types, times and numbers, each at its longest, together. */
const FIXED_TASK_BYTES = 1_800;
const ENTRY_BYTES = 8;

/** Worker, times, failure type and traces of a past attempt, each at its longest, together. */
const FIXED_ATTEMPT_BYTES = 450;

function historyBytes(history: AttemptHistory | undefined): number {
  let bytes = 0;
  for (const { failure } of history?.attempts ?? []) {
    bytes += FIXED_ATTEMPT_BYTES + textBytes(failure?.message) + textBytes(failure?.stack);
  }
  return bytes;
}

function textBytes(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text);
}

function mapBytes(map: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const key in map) {
    bytes += ENTRY_BYTES + key.length + textBytes(map[key]);
  }
  return bytes;
}

function toWireProgress(progress: Progress): Sent<"Progress"> {
  return {
    ...(progress.fraction !== null && { fraction: progress.fraction }),
    note: progress.note,
  };
}

function toWireResult(result: Content): Sent<"TaskResult"> {
  return { value: result.value, contentType: result.contentType };
}

function toWireHistory({ attempts, leftOut }: AttemptHistory): Sent<"AttemptHistory"> {
  return { attempts: attempts.map(toWireAttempt), leftOut };
}

function toWireAttempt(attempt: PastAttempt): Sent<"Attempt"> {
  return {
    delivery: attempt.delivery,
    number: attempt.number,
    outcome: `ATTEMPT_OUTCOME_${attempt.outcome}`,
    workerId: attempt.workerId,
    startTime: toWireTime(attempt.startedAtMs),
    endTime: toWireTime(attempt.endedAtMs),
    failure: attempt.failure && toWireFailure(attempt.failure),
    traceId: attempt.traceId,
  };
}

function toWireFailure(failure: Failure): Sent<"Failure"> {
  const { type, message, stack, traceparent = "" } = failure;
  return { type, message, stack, traceparent };
}
