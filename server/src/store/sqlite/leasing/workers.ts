import { joinTaskId, type QueueName, type SessionId, type TaskType } from "../../../domain/ids.ts";
import { readSpec } from "../../../domain/specs/spec-codec.ts";
import {
  type DrainOutcome,
  MAX_RUNNING,
  type SessionDrain,
  type StoredWorker,
  type WorkersPage,
  type WorkersQuery,
} from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import type { SessionRow } from "../statements/rows.ts";

/** Of a session with more leases, those that are looked at are those whose time is up first. */
const LOOKED_AT = 100;

/** Returns the queues that have the descriptions of sessions that live. */
export function workerQueues(tx: Transaction): QueueName[] {
  return tx.statements.workerQueues.all(tx.nowMs).map(({ name }) => name as QueueName);
}

/** Returns what is known of sessions that live on a queue. */
export function workers(tx: Transaction, query: WorkersQuery): WorkersPage {
  const queue = tx.findQueue(query.queue);
  if (queue === null) {
    return { workers: [], next: null };
  }
  if ("ids" in query) {
    const rows = query.ids.flatMap((id) => tx.statements.findSession.get(id, queue.id) ?? []);
    const live = rows.filter(({ expires_at }) => expires_at > tx.nowMs);
    return { workers: storedWorkers(tx, queue, live), next: null };
  }
  const { after, limit } = query;
  const rows = tx.statements.sessionsAfter.all(queue.id, tx.nowMs, after, limit + 1);
  const page = storedWorkers(tx, queue, rows.slice(0, limit));
  return { workers: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** Asks sessions to go. */
export function drainSessions(tx: Transaction, batch: readonly SessionDrain[]): DrainOutcome[] {
  return batch.map(({ queue: name, sessionId, reason }) => {
    const queue = tx.findQueue(name);
    const row = queue && tx.statements.findSession.get(sessionId, queue.id);
    if (!row || row.expires_at <= tx.nowMs) {
      return { kind: "gone" };
    }
    tx.statements.drainSession.run(reason, row.id);
    tx.sessionNoticed(sessionId);
    return { kind: "ok" };
  });
}

function storedWorkers(
  tx: Transaction,
  queue: QueueKey,
  rows: readonly SessionRow[],
): StoredWorker[] {
  const leases = new Map<number, number[]>(rows.map(({ id }) => [id, []]));
  for (const { session, seq } of rows.length > 0 ? tx.statements.leasesOfQueue.all(queue.id) : []) {
    leases.get(session)?.push(seq);
  }
  return rows.map((row) => storedWorker(tx, queue, row, leases.get(row.id) ?? []));
}

function storedWorker(
  tx: Transaction,
  queue: QueueKey,
  row: SessionRow,
  leases: readonly number[],
): StoredWorker {
  const { statements } = tx;
  const about = statements.aboutOf.get(row.id)?.about;
  return {
    id: row.session_id as SessionId,
    about: about === undefined ? null : JSON.parse(about),
    types: row.types === null ? null : JSON.parse(row.types),
    credit: row.credit,
    ttlMs: row.expires_at - tx.nowMs,
    drain: row.drain,
    leases: leases.length,
    running: leases
      .slice(0, LOOKED_AT)
      .flatMap((seq) => statements.leaseBySeq.get(seq) ?? [])
      .sort((a, b) => a.started_at - b.started_at)
      .slice(0, MAX_RUNNING)
      .map(({ uid, kind, spec, attempt, started_at }) => ({
        taskId: joinTaskId(queue.name, uid),
        type: spec === null ? (kind as TaskType) : readSpec(queue.name, Buffer.from(spec)).type,
        attempt,
        startedAtMs: started_at,
      })),
  };
}
