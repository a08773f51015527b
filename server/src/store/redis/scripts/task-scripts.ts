import { LIMITS } from "@baton/proto/shared";
import { historyOf } from "../../../domain/attempts/attempt-history.ts";
import type { LeaseToken, QueueName, TaskId, TaskType, WorkerId } from "../../../domain/ids.ts";
import { unreadableSpec } from "../../../domain/specs/spec-codec.ts";
import type { AttemptHistory, Task } from "../../../domain/task.ts";
import { isWaiting, TASK_STATES, type TaskState } from "../../../domain/task-state.ts";
import type {
  Cancellation,
  CancelOutcome,
  ListCursor,
  NewTask,
  QueueStats,
  SubmitOutcome,
} from "../../store.ts";
import {
  arrayOf,
  bufferOf,
  defineScript,
  isUnknown,
  numberOf,
  type ReplyItem,
  wordOf,
} from "../client/script.ts";
import { idBytes, idOfBytes, packIds } from "../keys.ts";
import { decodeContent, decodeFailure, decodeProgress } from "./packing/details.ts";
import { decodeRecord, isUnsettled, numberOfState, stateOfNumber } from "./packing/record.ts";
import { packSubmits } from "./packing/submit-packing.ts";

/** A page of tasks holds at most so many bytes of payloads and results, but for its last task. */
export const MAX_PAGE_BYTES = LIMITS.maxMessageBytes;

/** Which part of a state's tasks to read. */
export interface ListSlice {
  readonly state: TaskState;
  readonly after: ListCursor | null;
  readonly limit: number;
  /** Whether it is read from the end of its order. */
  readonly newestFirst: boolean;
  /** Narrows READY; other states are read whole. */
  readonly type: TaskType | null;
  /** Narrows LEASED; other states are read whole. */
  readonly workerId?: WorkerId;
  /** Less than {@link MAX_PAGE_BYTES}. */
  readonly maxBytes?: number;
}

/** A task with its place in a listing. */
export interface ListedTask {
  readonly order: number;
  readonly task: Task;
}

// What is asked for beside the tasks.
const AHEAD = 1;
const HISTORY = 2;
const CREATED: SubmitOutcome = { kind: "created" };
const SUBMIT_OUTCOMES: Readonly<Record<string, SubmitOutcome["kind"]>> = {
  c: "created",
  k: "known",
  r: "reused",
  f: "full",
  g: "full",
};
const QUEUE_FULL = "f";

/** What came of storing tasks. */
export interface Submitted {
  readonly outcomes: SubmitOutcome[];
  /** Whether Redis knew nothing of the queue: it was empty, or Redis lost what it had. */
  readonly isQueueNew: boolean;
}

/** Stores new tasks. */
export const submitTasks = defineScript<readonly NewTask[], Submitted>({
  name: "submit_tasks",
  encode: (batch) => [packIds(batch, ({ id }) => id), ...packSubmits(batch)],
  decode: (reply, _, batch) => {
    const [word, isNew, ...limits] = reply.rest;
    const letters = wordOf(word);
    const outcomes: SubmitOutcome[] =
      letters === ""
        ? new Array<SubmitOutcome>(batch.length).fill(CREATED)
        : Array.from(letters, (letter) => submitOutcome(letter, limits));
    return { outcomes, isQueueNew: numberOf(isNew) === 1 };
  },
});

function submitOutcome(letter: string, limits: readonly ReplyItem[]): SubmitOutcome {
  const kind = SUBMIT_OUTCOMES[letter] ?? isUnknown(letter);
  if (kind !== "full") {
    return { kind };
  }
  const of = letter === QUEUE_FULL ? "queue" : "key";
  return { kind, full: { of, limit: numberOf(limits[of === "queue" ? 0 : 1]) } };
}

/** Cancels tasks. */
export const cancelTasks = defineScript<readonly Cancellation[], CancelOutcome[]>({
  name: "cancel_tasks",
  encode: (batch) => batch.flatMap(({ taskId, reason }) => [idBytes(taskId), reason]),
  decode: (reply) =>
    reply.groups(2).map(([word, state]) => {
      const kind = wordOf(word);
      return kind === "final"
        ? { kind, state: stateOfNumber(numberOf(state)) }
        : { kind: kind as "ok" | "repeated" | "not_found" };
    }),
});

/** Reads tasks. */
export const getTasks = defineScript<
  { ids: readonly TaskId[]; withAhead: boolean; withHistory: boolean },
  (Task | null)[]
>({
  name: "get_tasks",
  encode: ({ ids, withAhead, withHistory }) => [
    (withAhead ? AHEAD : 0) + (withHistory ? HISTORY : 0),
    ...ids.map(idBytes),
  ],
  decode: (reply, queue) =>
    reply.rest.map((item) => {
      const parts = arrayOf(item).map(bufferOf);
      return parts.length === 0 ? null : taskOf(queue, parts, "SCHEDULED", parts[8], parts[9]);
    }),
});

/** Has changes of tasks hinted from now on. */
export const watchTasks = defineScript<{ ids: readonly TaskId[] }, void>({
  name: "watch_tasks",
  encode: ({ ids }) => ids.map(idBytes),
  decode: () => undefined,
});

/** Reads a part of the tasks in one state, in its order or from the end of it. */
export const listTasks = defineScript<ListSlice, ListedTask[]>({
  name: "list_tasks",
  encode: ({ state, after, limit, newestFirst, type, workerId, maxBytes = MAX_PAGE_BYTES }) => [
    numberOfState(state),
    after === null ? "" : after.order,
    after === null ? "" : idBytes(after.taskId),
    limit,
    type ?? "",
    maxBytes,
    newestFirst ? 1 : 0,
    workerId ?? "",
  ],
  decode: (reply, queue, { state }) =>
    reply.rest.map((item) => {
      const [order, ...parts] = arrayOf(item);
      return { order: numberOf(order), task: taskOf(queue, parts.map(bufferOf), state) };
    }),
});

/** Counts a queue's tasks. */
export const queueStats = defineScript<null, QueueStats>({
  name: "queue_stats",
  encode: () => [],
  decode: (reply, queue) => {
    const numbers = reply.rest.map(numberOf);
    const counts = Object.fromEntries(TASK_STATES.map((state, at) => [state, numbers[at] ?? 0]));
    const ageMs = numbers[TASK_STATES.length] ?? -1;
    return {
      queue,
      counts: counts as Record<TaskState, number>,
      oldestReadyAgeMs: ageMs < 0 ? null : ageMs,
      ...blockedOf(numbers.slice(TASK_STATES.length + 1)),
    };
  },
});

function blockedOf(counts: readonly number[]): Pick<QueueStats, "blockedBy" | "blockedKeys"> {
  const [paused = 0, held = 0, concurrency = 0, rate = 0, key = 0, ordering = 0, keys = 0] = counts;
  const isAny = paused + held + concurrency + rate + key + ordering > 0;
  return {
    ...(isAny && { blockedBy: { paused, held, concurrency, rate, key, ordering } }),
    ...(keys > 0 && { blockedKeys: keys }),
  };
}

/**
 * @param supposed the state of a task whose own cannot be read
 * @param ahead digits; missing or empty where it was not counted
 * @param past how many past attempts are kept, and those that are; missing where they were not asked for
 */
function taskOf(
  queue: QueueName,
  parts: readonly Buffer[],
  supposed: TaskState,
  ahead?: Buffer,
  past?: Buffer,
): Task {
  try {
    const task = soundTask(queue, parts as Parts, ahead);
    return past === undefined
      ? task
      : { ...task, history: historyFrom(task, (parts as Parts)[2], past) };
  } catch {
    return unreadableTask(queue, (parts as Parts)[0], supposed);
  }
}

function historyFrom(task: Task, run: Buffer, past: Buffer): AttemptHistory {
  // A cancellation ends a lease as no settlement does.
  const wasCancelled = task.state === "CANCELLED" && isUnsettled(run);
  return historyOf(task, { entries: past.subarray(1), kept: past.readUInt8(0), wasCancelled });
}

function soundTask(queue: QueueName, parts: Parts, ahead?: Buffer): Task {
  const [id, bytes, run, payload, result, failure, progress, reason] = parts;
  const record = decodeRecord(queue, bytes, run, payload);
  return {
    id: idOfBytes(queue, id),
    spec: record.spec,
    state: record.state,
    attempt: record.attempt,
    crashes: record.crashes,
    deliveries: record.deliveries,
    token: record.token,
    workerId: record.workerId,
    submittedAtMs: record.submittedAtMs,
    dueAtMs: record.dueAtMs,
    startedAtMs: record.startedAtMs || null,
    finishedAtMs: record.finishedAtMs || null,
    purgeAtMs: record.purgeAtMs || null,
    progress: isWaiting(record.state) ? null : decodeProgress(progress),
    result: record.result ?? decodeContent(result),
    lastFailure: decodeFailure(failure),
    cancelReason: reason.toString(),
    ahead: ahead === undefined || ahead.length === 0 ? null : Number(ahead.toString("latin1")),
  };
}

function unreadableTask(queue: QueueName, id: Buffer, state: TaskState): Task {
  return {
    id: idOfBytes(queue, id),
    spec: unreadableSpec(queue),
    state,
    attempt: 0,
    crashes: 0,
    deliveries: 0,
    token: 0 as LeaseToken,
    workerId: "",
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
  };
}

type Parts = readonly [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
