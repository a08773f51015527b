import type { LeaseRef, SessionId } from "../domain/ids.ts";
import type { Content, Failure, Progress } from "../domain/task.ts";
import type { TaskState } from "../domain/task-state.ts";

/** The end of a lease, said by the session that has it or had it last. */
export interface Settlement {
  readonly sessionId: SessionId;
  readonly lease: LeaseRef;
  readonly outcome: SettlementOutcome;
}

/**
 * What came of an attempt. `timed_out` is the dispatcher's own: like `fail`, and the session that holds
 * the lease is told that it is lost.
 */
export type SettlementOutcome =
  | { readonly kind: "complete"; readonly result: Content }
  | { readonly kind: "fail" | "timed_out"; readonly failure: Failure; readonly next: NextStep }
  | { readonly kind: "release"; readonly delayMs: number; readonly hold?: Hold };

/** Keeps everything of the task's concurrency key, or of its queue, from being leased for a while. */
export interface Hold {
  readonly scope: "key" | "queue";
  readonly forMs: number;
}

/** What follows a failed attempt. */
export type NextStep =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "die" };

/**
 * `ok`: the lease ended so, now or earlier; `state` is where that left the task then. It is a repeat
 * where the newest token's lease was ended by an outcome of the same kind. `stale`: the token is not the
 * lease's any more or the session not its own, nothing changed (G4). `not_found`: no such task. `no_room`:
 * the store is full and takes no result of this size; nothing changed, settle again later.
 */
export type SettleOutcome =
  | { readonly kind: "ok"; readonly state: TaskState; readonly isRepeat: boolean }
  | { readonly kind: "stale" }
  | { readonly kind: "not_found" }
  | { readonly kind: "no_room" };

/** What a running attempt says of itself, and from which session; null leaves what was said before. */
export interface Report {
  readonly sessionId: SessionId;
  readonly lease: LeaseRef;
  readonly progress: Progress | null;
  readonly checkpoint: Uint8Array | null;
}

/**
 * `stale` as in {@link SettleOutcome}, an unknown task included. `no_room`: the store is full and takes no
 * checkpoint of this size; nothing changed.
 */
export type ReportOutcome = { readonly kind: "ok" | "stale" | "no_room" };

/**
 * What a full store takes all the same, in bytes: a result or a checkpoint of this size. It keeps room for
 * that, so that what it has can be worked off.
 */
export const MAX_BYTES_WHEN_FULL = 1_024;

/** What a full store keeps of a failure's message, in UTF-16 units. */
const MAX_MESSAGE_WHEN_FULL = 200;

/** Whether a settlement is one that a full store does not take as it is. */
export function needsRoom({ outcome }: Settlement): boolean {
  switch (outcome.kind) {
    case "complete":
      return outcome.result.value.length > MAX_BYTES_WHEN_FULL;
    case "fail":
    case "timed_out":
      return outcome.failure.message.length + outcome.failure.stack.length > MAX_MESSAGE_WHEN_FULL;
    case "release":
      return false;
  }
}

/** Whether a report is one that a full store does not take. */
export function reportNeedsRoom({ checkpoint }: Report): boolean {
  return checkpoint !== null && checkpoint.length > MAX_BYTES_WHEN_FULL;
}

/**
 * What a full store takes in place of a settlement that needs room: a failure without its stack and with the
 * beginning of its message, since a lease that does not end keeps others from being worked off. Null for a
 * result, of which nothing may be left out.
 */
export function fittedSettlement({ sessionId, lease, outcome }: Settlement): Settlement | null {
  if (!("failure" in outcome)) {
    return null;
  }
  const message = outcome.failure.message.slice(0, MAX_MESSAGE_WHEN_FULL).toWellFormed();
  const failure = { ...outcome.failure, message, stack: "" };
  return { sessionId, lease, outcome: { ...outcome, failure } };
}
