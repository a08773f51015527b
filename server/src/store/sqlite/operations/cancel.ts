import { TRANSITIONS } from "../../../domain/task-state.ts";
import type { Cancellation, CancelOutcome } from "../../store.ts";
import type { Transaction } from "../client/transaction.ts";
import { finish } from "./finish.ts";

/** Cancels tasks; a lease is over at once, and its session finds a notice. */
export function cancel(tx: Transaction, batch: readonly Cancellation[]): CancelOutcome[] {
  return batch.map((cancellation) => cancelOne(tx, cancellation));
}

function cancelOne(tx: Transaction, { taskId, reason }: Cancellation): CancelOutcome {
  const found = tx.find(taskId);
  if (found === null) {
    return { kind: "not_found" };
  }
  const { row } = found;
  const state = TRANSITIONS[row.state].cancel;
  if (state === undefined) {
    return row.state === "CANCELLED" ? { kind: "repeated" } : { kind: "final", state: row.state };
  }
  tx.notify(found, "cancelled", reason);
  finish(tx, found, { state, ended: row.state === "LEASED" ? "cancel" : null });
  if (reason !== "") {
    tx.statements.setCancelReason.run(row.seq, reason);
  }
  return { kind: "ok" };
}
