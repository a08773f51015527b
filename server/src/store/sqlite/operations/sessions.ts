import {
  isOvertaken,
  joinTaskId,
  type LeaseRef,
  type LeaseToken,
  type QueueName,
  type SessionId,
  type StreamId,
  type TaskId,
} from "../../../domain/ids.ts";
import {
  type LeaseNotice,
  type LiveSession,
  MAX_SESSIONS,
  type RenewOutcome,
  type SessionOpened,
  type SessionOpening,
  type SessionRenewal,
} from "../../store.ts";
import type { Transaction } from "../client/transaction.ts";
import type { SessionRow } from "../statements/rows.ts";
import { keepAttempt } from "./past.ts";
import { giveBack } from "./settle.ts";

/** Opens sessions, or takes them up again, and settles which leases they have. */
export function openSessions(tx: Transaction, batch: readonly SessionOpening[]): SessionOpened[] {
  return batch.map((opening) => openOne(tx, opening));
}

function openOne(tx: Transaction, opening: SessionOpening): SessionOpened {
  const { sessionId, streamId, workerId, held } = opening;
  const { statements } = tx;
  const queue = tx.queue(opening.queue);
  const known = statements.findSession.get(sessionId, queue.id);
  const isAlive = known !== undefined && known.expires_at > tx.nowMs;
  if (isAlive && isOvertaken(streamId, known.stream_id as StreamId)) {
    return { kind: "superseded" };
  }
  const expiresAt = tx.nowMs + opening.ttlMs;
  const types = opening.types ?? null;
  statements.openSession.run(
    queue.id,
    sessionId,
    streamId,
    workerId,
    expiresAt,
    types === null ? null : JSON.stringify(types),
  );

  const row = known ?? statements.findSession.get(sessionId, queue.id);
  if (opening.about !== undefined && row !== undefined) {
    statements.setAbout.run(row.id, JSON.stringify(opening.about));
  }
  const own = known === undefined ? [] : statements.leasesOfSession.all(queue.id, known.id);
  const tokens = new Map(own.map((row) => [joinTaskId(queue.name, row.uid), row.token]));
  const kept: LeaseRef[] = [];
  const lost: LeaseRef[] = [];
  for (const lease of held) {
    (tokens.get(lease.taskId) === lease.token ? kept : lost).push(lease);
  }
  const keptIds = new Set(kept.map(({ taskId }) => taskId));
  const released: LeaseRef[] = [];
  for (const row of own) {
    const taskId = joinTaskId(queue.name, row.uid);
    if (!keptIds.has(taskId)) {
      keepAttempt(tx, { queue, row }, "RELEASED");
      giveBack(tx, { queue, row }, { ended: "release", delayMs: 0, attempt: row.attempt - 1 });
      released.push({ taskId, token: row.token as LeaseToken });
    }
  }
  const mayHaveTasks =
    tx.readyOf(queue) > 0 || statements.promotable.all(queue.id, tx.nowMs, 1).length > 0;
  return { kind: "ok", kept, lost, released, mayHaveTasks, ...drainOf(known) };
}

/** Returns the sessions that live on a queue. */
export function liveSessions(tx: Transaction, name: QueueName): LiveSession[] {
  const queue = tx.findQueue(name);
  const rows = queue ? tx.statements.liveSessions.all(queue.id, tx.nowMs, MAX_SESSIONS) : [];
  return rows.map(({ session_id, types }) => ({
    id: session_id as SessionId,
    types: types === null ? null : (JSON.parse(types) as LiveSession["types"]),
  }));
}

/** Sets how long sessions live, and hands each the notices it has not had. */
export function renew(tx: Transaction, batch: readonly SessionRenewal[]): RenewOutcome[] {
  return batch.map((renewal) => renewOne(tx, renewal));
}

function renewOne(tx: Transaction, renewal: SessionRenewal): RenewOutcome {
  const queue = tx.findQueue(renewal.queue);
  const session = queue && tx.statements.findSession.get(renewal.sessionId, queue.id);
  if (!session || session.expires_at <= tx.nowMs) {
    return { kind: "gone" };
  }
  if (session.stream_id !== renewal.streamId) {
    return { kind: "superseded" };
  }
  tx.statements.renewSession.run(tx.nowMs + renewal.ttlMs, renewal.credit ?? null, session.id);
  return { kind: "ok", notices: takeNotices(tx, session.id), ...drainOf(session) };
}

function drainOf(session: SessionRow | undefined): { drain?: string } {
  return typeof session?.drain === "string" ? { drain: session.drain } : {};
}

function takeNotices(tx: Transaction, session: number): LeaseNotice[] {
  const rows = tx.statements.notices.all(session);
  if (rows.length > 0) {
    tx.statements.deleteNotices.run(session);
  }
  return rows.map(({ task_id, token, cause, reason }) => ({
    lease: { taskId: task_id as TaskId, token: token as LeaseToken },
    cause,
    reason,
  }));
}
