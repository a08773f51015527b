import { LIMITS } from "@baton/proto/shared";
import { historyOf } from "../../../domain/attempts/attempt-history.ts";
import {
  joinTaskId,
  type LeaseToken,
  type QueueName,
  queueOfTask,
  type TaskId,
  uniqueOfTask,
  type WorkerId,
} from "../../../domain/ids.ts";
import { readSpec } from "../../../domain/specs/spec-codec.ts";
import type { AttemptHistory, Content, Failure, Progress, Task } from "../../../domain/task.ts";
import { isFinal, isWaiting } from "../../../domain/task-state.ts";
import type { GetOptions, QueueStats } from "../../store.ts";
import { placesOf } from "../client/place.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { blockedOf } from "../flow/blocked.ts";
import type { FullRow, QueueRow } from "../statements/rows.ts";
import { keptAttempts } from "./past.ts";

const NOTHING: Content = { value: new Uint8Array(0), contentType: "" };

/** Returns tasks by their ids. */
export function get(
  tx: Transaction,
  batch: readonly TaskId[],
  options: GetOptions,
): (Task | null)[] {
  return batch.map((id) => getOne(tx, id, options));
}

function getOne(tx: Transaction, id: TaskId, options: GetOptions): Task | null {
  const queue = tx.findQueue(queueOfTask(id));
  const row = queue && tx.statements.getTask.get(queue.id, uniqueOfTask(id));
  if (!queue || !row) {
    return null;
  }
  if (options.watch === true && !isFinal(row.state)) {
    tx.watch(id);
  }
  const countsAhead = options.ahead === true && row.state === "READY";
  const task = taskOf(queue, row, countsAhead ? countAhead(tx, queue, row) : null);
  return options.history === true ? { ...task, history: historyIn(tx, queue, row, task) } : task;
}

function historyIn(tx: Transaction, queue: QueueKey, row: FullRow, task: Task): AttemptHistory {
  const entries = tx.statements.pastAttempts.get(row.seq)?.past ?? NOTHING.value;
  const wasCancelled = row.state === "CANCELLED" && row.ended === "cancel";
  return historyOf(task, { entries, kept: keptAttempts(queue), wasCancelled });
}

function countAhead(tx: Transaction, queue: QueueKey, row: FullRow): number {
  const place = [queue.id, row.place, row.seq] as const;
  const plain = tx.statements.countAhead.get(...place)?.ahead ?? 0;
  const keyed = queue.flow === null ? 0 : (tx.statements.countAheadKeyed.get(...place)?.ahead ?? 0);
  return plain + keyed;
}

/** Returns every queue that has a task or had one lately. */
export function queueNames(tx: Transaction): QueueName[] {
  return tx.statements.usedQueues.all().map(({ name }) => name as QueueName);
}

/** Returns figures of the queues named, or of every queue that has a task or had one lately. */
export function stats(tx: Transaction, queues: readonly QueueName[] | undefined): QueueStats[] {
  const rows =
    queues === undefined
      ? tx.statements.usedQueues.all()
      : queues.flatMap((name) => tx.statements.usedQueue.get(name) ?? []);
  return rows.map((row) => ({
    queue: row.name as QueueName,
    counts: {
      SCHEDULED: row.scheduled,
      READY: row.ready,
      LEASED: row.leased,
      SUCCEEDED: row.succeeded,
      DEAD: row.dead,
      CANCELLED: row.cancelled,
      EXPIRED: row.expired,
    },
    oldestReadyAgeMs: row.ready === 0 ? null : oldestReadyAgeMs(tx, row),
    ...(row.has_flow === 1 ? blockedIn(tx, row) : {}),
  }));
}

function blockedIn(tx: Transaction, { name, ready }: QueueRow) {
  const queue = tx.findQueue(name as QueueName);
  return queue === null || queue.flow === null ? {} : blockedOf(tx, queue, queue.flow, ready);
}

function oldestReadyAgeMs({ nowMs, statements }: Transaction, row: QueueRow): number | null {
  const heads =
    row.has_flow === 1
      ? [statements.headOfReady, statements.headOfKeyed]
      : [statements.headOfReady];
  let oldestDueAt: number | null = null;
  for (let priority = 0; priority <= LIMITS.maxPriority; priority += 1) {
    for (const head of heads) {
      const dueAt = head.get(row.id, ...placesOf(priority))?.due_at;
      if (dueAt !== undefined) {
        oldestDueAt = Math.min(oldestDueAt ?? dueAt, dueAt);
      }
    }
  }
  return oldestDueAt === null ? null : Math.max(0, nowMs - oldestDueAt);
}

/** Puts a task together; `ahead` is null where that was not counted. */
export function taskOf(queue: QueueKey, row: FullRow, ahead: number | null): Task {
  return {
    id: joinTaskId(queue.name, row.uid),
    spec: readSpec(queue.name, Buffer.from(row.spec.buffer, row.spec.byteOffset, row.spec.length)),
    state: row.state,
    attempt: row.attempt,
    crashes: row.crashes,
    deliveries: row.deliveries,
    token: row.token as LeaseToken,
    workerId: row.worker_id as WorkerId | "",
    submittedAtMs: row.submitted_at,
    dueAtMs: row.due_at,
    startedAtMs: row.started_at,
    finishedAtMs: row.finished_at,
    purgeAtMs: isFinal(row.state) ? row.turn : null,
    progress:
      row.progress === null || isWaiting(row.state) ? null : (JSON.parse(row.progress) as Progress),
    result: row.state === "SUCCEEDED" ? resultOf(row) : null,
    lastFailure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    cancelReason: row.cancel_reason ?? "",
    ahead,
  };
}

function resultOf({ result_type, result_value }: FullRow): Content {
  return result_type === null || result_value === null
    ? NOTHING
    : { value: result_value, contentType: result_type };
}
