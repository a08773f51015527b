import { addAttempt } from "../../../domain/attempts/attempt-codec.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../../domain/flow/queue-settings.ts";
import type { WorkerId } from "../../../domain/ids.ts";
import type { AttemptEnd, Failure } from "../../../domain/task.ts";
import type { FoundTask, QueueKey, Transaction } from "../client/transaction.ts";

const NONE = new Uint8Array(0);

/** How many past attempts a queue keeps beside the first. */
export function keptAttempts({ flow }: QueueKey): number {
  return (flow?.settings ?? DEFAULT_QUEUE_SETTINGS).attemptHistory;
}

/** Keeps the attempt of a lease that ends, before its task changes. */
export function keepAttempt(
  tx: Transaction,
  { queue, row }: FoundTask,
  outcome: AttemptEnd,
  failure: Failure | null = null,
): void {
  const kept = keptAttempts(queue);
  const before = kept === 0 ? undefined : tx.statements.pastAttempts.get(row.seq);
  if (before === undefined) {
    return;
  }
  const attempt = {
    delivery: before.deliveries,
    number: row.attempt,
    outcome,
    workerId: before.worker_id as WorkerId,
    startedAtMs: row.started_at ?? tx.nowMs,
    endedAtMs: tx.nowMs,
    failure,
  };
  tx.statements.setPast.run(row.seq, addAttempt(before.past ?? NONE, attempt, kept));
}
