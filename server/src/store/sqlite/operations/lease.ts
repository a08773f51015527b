import { joinTaskId, type SessionId, type TaskType } from "../../../domain/ids.ts";
import { PINNED, readSpec, SUSPECT } from "../../../domain/spec-codec.ts";
import type { Failure, LeasedTask, TaskSpec } from "../../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../../store.ts";
import type { LeasableRow, SessionRow } from "../client/rows.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { expireDue, expireTask, promoteDue } from "./due.ts";
import { nextReady, type ReadySlice, takeHeads } from "./ready-index.ts";

// Bounds the wait of those who only want to lease when a great many tasks come due at once.
const MAX_DUE = 1_000;

const NO_CHECKPOINT = new Uint8Array(0);

/** Leases READY tasks in order (G8), each with a new token (G3), to a session that lives. */
export function lease(tx: Transaction, request: LeaseRequest): LeaseOutcome {
  const queue = tx.findQueue(request.queue);
  const session = queue && tx.statements.findSession.get(request.sessionId, queue.id);
  if (!queue || !session || session.expires_at <= tx.nowMs) {
    return { kind: "session_gone" };
  }
  if (session.stream_id !== request.streamId) {
    return { kind: "superseded" };
  }
  expireDue(tx, queue, MAX_DUE);
  promoteDue(tx, queue, MAX_DUE);
  const apart = apartKinds(tx, queue);
  const tasks = leaseReady(tx, queue, session, { ...request, apart });
  const leased = { kind: "ok", tasks, left: tx.readyOf(queue) } as const;
  return apart.length === 0 ? leased : { ...leased, ...othersOf(tx, queue, request.sessionId) };
}

/** The kinds in the ready index that are not of every session that takes their type. */
function apartKinds(tx: Transaction, queue: QueueKey): string[] {
  return tx.statements.apartKinds.all(queue.id).map(({ kind }) => kind);
}

/** What is in the ready index that only others may lease, or only by itself. */
function othersOf(tx: Transaction, queue: QueueKey, sessionId: SessionId) {
  const kinds = apartKinds(tx, queue).filter((kind) => kind !== PINNED + sessionId);
  const suspects = kinds.filter((kind) => kind.startsWith(SUSPECT));
  const pinned = kinds.filter((kind) => !kind.startsWith(SUSPECT));
  return {
    ...(pinned.length === 0 ? {} : { pinned: pinned.map((kind) => kind.slice(1) as SessionId) }),
    ...(suspects.length === 0
      ? {}
      : { suspects: suspects.map((kind) => kind.slice(2) as TaskType) }),
  };
}

/** A task that is about to be leased. */
interface Picked {
  readonly row: LeasableRow;
  readonly spec: TaskSpec;
}

function leaseReady(
  tx: Transaction,
  queue: QueueKey,
  session: SessionRow,
  slice: LeaseRequest & ReadySlice,
): LeasedTask[] {
  const picked = pick(tx, queue, slice, nextReady(tx, queue, slice));
  const token = tx.nextToken(picked.reduce((newest, { row }) => Math.max(newest, row.token), 0));
  const { sessionId, workerId } = slice;
  const holder = { token, session: session.id, sessionId, workerId };
  const rows = picked.map(({ row }) => row);
  takeHeads(tx, queue, slice, rows, holder);
  for (const { row, spec } of picked) {
    const { seq, uid, remember_until: rememberUntil } = row;
    if (row.progress !== null) {
      tx.statements.clearProgress.run(seq);
    }
    tx.moved(queue, uid, "READY", "LEASED");
    queue.leased.set(uid, { seq, retentionMs: spec.retentionMs, rememberUntil });
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

/** Those of the next that one call may lease. */
function pick(
  tx: Transaction,
  queue: QueueKey,
  { maxPayloadBytes }: LeaseRequest,
  rows: readonly LeasableRow[],
): Picked[] {
  const picked: Picked[] = [];
  let payloadBytes = 0;
  for (const row of rows) {
    if (row.start_by !== null && row.start_by <= tx.nowMs) {
      // Out of the ready index, of which everything up to a place is taken.
      expireTask(tx, joinTaskId(queue.name, row.uid));
      continue;
    }
    const spec = readSpec(queue.name, specBytesOf(tx, row));
    payloadBytes += spec.payload.length;
    if (picked.length > 0 && payloadBytes > maxPayloadBytes) {
      break;
    }
    picked.push({ row, spec });
  }
  return picked;
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
