import type { TaskId } from "../../../domain/ids.ts";
import type { MoveOptions, RunNowOutcome } from "../../store.ts";
import { placeOf, priorityOfPlace } from "../client/place.ts";
import type { Transaction } from "../client/transaction.ts";
import { enterLine, leaveState } from "../flow/line.ts";

/** Makes SCHEDULED tasks READY before their time; one that was never leased is first due now. */
export function runNow(
  tx: Transaction,
  batch: readonly TaskId[],
  options: MoveOptions,
): RunNowOutcome[] {
  return batch.map((taskId) => runOneNow(tx, taskId, options));
}

function runOneNow(
  tx: Transaction,
  taskId: TaskId,
  { untouchedSinceMs }: MoveOptions,
): RunNowOutcome {
  const found = tx.find(taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { queue, row } = found;
  if (row.state !== "SCHEDULED") {
    return { kind: "not_scheduled", state: row.state };
  }
  const { statements, nowMs } = tx;
  const touchedMs = row.started_at ?? statements.submittedAt.get(row.seq)?.at ?? nowMs;
  if (untouchedSinceMs !== undefined && touchedMs >= untouchedSinceMs) {
    return { kind: "later" };
  }
  leaveState(tx, found);
  const place = row.token > 0 ? row.place : placeOf(priorityOfPlace(row.place), nowMs);
  if (place !== row.place) {
    statements.setPlace.run(place, row.seq);
  }
  statements.runNow.run(place, nowMs, nowMs, row.seq);
  enterLine(tx, queue, { ...row, state: "READY", place });
  tx.moved(queue, row.uid, row.state, "READY");
  return { kind: "ok" };
}
