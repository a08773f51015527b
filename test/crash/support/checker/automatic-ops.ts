import type { Ledger, OpFile } from "./ledger.ts";

/** A shard of a schedule's tick. */
export interface FiringOp {
  readonly schedule: string;
  readonly tickMs: number;
  readonly shard: number;
  readonly file: OpFile;
}

/** What an event makes for a subscription. */
export interface DeliveryOp {
  readonly subscription: string;
  readonly event: string;
  readonly file: OpFile;
}

/** Whether tasks of that name are made by a schedule or an event, and not by a submit. */
export function isAutomatic(op: string): boolean {
  return op.startsWith("tick ") || op.startsWith("event ");
}

/** Every shard of a tick that some task was seen of. */
export function firingOps(ledger: Ledger): FiringOp[] {
  return opsOf(ledger, "tick ").map(({ first, rest, file }) => {
    const [tickMs = Number.NaN, shard = Number.NaN] = rest.split(" ").map(Number);
    return { schedule: first, tickMs, shard, file };
  });
}

/** Every event and subscription that some task was seen of. */
export function deliveryOps(ledger: Ledger): DeliveryOp[] {
  return opsOf(ledger, "event ").map(({ first, rest, file }) => ({
    subscription: first,
    event: rest,
    file,
  }));
}

function opsOf(ledger: Ledger, prefix: string) {
  return [...ledger.ops.values()]
    .filter(({ op, taskIds }) => op.startsWith(prefix) && taskIds.size > 0)
    .map((file) => {
      const [first = "", ...rest] = file.op.slice(prefix.length).split(" ");
      return { first, rest: rest.join(" "), file };
    });
}
