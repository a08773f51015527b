import type { TaskId } from "../../../domain/ids.ts";
import { TRANSITIONS } from "../../../domain/task-state.ts";
import type { MoveOptions, RedriveOutcome } from "../../store.ts";
import { placeOf, priorityOfPlace } from "../client/place.ts";
import type { Transaction } from "../client/transaction.ts";
import { enterLine } from "../flow/line.ts";
import { uncountDeath } from "../operations/deaths.ts";
import type { TaskRow } from "../statements/rows.ts";

/**
 * Makes DEAD tasks READY again, behind all that is due. One of an ordering key keeps its place, before those that have
 * not begun.
 */
export function redrive(
  tx: Transaction,
  batch: readonly TaskId[],
  options: MoveOptions,
): RedriveOutcome[] {
  return batch.map((taskId) => redriveOne(tx, taskId, options));
}

function redriveOne(tx: Transaction, taskId: TaskId, options: MoveOptions): RedriveOutcome {
  const found = tx.find(taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { queue, row } = found;
  const state = TRANSITIONS[row.state].redrive;
  if (state === undefined) {
    return { kind: "not_dead", state: row.state };
  }
  if (tx.hasEndedLater(row.seq, options)) {
    return { kind: "later" };
  }
  uncountDeath(tx, queue, row.seq);
  const ready = { ...row, state, attempt: 0, crashes: 0 };
  if (row.ordering_key === null) {
    const { seq, place } = moveBehind(tx, row);
    enterLine(tx, queue, { ...ready, seq, place });
  } else {
    tx.statements.redrive.run(row.seq, row.place, tx.nowMs, row.seq);
    enterLine(tx, queue, ready);
  }
  tx.moved(queue, row.uid, row.state, state);
  return { kind: "ok" };
}

/** Gives a DEAD task a place behind all that is due, READY. */
function moveBehind(tx: Transaction, row: TaskRow): { seq: number; place: number } {
  const { statements } = tx;
  const place = placeOf(priorityOfPlace(row.place), tx.nowMs);
  const seq = (statements.newestSeq.get()?.seq ?? 0) + 1;
  statements.moveTask.run(seq, place, row.seq);
  statements.redrive.run(seq, place, tx.nowMs, row.seq);
  statements.moveSpec.run(seq, row.seq);
  statements.moveDetails.run(seq, row.seq);
  return { seq, place };
}
