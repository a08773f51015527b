import type { TaskId } from "../../../domain/ids.ts";
import { TRANSITIONS } from "../../../domain/task-state.ts";
import type { RedriveOutcome } from "../../store.ts";
import { placeOf, priorityOfPlace } from "../client/place.ts";
import type { Transaction } from "../client/transaction.ts";
import { enterReadyIndex } from "./ready-index.ts";

/** Makes DEAD tasks READY again, behind all that is due. */
export function redrive(tx: Transaction, batch: readonly TaskId[]): RedriveOutcome[] {
  return batch.map((taskId) => redriveOne(tx, taskId));
}

function redriveOne(tx: Transaction, taskId: TaskId): RedriveOutcome {
  const found = tx.find(taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { queue, row } = found;
  const state = TRANSITIONS[row.state].redrive;
  if (state === undefined) {
    return { kind: "not_dead", state: row.state };
  }
  const { statements } = tx;
  const place = placeOf(priorityOfPlace(row.place), tx.nowMs);
  const newSeq = (statements.newestSeq.get()?.seq ?? 0) + 1;
  statements.moveTask.run(newSeq, place, row.seq);
  statements.redrive.run(newSeq, place, tx.nowMs, row.seq);
  statements.moveSpec.run(newSeq, row.seq);
  statements.moveDetails.run(newSeq, row.seq);
  enterReadyIndex(tx, queue, newSeq);
  tx.moved(queue, row.uid, row.state, state);
  return { kind: "ok" };
}
