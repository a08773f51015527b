import { joinTaskId, type SessionId, type TaskType } from "../../domain/ids.ts";
import { decodeSpec, PINNED } from "../../domain/spec-codec.ts";
import type { Failure, LeasedTask } from "../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../store.ts";
import { expireDue, promoteDue } from "./due.ts";
import type { LeasableRow, SessionRow } from "./statements.ts";
import type { QueueKey, Transaction } from "./transaction.ts";

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
  const kinds = tx.statements.pinnedKinds.all(queue.id).map(({ type }) => type);
  const tasks = leaseReady(tx, queue, session, request, kinds.length > 0);
  const leased = { kind: "ok", tasks, left: tx.readyOf(queue) } as const;
  if (kinds.length === 0) {
    return leased;
  }
  const own = PINNED + request.sessionId;
  const pinned = kinds
    .filter((kind) => kind !== own)
    .map((kind) => kind.slice(PINNED.length) as SessionId);
  return { ...leased, pinned };
}

function leaseReady(
  tx: Transaction,
  queue: QueueKey,
  session: SessionRow,
  request: LeaseRequest,
  hasPinned: boolean,
): LeasedTask[] {
  const tasks: LeasedTask[] = [];
  let payloadBytes = 0;
  for (const row of nextInLine(tx, queue, request, hasPinned)) {
    if (row.start_by !== null && row.start_by <= tx.nowMs) {
      continue;
    }
    const spec = decodeSpec(queue.name, specBytesOf(tx, row));
    payloadBytes += spec.payload.length;
    if (tasks.length > 0 && payloadBytes > request.maxPayloadBytes) {
      break;
    }
    const token = tx.nextToken(row.token);
    tx.statements.lease.run(tx.nowMs, token, session.id, request.workerId, row.seq);
    if (row.progress !== null) {
      tx.statements.clearProgress.run(row.seq);
    }
    tx.moved(queue, row.uid, "READY", "LEASED");
    tasks.push({
      id: joinTaskId(queue.name, row.uid),
      token,
      spec,
      attempt: row.attempt + 1,
      crashes: row.crashes,
      checkpoint: row.checkpoint ?? NO_CHECKPOINT,
      previousTraceparent: row.failure === null ? "" : traceparentOf(row.failure),
      queuedMs: Math.max(0, tx.nowMs - row.due_at),
    });
  }
  return tasks;
}

function traceparentOf(failure: string): string {
  return (JSON.parse(failure) as Failure).traceparent ?? "";
}

function nextInLine(
  tx: Transaction,
  queue: QueueKey,
  request: LeaseRequest,
  hasPinned: boolean,
): LeasableRow[] {
  const { types, limit } = request;
  const { statements } = tx;
  if (!hasPinned && types === null) {
    return statements.leasable.all(queue.id, limit);
  }
  if (!hasPinned && types?.length === 1) {
    return statements.leasableOfType.all(queue.id, types[0] as TaskType, limit);
  }
  return mergedLine(tx, queue, request, hasPinned).flatMap(
    (seq) => statements.leasableBySeq.get(seq) ?? [],
  );
}

/** The line of several kinds of tasks together. */
function mergedLine(
  tx: Transaction,
  queue: QueueKey,
  { types, limit, sessionId }: LeaseRequest,
  hasPinned: boolean,
): number[] {
  // A type that is named twice counts once.
  const kinds = new Set<string>(types);
  if (hasPinned) {
    kinds.add(PINNED + sessionId);
  }
  const rows = [...kinds].flatMap((kind) => tx.statements.readyOfType.all(queue.id, kind, limit));
  if (types === null) {
    rows.push(...tx.statements.readyUnpinned.all(queue.id, limit));
  }
  rows.sort((a, b) => a.turn - b.turn || a.seq - b.seq);
  return rows.slice(0, limit).map(({ seq }) => seq);
}

function specBytesOf(tx: Transaction, { seq, spec }: LeasableRow): Buffer {
  const bytes = spec ?? tx.statements.largeSpec.get(seq)?.spec;
  if (bytes === undefined) {
    throw new Error("a task has no spec");
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
