import { assertNever } from "../../../domain/errors.ts";
import { type LeaseRef, queueOfTask, type SessionId, uniqueOfTask } from "../../../domain/ids.ts";
import type { Content, Failure } from "../../../domain/task.ts";
import type { TaskState } from "../../../domain/task-state.ts";
import {
  fittedSettlement,
  type Hold,
  type NextStep,
  needsRoom,
  type Settlement,
  type SettleOutcome,
} from "../../store.ts";
import { isInline } from "../client/inline.ts";
import type { FoundTask, Transaction } from "../client/transaction.ts";
import { holdKey, holdQueue } from "../flow/limits.ts";
import { enterLine, enterWaiting, freeKey, leaveState } from "../flow/line.ts";
import type { LeaseEnd } from "../statements/rows.ts";
import { finish, purgeAt } from "./finish.ts";
import { keepAttempt } from "./past.ts";

const NO_RESULT = { value: null, contentType: null };

/** Ends leases; what does not carry the newest token, from the session that had it, changes nothing (G4). */
export function settle(tx: Transaction, batch: readonly Settlement[]): SettleOutcome[] {
  return batch.map((settlement) => settleOne(tx, settlement));
}

function settleOne(tx: Transaction, settlement: Settlement): SettleOutcome {
  if (tx.hasRoom || !needsRoom(settlement)) {
    return settleFitting(tx, settlement);
  }
  const fitted = fittedSettlement(settlement);
  return fitted === null ? { kind: "no_room" } : settleFitting(tx, fitted);
}

function settleFitting(tx: Transaction, { sessionId, lease, outcome }: Settlement): SettleOutcome {
  if (outcome.kind === "complete" && complete(tx, sessionId, lease, outcome.result)) {
    return { kind: "ok", state: "SUCCEEDED", isRepeat: false };
  }
  const found = tx.find(lease.taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { row } = found;
  // The token alone proves nothing: it can be guessed.
  if (row.token !== lease.token || row.holder !== sessionId) {
    return { kind: "stale" };
  }
  if (row.state !== "LEASED") {
    if (row.ended === outcome.kind && row.ended_state !== null) {
      return { kind: "ok", state: row.ended_state, isRepeat: true };
    }
    // The work was done before the reclaim was noticed, and nobody has begun it anew (G4).
    const isLateCompletion =
      outcome.kind === "complete" && row.ended === "reclaim" && row.state === "READY";
    if (!isLateCompletion) {
      return { kind: "stale" };
    }
  }
  return { kind: "ok", state: apply(tx, found, outcome), isRepeat: false };
}

/** Completes a task that is leased by this token to this session; returns whether it was so. */
function complete(
  tx: Transaction,
  sessionId: SessionId,
  { taskId, token }: LeaseRef,
  result: Content,
): boolean {
  const queue = tx.findQueue(queueOfTask(taskId));
  // Only what is found first has a checkpoint to lose and a row that a large result goes with.
  if (queue === null || tx.hasCheckpoints || !isInline(result.value)) {
    return false;
  }
  const uid = uniqueOfTask(taskId);
  const leased = queue.leased.get(uid);
  // Its lane is to be charged for the time that it ran.
  if (leased === undefined || queue.flow?.settings.fairBy === "TIME") {
    return false;
  }
  const { value, contentType } = hasContent(result) ? result : NO_RESULT;
  const { seq, retentionMs, rememberUntil } = leased;
  const forgottenAt = purgeAt(tx, retentionMs, rememberUntil);
  const lease = [seq, token, sessionId] as const;
  const { changes } = tx.statements.complete.run(
    forgottenAt,
    tx.nowMs,
    contentType,
    value,
    ...lease,
  );
  if (changes === 0) {
    return false;
  }
  tx.moved(queue, uid, "LEASED", "SUCCEEDED");
  freeKey(tx, queue, leased);
  return true;
}

function hasContent({ value, contentType }: Content): boolean {
  return value.length > 0 || contentType !== "";
}

function apply(tx: Transaction, found: FoundTask, outcome: Settlement["outcome"]): TaskState {
  switch (outcome.kind) {
    case "complete": {
      finish(tx, found, { state: "SUCCEEDED", ended: "complete" });
      if (hasContent(outcome.result)) {
        storeResult(tx, found.row.seq, outcome.result);
      }
      return "SUCCEEDED";
    }
    case "fail":
      return failAttempt(tx, found, outcome.kind, outcome.failure, outcome.next);
    case "timed_out":
      tx.notify(found, "timed_out", "");
      return failAttempt(tx, found, outcome.kind, outcome.failure, outcome.next);
    case "release":
      keepAttempt(tx, found, "RELEASED");
      holdBack(tx, found, outcome.hold);
      return giveBack(tx, found, {
        ended: "release",
        delayMs: outcome.delayMs,
        attempt: found.row.attempt - 1,
      });
    default:
      return assertNever(outcome);
  }
}

/** Keeps the task's key or its queue from being leased for a while. */
function holdBack(tx: Transaction, { queue, row }: FoundTask, hold: Hold | undefined): void {
  if (hold?.scope === "queue") {
    holdQueue(tx, queue, hold.forMs);
  } else if (hold?.scope === "key" && row.concurrency_key !== null) {
    holdKey(tx, queue, row.concurrency_key, hold.forMs);
  }
}

function storeResult(tx: Transaction, seq: number, { value, contentType }: Content): void {
  const isLarge = !isInline(value);
  tx.statements.setResult.run(contentType, isLarge ? null : value, seq);
  if (isLarge) {
    tx.statements.insertResult.run(seq, value);
  }
}

function failAttempt(
  tx: Transaction,
  found: FoundTask,
  ended: "fail" | "timed_out",
  failure: Failure,
  next: NextStep,
): TaskState {
  const { row } = found;
  keepAttempt(tx, found, ended === "fail" ? "FAILED" : "TIMED_OUT", failure);
  tx.statements.setFailure.run(row.seq, JSON.stringify(failure));
  // Whoever decided on a retry may have decided on an old policy; the bound is kept here (G7).
  if (next.kind === "die" || row.attempt >= row.max_attempts) {
    finish(tx, found, { state: "DEAD", ended });
    return "DEAD";
  }
  // Its process outlived it. (What is given back keeps its crashes: nothing else would bound it.)
  return giveBack(tx, found, { ended, delayMs: next.delayMs, attempt: row.attempt, crashes: 0 });
}

/** What a lease leaves behind that ends without an end of the task. */
export interface GivenBack {
  readonly ended: LeaseEnd;
  readonly delayMs: number;
  readonly attempt: number;
  readonly crashes?: number;
}

/** Puts a leased task back in its place (G8), or aside until the delay has passed. */
export function giveBack(tx: Transaction, found: FoundTask, back: GivenBack): TaskState {
  const { queue, row } = found;
  const crashes = back.crashes ?? row.crashes;
  const dueAtMs = tx.nowMs + back.delayMs;
  const state = back.delayMs > 0 ? "SCHEDULED" : "READY";
  leaveState(tx, found);
  tx.statements.giveBack.run(
    state,
    state === "READY" ? row.place : dueAtMs,
    dueAtMs,
    back.attempt,
    crashes,
    back.ended,
    state,
    row.seq,
    row.token,
  );
  if (state === "READY") {
    enterLine(tx, queue, { ...row, crashes });
  } else {
    enterWaiting(tx, queue, row);
  }
  tx.moved(queue, row.uid, row.state, state);
  return state;
}
