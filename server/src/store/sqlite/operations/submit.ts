import { uniqueOfTask } from "../../../domain/ids.ts";
import { encodeSpec, leaseKindOf } from "../../../domain/specs/spec-codec.ts";
import type { TaskSpec } from "../../../domain/task.ts";
import type { NewTask, SubmitOutcome } from "../../store.ts";
import { isInline } from "../client/inline.ts";
import { placeOf } from "../client/place.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { Backlogs } from "../flow/backlogs.ts";
import { Entering } from "../flow/entering.ts";
import { enterScheduled } from "../flow/members.ts";
import { sortByKind } from "../flow/ready-index.ts";
import type { InsertTask } from "../statements/statements.ts";

/** Stores new tasks; a task that is there already stays as it is (G2). */
export function submit(tx: Transaction, batch: readonly NewTask[]): SubmitOutcome[] {
  const entering = new Entering(tx);
  const backlogs = new Backlogs(tx);
  const outcomes = batch.map((task) => submitOne(tx, task, entering, backlogs));
  entering.enter();
  return outcomes;
}

function submitOne(
  tx: Transaction,
  task: NewTask,
  entering: Entering,
  backlogs: Backlogs,
): SubmitOutcome {
  const { statements, nowMs } = tx;
  const { id, spec, fingerprint } = task;
  const queue = tx.queue(spec.queue);
  const uid = uniqueOfTask(id);
  const full = queue.flow === null ? null : backlogs.full(queue, queue.flow, task, entering);
  if (full !== null) {
    return knownOutcome(tx, queue, uid, fingerprint) ?? { kind: "full", full };
  }
  const dueAtMs = dueAt(spec, nowMs);
  const place = placeOf(spec.priority, dueAtMs);
  const state = dueAtMs <= nowMs ? "READY" : "SCHEDULED";
  const bytes = encodeSpec(spec);
  const isLarge = !isInline(bytes);
  const { changes, lastInsertRowid } = insertTask(tx, queue, spec, [
    queue.id,
    uid,
    place,
    leaseKindOf(spec),
    fingerprint,
    nowMs,
    spec.attemptTimeoutMs,
    spec.retentionMs,
    spec.requestId === "" ? 0 : nowMs + spec.deduplicationWindowMs,
    spec.retryPolicy.maxAttempts,
    spec.retryPolicy.maxCrashes,
    isLarge ? null : bytes,
  ]);
  if (changes === 0) {
    return knownOutcome(tx, queue, uid, fingerprint) ?? { kind: "reused" };
  }
  if (isLarge) {
    statements.insertSpec.run(lastInsertRowid, bytes);
  }
  const startBy = spec.startDeadlineMs === null ? null : dueAtMs + spec.startDeadlineMs;
  if (state === "SCHEDULED" || startBy !== null) {
    const turn = state === "READY" ? place : dueAtMs;
    statements.insertState.run(lastInsertRowid, queue.id, state, turn, dueAtMs, startBy);
  }
  if (state === "READY") {
    entering.add(queue, lastInsertRowid, place, spec);
  } else if (spec.concurrencyKey !== "") {
    enterScheduled(tx, queue, spec.concurrencyKey, lastInsertRowid);
  }
  tx.created(queue, state);
  backlogs.created(queue, spec.concurrencyKey);
  return { kind: "created" };
}

function insertTask(
  tx: Transaction,
  queue: QueueKey,
  { concurrencyKey, orderingKey }: TaskSpec,
  values: InsertTask,
) {
  if (concurrencyKey === "" && orderingKey === "") {
    return tx.statements.insertTask.run(...values);
  }
  tx.flowOf(queue);
  // Its tasks without a key are a lane of each kind.
  sortByKind(tx, queue);
  return tx.statements.insertKeyedTask.run(...values, concurrencyKey || null, orderingKey || null);
}

function knownOutcome(
  { statements }: Transaction,
  queue: QueueKey,
  uid: string,
  fingerprint: string,
): SubmitOutcome | null {
  const known = statements.fingerprint.get(queue.id, uid);
  return known === undefined
    ? null
    : { kind: known.fingerprint === fingerprint ? "known" : "reused" };
}

function dueAt(spec: TaskSpec, nowMs: number): number {
  switch (spec.due.kind) {
    case "now":
      return nowMs;
    case "after":
      return nowMs + spec.due.delayMs;
    case "at":
      return Math.max(nowMs, spec.due.atMs);
  }
}
