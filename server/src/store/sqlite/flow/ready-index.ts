import type { LeaseToken, SessionId, TaskType, WorkerId } from "../../../domain/ids.ts";
import { PINNED, SUSPECT } from "../../../domain/specs/spec-codec.ts";
import type { LeaseRequest } from "../../store.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";
import type { LeasableRow, PlaceRow } from "../statements/rows.ts";

/** Puts a READY task into the ready index at its place (G8), or all that were stored from one to another. */
export function enterReadyIndex(
  tx: Transaction,
  queue: QueueKey,
  fromSeq: number,
  toSeq = fromSeq,
): void {
  tx.statements.enterReadyIndex.run(queue.isByKind ? 1 : 0, fromSeq, toSeq);
}

/** Which part of the ready index of a queue a session may lease. */
export interface ReadySlice
  extends Pick<LeaseRequest, "types" | "sessionId" | "limit" | "isApart"> {
  /** The kinds in the ready index that are not of every session that takes their type: what is pinned, and suspects. */
  readonly apart: readonly string[];
}

/** Returns the tasks that are next. */
export function nextReady(tx: Transaction, queue: QueueKey, slice: ReadySlice): LeasableRow[] {
  const { statements } = tx;
  if (isWhole(slice)) {
    return statements.leasable.all(queue.id, slice.limit);
  }
  sortByKind(tx, queue);
  if (slice.apart.length === 0 && slice.isApart !== true && slice.types?.length === 1) {
    return statements.leasableOfKind.all(queue.id, slice.types[0] as TaskType, slice.limit);
  }
  return mergedIndex(tx, queue, slice).flatMap(
    ({ place, seq }) => statements.leasableAt.get(queue.id, place, seq) ?? [],
  );
}

function isWhole({ types, apart, isApart }: ReadySlice): boolean {
  return types === null && apart.length === 0 && isApart !== true;
}

/**
 * Sorts the ready index by kind as well, from when somebody first asks for some kinds only, or a task with a key
 * comes. Most queues are never asked so, and what is in one index less costs a tenth less.
 */
export function sortByKind(tx: Transaction, queue: QueueKey): void {
  if (!queue.isByKind) {
    tx.statements.markByKind.run(queue.id);
    tx.statements.sortByKind.run(queue.id);
    queue.isByKind = true;
  }
}

/** The ready index of several kinds of tasks together. */
function mergedIndex(tx: Transaction, queue: QueueKey, slice: ReadySlice): PlaceRow[] {
  const { types, limit } = slice;
  const rows = kindsOf(slice).flatMap((kind) =>
    tx.statements.readyOfKind.all(queue.id, kind, limit),
  );
  if (types === null && slice.isApart !== true) {
    rows.push(...tx.statements.readyUnpinned.all(queue.id, limit));
  }
  return rows.sort((a, b) => a.place - b.place || a.seq - b.seq).slice(0, limit);
}

/** What a session may lease by name; where it takes every type, what is of these is not among it. */
export function kindsOf({ types, sessionId, apart, isApart }: ReadySlice): string[] {
  if (isApart === true) {
    const suspects = apart.filter((kind) => kind.startsWith(SUSPECT));
    return types === null ? suspects : suspects.filter((kind) => isOfTypes(kind, types));
  }
  // A type that is named twice counts once.
  const kinds = new Set<string>(types);
  if (apart.includes(PINNED + sessionId)) {
    kinds.add(PINNED + sessionId);
  }
  return [...kinds];
}

function isOfTypes(kind: string, types: readonly TaskType[]): boolean {
  return types.includes(kind.slice(SUSPECT.length) as TaskType);
}

/** Who leases. */
export interface SessionHolder {
  readonly session: number;
  readonly sessionId: SessionId;
  readonly workerId: WorkerId;
}

/**
 * Leases those that are next, in a few statements however many they are: they are the head of
 * the whole ready index, or of that of each of their kinds.
 */
export function takeHeads(
  tx: Transaction,
  queue: QueueKey,
  slice: ReadySlice,
  rows: readonly LeasableRow[],
  { token, session, sessionId, workerId }: SessionHolder & { readonly token: LeaseToken },
): void {
  const { statements, nowMs } = tx;
  const isOfKinds = !isWhole(slice);
  const lasts = new Map(rows.map((row) => [isOfKinds ? row.kind : null, row]));
  let taken = 0;
  for (const [kind, { place, seq }] of lasts) {
    const head = [queue.id, place, seq] as const;
    const take = [nowMs, token, session, sessionId, workerId, ...head] as const;
    if (kind === null) {
      taken += statements.takeHead.run(...take).changes;
      statements.leaveHead.run(...head);
    } else {
      taken += statements.takeHeadOfKind.run(...take, kind).changes;
      statements.leaveHeadOfKind.run(...head, kind);
    }
  }
  if (taken !== rows.length) {
    throw new Error("other tasks were leased than were next in line");
  }
}
