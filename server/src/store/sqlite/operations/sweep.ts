import { crashesAfterAnother } from "../../../domain/crashes.ts";
import {
  joinTaskId,
  type LeaseToken,
  type QueueName,
  type SessionId,
  type WorkerId,
} from "../../../domain/ids.ts";
import { readSpec } from "../../../domain/specs/spec-codec.ts";
import { CRASHED_FAILURE } from "../../../domain/task.ts";
import { FINAL_STATES, type TaskState } from "../../../domain/task-state.ts";
import type { ReclaimedLease, SweepReport, TimedOutAttempt } from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import { dropIdle, laneKinds, notePassedParking } from "../flow/lanes.ts";
import { letGo, nextLetGoAt } from "../flow/let-go.ts";
import { endTurn } from "../flow/line.ts";
import type { LostLeaseRow, TaskRow } from "../statements/rows.ts";
import { expireDue, promoteDue } from "./due.ts";
import { finish } from "./finish.ts";
import { forgetTask } from "./forget.ts";
import { keepAttempt } from "./past.ts";
import { giveBack } from "./settle.ts";

/** Does what is due on a queue, at most `limit` of each kind. */
export function sweep(tx: Transaction, name: QueueName, limit: number): SweepReport {
  const queue = tx.findQueue(name);
  if (queue === null) {
    return { promoted: 0, expired: 0, purged: 0, reclaimed: [], timedOut: [], nextInMs: null };
  }
  const expired = expireDue(tx, queue, limit);
  const promoted = promoteDue(tx, queue, limit);
  const reclaimed = reclaim(tx, queue, limit);
  const purged = purge(tx, queue, limit);
  const timedOut = findTimedOut(tx, queue, limit);
  const letGone = queue.flow === null ? 0 : sweepFlow(tx, queue, limit);
  const mostDone = Math.max(expired, promoted, reclaimed.length, purged, timedOut.length, letGone);
  const nextInMs = mostDone >= limit ? 0 : nextDueInMs(tx, queue);
  if (mostDone === 0 && nextInMs === null) {
    tx.forgetIfEmpty(queue);
  }
  return { promoted, expired, purged, reclaimed, timedOut, nextInMs };
}

/** Lets go what nothing holds back any more, and forgets lanes whose tags are worth nothing; returns the most of one. */
function sweepFlow(tx: Transaction, queue: QueueKey, limit: number): number {
  const letGone = letGo(tx, queue, limit);
  notePassedParking(tx, queue);
  const dropped = [...laneKinds(tx, queue)].map((kind) => dropIdle(tx, queue, kind, limit));
  return Math.max(letGone, ...dropped);
}

/** Takes back the leases of sessions whose ttl passed (G6), and forgets sessions that have none left. */
function reclaim(tx: Transaction, queue: QueueKey, limit: number): ReclaimedLease[] {
  const { statements } = tx;
  const dead = statements.deadSessions.all(queue.id, tx.nowMs, limit);
  if (dead.length === 0) {
    return [];
  }
  const rows = statements.leasesOfDead.all(queue.id, tx.nowMs, limit);
  const reclaimed = rows.map((row) => reclaimOne(tx, queue, row));
  if (rows.length < limit) {
    for (const { id } of dead) {
      statements.deleteNotices.run(id);
      statements.deleteAbout.run(id);
      statements.deleteSession.run(id);
    }
  }
  return reclaimed;
}

function reclaimOne(tx: Transaction, queue: QueueKey, row: LostLeaseRow): ReclaimedLease {
  return {
    lease: { taskId: joinTaskId(queue.name, row.uid), token: row.token as LeaseToken },
    sessionId: row.session_id as SessionId,
    workerId: row.worker_id as WorkerId,
    state: countCrash(tx, queue, row),
  };
}

function countCrash(tx: Transaction, queue: QueueKey, row: TaskRow): TaskState {
  const attempt = row.attempt - 1;
  keepAttempt(tx, { queue, row }, "CRASHED");
  // It became READY last with the crash before.
  const crashes = crashesAfterAnother(row.crashes, tx.nowMs - row.due_at);
  if (crashes < row.max_crashes) {
    return giveBack(tx, { queue, row }, { ended: "reclaim", delayMs: 0, attempt, crashes });
  }
  tx.statements.setFailure.run(row.seq, JSON.stringify(CRASHED_FAILURE));
  finish(tx, { queue, row }, { state: "DEAD", ended: "reclaim", attempt, crashes });
  return "DEAD";
}

/** Forgets final tasks whose time has passed, with all that belongs to them (G13). */
function purge(tx: Transaction, queue: QueueKey, limit: number): number {
  const { statements } = tx;
  let purged = 0;
  for (const state of FINAL_STATES) {
    for (const { seq } of statements.purgeable.all(queue.id, state, tx.nowMs, limit - purged)) {
      if (queue.flow !== null && state === "DEAD") {
        passDead(tx, queue, seq);
      }
      forgetTask(tx, queue, seq, state);
      purged += 1;
    }
  }
  return purged;
}

/** Has those go on that a dead task held. */
function passDead(tx: Transaction, queue: QueueKey, seq: number): void {
  const row = tx.statements.taskBySeq.get(seq);
  if (row !== undefined) {
    endTurn(tx, { queue, row });
  }
}

function findTimedOut(tx: Transaction, queue: QueueKey, limit: number): TimedOutAttempt[] {
  return tx.statements.timedOut.all(queue.id, tx.nowMs, limit).map((row) => ({
    lease: { taskId: joinTaskId(queue.name, row.uid), token: row.token as LeaseToken },
    sessionId: row.holder as SessionId,
    attempt: row.attempt,
    retryPolicy: readSpec(queue.name, Buffer.from(row.spec)).retryPolicy,
  }));
}

function nextDueInMs(tx: Transaction, queue: QueueKey): number | null {
  const { statements, nowMs } = tx;
  const moments = [
    statements.nextTurn.get(queue.id, "SCHEDULED", nowMs)?.at,
    statements.nextStartBy.get(queue.id)?.at,
    statements.nextSessionEnd.get(queue.id)?.at,
    statements.nextTurn.get(queue.id, "LEASED", nowMs)?.at,
    ...FINAL_STATES.map((state) => statements.nextTurn.get(queue.id, state, nowMs)?.at),
    queue.flow === null ? null : nextLetGoAt(tx, queue, queue.flow),
  ].filter((at) => typeof at === "number");
  return moments.length === 0 ? null : Math.max(0, Math.min(...moments) - nowMs);
}
