import { randomBytes } from "node:crypto";
import { keyOf, type LeaseRef, type Settlement } from "./wire.ts";

/** A task that a check hands out. */
export interface TaskSketch {
  readonly type: "echo" | "sleep" | "fail" | "trace" | "bytes";
  readonly payload: string | Buffer;
}

/** A settlement as it arrived. */
export interface Receipt {
  readonly atMs: number;
  /** Which stream it came on, from 0; -1 where it came by the call `Settle`. */
  readonly streamIndex: number;
  readonly settlement: Settlement;
}

/** A lease that was granted, and what came of it. */
export interface GrantedLease {
  readonly ref: LeaseRef;
  readonly task: TaskSketch;
  readonly payload: Buffer;
  readonly traceparent: string;
  readonly grantedAtMs: number;
  readonly receipts: Receipt[];
  /** Whether the session holds it no longer, for another reason than a settlement. */
  isOver: boolean;
}

// Near 2^53, so that a worker that keeps tokens in fewer bits is caught.
const firstToken = 9_007_199_254_730_000;

/** The leases of the one session that a worker program has. */
export class Ledger {
  readonly #leases = new Map<string, GrantedLease>();

  /** Enters a task that is granted now. */
  add(task: TaskSketch, nowMs: number): GrantedLease {
    const number = this.#leases.size + 1;
    const lease: GrantedLease = {
      ref: { taskId: `task-${number}`, leaseToken: String(firstToken + number) },
      task,
      payload: Buffer.from(task.payload),
      traceparent: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`,
      grantedAtMs: nowMs,
      receipts: [],
      isOver: false,
    };
    this.#leases.set(keyOf(lease.ref), lease);
    return lease;
  }

  /** Returns the lease of this name; undefined where none was granted. */
  find(ref: LeaseRef): GrantedLease | undefined {
    return this.#leases.get(keyOf(ref));
  }

  /** Returns every lease that is neither settled nor over. */
  held(): GrantedLease[] {
    return [...this.#leases.values()].filter((lease) => isHeld(lease));
  }

  /** Ends the leases that are not listed, as a dispatcher does at a Hello. */
  keepOnly(refs: readonly LeaseRef[]): void {
    const listed = new Set(refs.map(keyOf));
    for (const [key, lease] of this.#leases) {
      lease.isOver ||= !listed.has(key);
    }
  }
}

/** Whether the worker has a lease still. */
export function isHeld(lease: GrantedLease): boolean {
  return !lease.isOver && lease.receipts.length === 0;
}
