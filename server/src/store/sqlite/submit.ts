import { uniqueOfTask } from "../../domain/ids.ts";
import { encodeSpec, leaseKindOf } from "../../domain/spec-codec.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { NewTask, SubmitOutcome } from "../store.ts";
import { isInline } from "./inline.ts";
import { placeOf } from "./place.ts";
import type { Transaction } from "./transaction.ts";

/** Stores new tasks; a task that is there already stays as it is (G2). */
export function submit(tx: Transaction, batch: readonly NewTask[]): SubmitOutcome[] {
  return batch.map((task) => submitOne(tx, task));
}

function submitOne(tx: Transaction, { id, spec, fingerprint }: NewTask): SubmitOutcome {
  const { statements, nowMs } = tx;
  const queue = tx.queue(spec.queue);
  const uid = uniqueOfTask(id);
  const dueAtMs = dueAt(spec, nowMs);
  const place = placeOf(spec.priority, dueAtMs);
  const state = dueAtMs <= nowMs ? "READY" : "SCHEDULED";
  const bytes = encodeSpec(spec);
  const isLarge = !isInline(bytes);
  const { changes, lastInsertRowid } = statements.insertTask.run(
    queue.id,
    uid,
    state,
    state === "READY" ? place : dueAtMs,
    place,
    leaseKindOf(spec),
    fingerprint,
    nowMs,
    dueAtMs,
    spec.startDeadlineMs === null ? null : dueAtMs + spec.startDeadlineMs,
    spec.attemptTimeoutMs,
    spec.retentionMs,
    spec.requestId === "" ? 0 : nowMs + spec.deduplicationWindowMs,
    spec.retryPolicy.maxAttempts,
    spec.retryPolicy.maxCrashes,
    isLarge ? null : bytes,
  );
  if (changes === 0) {
    const known = statements.fingerprint.get(queue.id, uid);
    return { kind: known?.fingerprint === fingerprint ? "known" : "reused" };
  }
  if (isLarge) {
    statements.insertSpec.run(lastInsertRowid, bytes);
  }
  tx.created(queue, state);
  return { kind: "created" };
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
