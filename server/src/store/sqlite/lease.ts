import { joinTaskId, type SessionId } from "../../domain/ids.ts";
import { decodeSpec, PINNED } from "../../domain/spec-codec.ts";
import type { Failure, LeasedTask } from "../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../store.ts";
import { expireDue, promoteDue } from "./due.ts";
import type { SessionRow } from "./statements.ts";
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
  for (const seq of nextInLine(tx, queue, request, hasPinned)) {
    const row = tx.statements.leasable.get(seq);
    if (row === undefined || (row.start_by !== null && row.start_by <= tx.nowMs)) {
      continue;
    }
    const spec = decodeSpec(queue.name, asBuffer(row.spec));
    payloadBytes += spec.payload.length;
    if (tasks.length > 0 && payloadBytes > request.maxPayloadBytes) {
      break;
    }
    const token = tx.nextToken(row.token);
    const timeoutAt = tx.nowMs + row.attempt_timeout_ms;
    tx.statements.lease.run(timeoutAt, token, session.id, request.workerId, tx.nowMs, seq);
    if (row.progress !== null) {
      tx.statements.clearProgress.run(seq);
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
  { types, limit, sessionId }: LeaseRequest,
  hasPinned: boolean,
): number[] {
  if (types === null && !hasPinned) {
    return tx.statements.ready.all(queue.id, limit).map(({ seq }) => seq);
  }
  // A type that is named twice counts once.
  const kinds = new Set<string>(types);
  if (hasPinned) {
    kinds.add(PINNED + sessionId);
  }
  const rows = [...kinds].flatMap((kind) => tx.statements.readyOfType.all(queue.id, kind, limit));
  if (types === null) {
    rows.push(...tx.statements.readyUnpinned.all(queue.id, limit));
  }
  if (kinds.size > 1 || types === null) {
    rows.sort((a, b) => a.turn - b.turn || a.seq - b.seq);
  }
  return rows.slice(0, limit).map(({ seq }) => seq);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
