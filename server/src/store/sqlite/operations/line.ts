import { isSuspect } from "../../../domain/crashes.ts";
import type { LeaseToken, SessionId, TaskType, WorkerId } from "../../../domain/ids.ts";
import { PINNED, SUSPECT } from "../../../domain/spec-codec.ts";
import type { LeaseRequest } from "../../store.ts";
import type { CrashedTask, LeasableRow, PlaceRow } from "../client/rows.ts";
import type { FoundTask, QueueKey, Transaction } from "../client/transaction.ts";

/** Puts a READY task in line at its place (G8), or all that were stored from one to another. */
export function enterLine(
  tx: Transaction,
  queue: QueueKey,
  fromSeq: number,
  toSeq = fromSeq,
): void {
  tx.statements.enterLine.run(queue.isByKind ? 1 : 0, fromSeq, toSeq);
}

/** Puts a task that was leased before in line, or in that of the suspects of its type. */
export function enterLineAgain(tx: Transaction, queue: QueueKey, task: CrashedTask): void {
  const isPinned = task.kind.startsWith(PINNED);
  if (!isPinned && isSuspect(task.crashes, task.max_crashes)) {
    tx.statements.enterSuspects.run(task.seq);
  } else {
    enterLine(tx, queue, task.seq);
  }
}

/** Takes a task out of the line. */
export function leaveLine(tx: Transaction, { queue, row }: FoundTask): void {
  tx.statements.leaveLine.run(queue.id, row.place, row.seq);
}

/** Which part of a queue's line a session may lease. */
export interface Line extends Pick<LeaseRequest, "types" | "sessionId" | "limit" | "isApart"> {
  /** The kinds in line that are not of every session that takes their type: what is pinned, and suspects. */
  readonly apart: readonly string[];
}

/** Returns the next in line. */
export function nextInLine(tx: Transaction, queue: QueueKey, line: Line): LeasableRow[] {
  const { statements } = tx;
  if (isWhole(line)) {
    return statements.leasable.all(queue.id, line.limit);
  }
  sortByKind(tx, queue);
  if (line.apart.length === 0 && line.isApart !== true && line.types?.length === 1) {
    return statements.leasableOfKind.all(queue.id, line.types[0] as TaskType, line.limit);
  }
  return mergedLine(tx, queue, line).flatMap(
    ({ place, seq }) => statements.leasableAt.get(queue.id, place, seq) ?? [],
  );
}

function isWhole({ types, apart, isApart }: Line): boolean {
  return types === null && apart.length === 0 && isApart !== true;
}

// From when somebody first asks for some kinds only. Most queues are never asked so, and what is in one
// index less costs a tenth less.
function sortByKind(tx: Transaction, queue: QueueKey): void {
  if (!queue.isByKind) {
    tx.statements.markByKind.run(queue.id);
    tx.statements.sortByKind.run(queue.id);
    queue.isByKind = true;
  }
}

/** The line of several kinds of tasks together. */
function mergedLine(tx: Transaction, queue: QueueKey, line: Line): PlaceRow[] {
  const { types, limit } = line;
  const rows = kindsOf(line).flatMap((kind) =>
    tx.statements.readyOfKind.all(queue.id, kind, limit),
  );
  if (types === null && line.isApart !== true) {
    rows.push(...tx.statements.readyUnpinned.all(queue.id, limit));
  }
  return rows.sort((a, b) => a.place - b.place || a.seq - b.seq).slice(0, limit);
}

/** What a session may lease by name; where it takes every type, what is of these is not among it. */
function kindsOf({ types, sessionId, apart, isApart }: Line): string[] {
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

/** Who leases, and by which token. */
export interface Holder {
  readonly token: LeaseToken;
  readonly session: number;
  readonly sessionId: SessionId;
  readonly workerId: WorkerId;
}

/**
 * Leases those that are next in line, in a few statements however many they are: they are the head of
 * the whole line, or of the line of each of their kinds.
 */
export function takeHeads(
  tx: Transaction,
  queue: QueueKey,
  line: Line,
  rows: readonly LeasableRow[],
  { token, session, sessionId, workerId }: Holder,
): void {
  const { statements, nowMs } = tx;
  const isOfKinds = !isWhole(line);
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
