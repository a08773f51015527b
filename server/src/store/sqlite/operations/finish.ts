import type { TaskState } from "../../../domain/task-state.ts";
import type { FoundTask, Transaction } from "../client/transaction.ts";
import { died, endTurn, leaveState } from "../flow/line.ts";
import type { LeaseEnd, TaskRow } from "../statements/rows.ts";
import { countDeath } from "./deaths.ts";

/** How a task ends. */
export interface Ending {
  readonly state: TaskState;
  /** What ended the lease; null where none was held. */
  readonly ended: LeaseEnd | null;
  /** Attempts and crashes where the end changes them. */
  readonly attempt?: number;
  readonly crashes?: number;
}

/** When a task that ends now is forgotten (G13). */
export function purgeAt(
  { nowMs }: Transaction,
  retentionMs: number,
  rememberUntil: number,
): number {
  return Math.max(nowMs + retentionMs, rememberUntil);
}

/** For how long a task is kept that ends so. */
function retentionOf({ deadRetentionMs }: Transaction, row: TaskRow, state: TaskState): number {
  return state === "DEAD" ? Math.max(row.retention_ms, deadRetentionMs) : row.retention_ms;
}

/** Makes a task final (G5) and sets when it is forgotten (G13). */
export function finish(tx: Transaction, found: FoundTask, ending: Ending): void {
  const { queue, row } = found;
  const { state, ended } = ending;
  leaveState(tx, found);
  if (row.state === "READY") {
    tx.statements.ensureState.run(row.seq);
  }
  tx.statements.finish.run(
    state,
    purgeAt(tx, retentionOf(tx, row, state), row.remember_until),
    tx.nowMs,
    ending.attempt ?? row.attempt,
    ending.crashes ?? row.crashes,
    ended ?? row.ended,
    ended === null ? row.ended_state : state,
    row.seq,
    row.token,
  );
  // A DEAD task may be redriven and go on from there; the others never run again.
  if (state !== "DEAD" && tx.hasCheckpoints) {
    tx.statements.dropCheckpoint.run(row.seq);
  }
  tx.moved(queue, row.uid, row.state, state);
  if (state === "DEAD") {
    countDeath(tx, queue, row.seq);
    died(tx, found);
  } else {
    endTurn(tx, found);
  }
}
