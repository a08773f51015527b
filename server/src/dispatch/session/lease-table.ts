import { type LeaseRef, type QueueName, queueOfTask, type TaskId } from "../../domain/ids.ts";
import type { LeasedTask, RetryPolicy } from "../../domain/task.ts";
import type { Report } from "../../store/store.ts";
import type { HeldLease } from "../contract.ts";

/** What is known of a lease that a session holds. */
export interface LeaseEntry {
  readonly ref: LeaseRef;
  /** Which attempt it is; null where another process granted it. */
  readonly attempt: number | null;
  readonly retryPolicy: RetryPolicy | null;
  /** When it was granted here; before all time where another process granted it. */
  readonly grantedAtMs: number;
  /** When the worker was granted it or last showed that it has it. */
  heardAtMs: number;
  /** How many settlements of it are under way. */
  settling: number;
  /** The heartbeat whose report of it was sent to the store last. */
  reportedBeat: number;
  /** A report that the store did not take; goes with the next heartbeat. */
  unreported: Report | null;
  /** When its session was renewed last where it lies, if a later renewal failed; else null. */
  unrenewedSinceMs: number | null;
  /** Whether the worker has sent its outcome, and no longer works on it. */
  isOver: boolean;
}

/** How a session lost a lease other than by settling it. */
export type LossCause = "lost" | "cancelled" | "timed_out";

/** A lease that the session lost and that its worker may not know of. */
export interface LostLease {
  readonly ref: LeaseRef;
  readonly cause: LossCause;
  /** The heartbeat after which the loss became known. */
  readonly sinceBeat: number;
}

/** The leases of one session: those it holds, and those that its worker has to be told it lost. */
export class LeaseTable {
  readonly #held = new Map<TaskId, LeaseEntry>();
  readonly #lost = new Map<TaskId, LostLease>();
  #hasUnrenewed = false;
  #lastGrantAtMs = Number.NEGATIVE_INFINITY;

  /** When the newest lease was granted here; before all time where none was. */
  get lastGrantAtMs(): number {
    return this.#lastGrantAtMs;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Whether the worker works on none. */
  get isIdle(): boolean {
    for (const { isOver } of this.#held.values()) {
      if (!isOver) {
        return false;
      }
    }
    return true;
  }

  /** Adds a lease that is about to be granted. */
  grant(task: LeasedTask, nowMs: number): void {
    const ref = { taskId: task.id, token: task.token };
    this.#lastGrantAtMs = nowMs;
    this.#held.set(task.id, newEntry(ref, task.attempt, task.spec.retryPolicy, nowMs, nowMs));
  }

  /** Adds a lease that the store says the session has kept; does nothing where it is known. */
  keep(ref: LeaseRef, nowMs: number): void {
    if (this.find(ref) === null) {
      this.#held.set(ref.taskId, newEntry(ref, null, null, Number.NEGATIVE_INFINITY, nowMs));
    }
  }

  /** Returns the entry of exactly this lease, or null. */
  find(ref: LeaseRef): LeaseEntry | null {
    const entry = this.#held.get(ref.taskId);
    return entry !== undefined && entry.ref.token === ref.token ? entry : null;
  }

  /** How many settlements of a lease of the task are under way; null where none is held. */
  settlingOf(id: TaskId): number | null {
    return this.#held.get(id)?.settling ?? null;
  }

  /** Removes a lease that is over with its worker knowing it. */
  settled(ref: LeaseRef): void {
    if (this.find(ref) !== null) {
      this.#held.delete(ref.taskId);
    }
    if (this.lossOf(ref) !== null) {
      this.#lost.delete(ref.taskId);
    }
  }

  /** Notes a loss, until the worker no longer names the lease. */
  lose(ref: LeaseRef, cause: LossCause, sinceBeat: number): void {
    if (this.find(ref) !== null) {
      this.#held.delete(ref.taskId);
    }
    this.#lost.set(ref.taskId, { ref, cause, sinceBeat });
  }

  /** Returns how exactly this lease was lost, or null where it was not. */
  lossOf(ref: LeaseRef): LostLease | null {
    if (this.#lost.size === 0) {
      return null;
    }
    const loss = this.#lost.get(ref.taskId);
    return loss !== undefined && loss.ref.token === ref.token ? loss : null;
  }

  /** Forgets the losses from before a heartbeat that it does not name: their worker knows. */
  forgetLosses(beat: number, named: readonly HeldLease[]): void {
    if (this.#lost.size === 0) {
      return;
    }
    const ids = new Set<TaskId>();
    for (const { lease } of named) {
      ids.add(lease.taskId);
    }
    for (const loss of this.#lost.values()) {
      if (loss.sinceBeat < beat && !ids.has(loss.ref.taskId)) {
        this.#lost.delete(loss.ref.taskId);
      }
    }
  }

  /** The leases on a queue. */
  heldOn(queue: QueueName): LeaseRef[] {
    const refs: LeaseRef[] = [];
    for (const entry of this.#held.values()) {
      if (queueOfTask(entry.ref.taskId) === queue) {
        refs.push(entry.ref);
      }
    }
    return refs;
  }

  /**
   * Notes which leases a renewal of the session did not reach; null where it reached all.
   *
   * @param sinceMs when the renewal before was
   */
  renewed(isLeftOut: ((id: TaskId) => boolean) | null, sinceMs: number): void {
    if (isLeftOut === null && !this.#hasUnrenewed) {
      return;
    }
    this.#hasUnrenewed = isLeftOut !== null;
    for (const entry of this.#held.values()) {
      if (isLeftOut?.(entry.ref.taskId) === true) {
        entry.unrenewedSinceMs ??= sinceMs;
      } else {
        entry.unrenewedSinceMs = null;
      }
    }
  }

  /** The leases that run on and were renewed no later than that. */
  unrenewedSince(sinceMs: number): LeaseRef[] {
    const refs: LeaseRef[] = [];
    if (this.#hasUnrenewed) {
      for (const { ref, unrenewedSinceMs, isOver } of this.#held.values()) {
        if (!isOver && unrenewedSinceMs !== null && unrenewedSinceMs <= sinceMs) {
          refs.push(ref);
        }
      }
    }
    return refs;
  }

  /** Does not count a time in which nothing could be heard of any lease. */
  excuse(ms: number): void {
    for (const entry of this.#held.values()) {
      entry.heardAtMs += ms;
    }
  }

  /** Removes and returns the leases that nobody settles. */
  takeUnsettled(): LeaseRef[] {
    return this.takeUnheard(Number.POSITIVE_INFINITY);
  }

  /** Removes and returns the leases that nobody settles and of which nothing was heard since. */
  takeUnheard(sinceMs: number): LeaseRef[] {
    const refs: LeaseRef[] = [];
    for (const entry of this.#held.values()) {
      if (entry.settling === 0 && entry.heardAtMs < sinceMs) {
        refs.push(entry.ref);
        this.#held.delete(entry.ref.taskId);
      }
    }
    return refs;
  }
}

function newEntry(
  ref: LeaseRef,
  attempt: number | null,
  retryPolicy: RetryPolicy | null,
  grantedAtMs: number,
  heardAtMs: number,
): LeaseEntry {
  return {
    ref,
    attempt,
    retryPolicy,
    grantedAtMs,
    heardAtMs,
    settling: 0,
    reportedBeat: 0,
    unreported: null,
    unrenewedSinceMs: null,
    isOver: false,
  };
}
