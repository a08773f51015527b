import type { SessionId, TaskType } from "../../../domain/ids.ts";
import { PINNED, SUSPECT } from "../../../domain/specs/spec-codec.ts";
import type { LeasedTask } from "../../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { nextReady, type ReadySlice } from "../flow/ready-index.ts";
import { expireDue, promoteDue } from "../operations/due.ts";
import type { SessionRow } from "../statements/rows.ts";
import { leaseFlowing } from "./lease-flowing.ts";
import { leaseHeads, Picks } from "./picks.ts";

// Bounds the wait of those who only want to lease when a great many tasks come due at once.
const MAX_DUE = 1_000;

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
  const slice = { ...request, apart };
  const leased =
    queue.flow === null
      ? ({
          kind: "ok",
          tasks: leaseReady(tx, queue, session, slice),
          left: tx.readyOf(queue),
        } as const)
      : leaseFlowing(tx, queue, queue.flow, session, slice);
  return apart.length === 0 ? leased : { ...leased, ...othersOf(tx, queue, request.sessionId) };
}

/** The kinds in the ready index, and of lanes, that are not of every session that takes their type. */
function apartKinds(tx: Transaction, queue: QueueKey): string[] {
  const kinds = tx.statements.apartKinds.all(queue.id).map(({ kind }) => kind);
  if (queue.flow === null) {
    return kinds;
  }
  const lanes = tx.statements.apartLaneKinds.all(queue.id).map(({ kind }) => kind);
  return [...new Set([...kinds, ...lanes])];
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

function leaseReady(
  tx: Transaction,
  queue: QueueKey,
  session: SessionRow,
  slice: LeaseRequest & ReadySlice,
): LeasedTask[] {
  const picked = new Picks(tx, queue, slice.maxPayloadBytes).of(nextReady(tx, queue, slice));
  const { sessionId, workerId } = slice;
  return leaseHeads(tx, queue, slice, picked, { session: session.id, sessionId, workerId });
}
