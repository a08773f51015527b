import { uniqueOfTask } from "../../../domain/ids.ts";
import { encodeSpec, leaseKindOf } from "../../../domain/spec-codec.ts";
import type { TaskSpec } from "../../../domain/task.ts";
import type { NewTask, SubmitOutcome } from "../../store.ts";
import { isInline } from "../client/inline.ts";
import { placeOf } from "../client/place.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { enterReadyIndex } from "./ready-index.ts";

/** Stores new tasks; a task that is there already stays as it is (G2). */
export function submit(tx: Transaction, batch: readonly NewTask[]): SubmitOutcome[] {
  const entering = new Entering(tx);
  const outcomes = batch.map((task) => submitOne(tx, task, entering));
  entering.enter();
  return outcomes;
}

function submitOne(
  tx: Transaction,
  { id, spec, fingerprint }: NewTask,
  entering: Entering,
): SubmitOutcome {
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
  );
  if (changes === 0) {
    const known = statements.fingerprint.get(queue.id, uid);
    return { kind: known?.fingerprint === fingerprint ? "known" : "reused" };
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
    entering.add(queue, lastInsertRowid);
  }
  tx.created(queue, state);
  return { kind: "created" };
}

/** Gathers tasks that were stored one after the other, and puts them into the ready index together. */
class Entering {
  readonly #tx: Transaction;
  #queue: QueueKey | null = null;
  #fromSeq = 0;
  #toSeq = 0;

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  add(queue: QueueKey, seq: number): void {
    if (queue !== this.#queue || seq !== this.#toSeq + 1) {
      this.enter();
      this.#queue = queue;
      this.#fromSeq = seq;
    }
    this.#toSeq = seq;
  }

  enter(): void {
    if (this.#queue !== null) {
      enterReadyIndex(this.#tx, this.#queue, this.#fromSeq, this.#toSeq);
    }
  }
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
