import type { LeaseToken } from "../../../domain/ids.ts";
import { joinTaskId } from "../../../domain/ids.ts";
import { readSpec } from "../../../domain/specs/spec-codec.ts";
import type { Failure, LeasedTask, TaskSpec } from "../../../domain/task.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { type ReadySlice, type SessionHolder, takeHeads } from "../flow/ready-index.ts";
import { expireTask } from "../operations/due.ts";
import type { LeasableRow } from "../statements/rows.ts";

const NO_CHECKPOINT = new Uint8Array(0);

/** A task that is about to be leased. */
export interface Picked {
  readonly row: LeasableRow;
  readonly spec: TaskSpec;
}

/** Picks what one call leases, up to so many bytes of payloads. */
export class Picks {
  readonly #tx: Transaction;
  readonly #queue: QueueKey;
  readonly #maxPayloadBytes: number;
  #payloadBytes = 0;
  #isAny = false;
  #isFull = false;

  constructor(tx: Transaction, queue: QueueKey, maxPayloadBytes: number) {
    this.#tx = tx;
    this.#queue = queue;
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Whether a task was left for its payload. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Returns those of the next in a line that the call may lease. What has expired by now is not among them. */
  of(rows: readonly LeasableRow[]): Picked[] {
    const picked: Picked[] = [];
    for (const row of rows) {
      if (isExpired(this.#tx, row)) {
        // Out of the ready index, of which everything up to a place is taken.
        expireTask(this.#tx, joinTaskId(this.#queue.name, row.uid));
        continue;
      }
      const next = this.next(row);
      if (next === null) {
        break;
      }
      picked.push(next);
    }
    return picked;
  }

  /** Picks a task that has not expired; returns null where its payload is too much. */
  next(row: LeasableRow): Picked | null {
    const spec = readSpec(this.#queue.name, specBytesOf(this.#tx, row));
    this.#payloadBytes += spec.payload.length;
    if (this.#isAny && this.#payloadBytes > this.#maxPayloadBytes) {
      this.#isFull = true;
      return null;
    }
    this.#isAny = true;
    return { row, spec };
  }
}

function isExpired({ nowMs }: Transaction, { start_by }: LeasableRow): boolean {
  return start_by !== null && start_by <= nowMs;
}

/** Expires those that can start no more; returns whether there was one. */
function expireLate(tx: Transaction, queue: QueueKey, rows: readonly LeasableRow[]): boolean {
  const late = rows.filter((row) => isExpired(tx, row));
  for (const { uid } of late) {
    expireTask(tx, joinTaskId(queue.name, uid));
  }
  return late.length > 0;
}

/**
 * Returns the heads of lines once nothing in them has expired, and whether something had: the end of one task may bring
 * another into a line, before those that were next.
 */
export function freshHeads(
  tx: Transaction,
  queue: QueueKey,
  heads: () => readonly (readonly LeasableRow[])[],
): { readonly lines: readonly (readonly LeasableRow[])[]; readonly isAnyExpired: boolean } {
  for (let isAnyExpired = false; ; isAnyExpired = true) {
    const lines = heads();
    if (lines.every((rows) => !expireLate(tx, queue, rows))) {
      return { lines, isAnyExpired };
    }
  }
}

/** The token of tasks that are leased together: above each one's last. */
export function tokenOf(tx: Transaction, picked: readonly Picked[]): LeaseToken {
  return tx.nextToken(picked.reduce((newest, { row }) => Math.max(newest, row.token), 0));
}

/** Leases tasks that are the heads of a slice of the ready index. */
export function leaseHeads(
  tx: Transaction,
  queue: QueueKey,
  slice: ReadySlice,
  picked: readonly Picked[],
  holder: SessionHolder,
): LeasedTask[] {
  const token = tokenOf(tx, picked);
  const rows = picked.map(({ row }) => row);
  takeHeads(tx, queue, slice, rows, { token, ...holder });
  return granted(tx, queue, picked, token);
}

/** Notes that tasks were leased; returns them as their worker gets them. */
export function granted(
  tx: Transaction,
  queue: QueueKey,
  picked: readonly Picked[],
  token: LeaseToken,
): LeasedTask[] {
  for (const { row, spec } of picked) {
    const { seq, uid, remember_until: rememberUntil } = row;
    if (row.progress !== null) {
      tx.statements.clearProgress.run(seq);
    }
    tx.moved(queue, uid, "READY", "LEASED");
    // The next of an ordering key goes on when it ends, which is more than to complete it.
    if (spec.orderingKey === "") {
      const { retentionMs, concurrencyKey } = spec;
      queue.leased.set(uid, { seq, retentionMs, rememberUntil, concurrencyKey });
    }
  }
  return picked.map(({ row, spec }) => ({
    id: joinTaskId(queue.name, row.uid),
    token,
    spec,
    attempt: row.attempt + 1,
    crashes: row.crashes,
    checkpoint: row.checkpoint ?? NO_CHECKPOINT,
    previousTraceparent: row.failure === null ? "" : traceparentOf(row.failure),
    queuedMs: Math.max(0, tx.nowMs - row.due_at),
  }));
}

function traceparentOf(failure: string): string {
  return (JSON.parse(failure) as Failure).traceparent ?? "";
}

function specBytesOf(tx: Transaction, { seq, spec }: LeasableRow): Buffer {
  const bytes = spec ?? tx.statements.largeSpec.get(seq)?.spec;
  if (bytes === undefined) {
    throw new Error("a task has no spec");
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
