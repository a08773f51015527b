import {
  fingerprintOf,
  newSessionKey,
  newTaskId,
  type QueueName,
  type SessionId,
  sessionIdOf,
  type TaskType,
  taskIdOfRequest,
} from "../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../server/src/domain/limits.ts";
import type { RetryPolicy, Task, TaskSpec } from "../../server/src/domain/task.ts";
import type { NewTask } from "../../server/src/store/store.ts";

/** The queue of tasks that do not name another. */
export const QUEUE = "email" as QueueName;

/** The type of tasks that do not name another. */
export const TYPE = "send" as TaskType;

/** Returns the id of a session that is new. */
export function newSessionId(): SessionId {
  return sessionIdOf(newSessionKey());
}

/** Returns a spec with every default filled in, as validation would. */
export function newSpec(overrides: Partial<TaskSpec> = {}): TaskSpec {
  return {
    queue: QUEUE,
    type: TYPE,
    payload: Buffer.from("payload"),
    contentType: "",
    headers: {},
    labels: {},
    requestId: "",
    priority: DEFAULTS.priority,
    due: { kind: "now" },
    startDeadlineMs: null,
    attemptTimeoutMs: DEFAULTS.attemptTimeoutMs,
    retryPolicy: DEFAULTS.retryPolicy,
    retentionMs: DEFAULTS.retentionMs,
    deduplicationWindowMs: DEFAULTS.deduplicationWindowMs,
    concurrencyKey: "",
    orderingKey: "",
    ...overrides,
  };
}

/** Returns a task to store, its id and fingerprint made as the dispatcher makes them. */
export function newTask(overrides: Partial<TaskSpec> = {}): NewTask {
  const spec = newSpec(overrides);
  return spec.requestId === ""
    ? { id: newTaskId(spec.queue, Date.now()), spec, fingerprint: "" }
    : {
        id: taskIdOfRequest(spec.queue, spec.requestId),
        spec,
        fingerprint: fingerprintOf(spec.type, spec.payload),
      };
}

/** Returns so many tasks of the same spec. */
export function newTasks(count: number, overrides: Partial<TaskSpec> = {}): NewTask[] {
  return Array.from({ length: count }, () => newTask(overrides));
}

/** Returns a task as a store has it. */
export function storedTask(overrides: Partial<Task> & Pick<Task, "id">): Task {
  return {
    spec: newSpec(),
    state: "READY",
    attempt: 0,
    crashes: 0,
    deliveries: 0,
    token: 0 as Task["token"],
    workerId: "" as Task["workerId"],
    submittedAtMs: 0,
    dueAtMs: 0,
    startedAtMs: null,
    finishedAtMs: null,
    purgeAtMs: null,
    progress: null,
    result: null,
    lastFailure: null,
    cancelReason: "",
    ahead: null,
    ...overrides,
  };
}

/** Returns the default retry policy with changes. */
export function retryPolicy(overrides: Partial<RetryPolicy> = {}): RetryPolicy {
  return { ...DEFAULTS.retryPolicy, ...overrides };
}
