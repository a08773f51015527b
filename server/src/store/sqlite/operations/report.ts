import { type Report, type ReportOutcome, reportNeedsRoom } from "../../store.ts";
import type { Transaction } from "../client/transaction.ts";
import type { TaskRow } from "../statements/rows.ts";

/** Stores what running attempts say of themselves; only the holder of the lease is heard (G4). */
export function report(tx: Transaction, batch: readonly Report[]): ReportOutcome[] {
  return batch.map((item) => reportOne(tx, item));
}

function reportOne(tx: Transaction, report: Report): ReportOutcome {
  const { lease, progress, checkpoint } = report;
  if (!tx.hasRoom && reportNeedsRoom(report)) {
    return { kind: "no_room" };
  }
  const found = tx.find(lease.taskId);
  if (found === null || !isHeldBy(found.row, report)) {
    return { kind: "stale" };
  }
  if (progress !== null || checkpoint !== null) {
    const text = progress === null ? null : JSON.stringify(progress);
    tx.statements.setReport.run(found.row.seq, text, checkpoint);
  }
  if (checkpoint !== null) {
    tx.checkpointStored();
  }
  if (progress !== null) {
    tx.progressed(found.queue, found.row.uid);
  }
  return { kind: "ok" };
}

function isHeldBy(row: TaskRow, { sessionId, lease }: Report): boolean {
  return row.state === "LEASED" && row.token === lease.token && row.holder === sessionId;
}
