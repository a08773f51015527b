import type { TaskType } from "../../../domain/ids.ts";
import { PINNED } from "../../../domain/spec-codec.ts";
import type { LeasedTask } from "../../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../../store.ts";
import type { SessionRow } from "../client/rows.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { hasLanes, isCompeting, laneKinds } from "../flow/lanes.ts";
import { letGo } from "../flow/let-go.ts";
import { type Allowance, allowanceOf, settleTatOfQueue, spendTokens } from "../flow/limits.ts";
import { kindsOf, nextReady, type ReadySlice, takeHeads } from "../flow/ready-index.ts";
import { LaneCall } from "./lane-call.ts";
import { freshHeads, granted, Picks, tokenOf } from "./picks.ts";

/** How many of each kind of what is held back a call lets go whose time has come. */
const MAX_LET_GO = 500;

type Slice = LeaseRequest & ReadySlice;
/** Leases at most so many from a line. */
type Line = (grants: number) => LeasedTask[];

/** Leases from a queue that has settings or keys what they let go (G9, G10, G14). */
export function leaseFlowing(
  tx: Transaction,
  queue: QueueKey,
  flow: QueueFlow,
  session: SessionRow,
  slice: Slice,
): Extract<LeaseOutcome, { kind: "ok" }> {
  letGo(tx, queue, MAX_LET_GO);
  settleTatOfQueue(tx, queue, flow);
  const allowance = allowanceOf(tx, queue, flow, slice.limit);
  const call = new LaneCall(tx, queue, flow, {
    session: session.id,
    sessionId: slice.sessionId,
    workerId: slice.workerId,
    picks: new Picks(tx, queue, slice.maxPayloadBytes),
  });
  const tasks = allowance.grants > 0 ? leaseInTurns(tx, queue, call, slice, allowance.grants) : [];
  spendTokens(tx, queue, flow, tasks.length);
  return {
    kind: "ok",
    tasks,
    ...leftBehind(tx, queue, call, allowance, slice.limit - tasks.length),
  };
}

/**
 * Deals a call to its lines in even slices; what one cannot use goes to the others. Tags of two kinds cannot be
 * compared, so each kind that has lanes is a line of its own; all others together are one, in their order.
 */
function leaseInTurns(
  tx: Transaction,
  queue: QueueKey,
  call: LaneCall,
  slice: Slice,
  grants: number,
): LeasedTask[] {
  let lines = linesOf(tx, queue, call, slice);
  const tasks: LeasedTask[] = [];
  while (tasks.length < grants && lines.length > 0 && !call.picks.isFull) {
    const unfinished: Line[] = [];
    for (const [at, line] of lines.entries()) {
      const share = Math.ceil((grants - tasks.length) / (lines.length - at));
      const leased = line(share);
      tasks.push(...leased);
      if (leased.length === share && share > 0) {
        unfinished.push(line);
      }
    }
    lines = unfinished;
  }
  return tasks;
}

/** The lines of a call; which is first goes round, since a call may be for one task. */
function linesOf(tx: Transaction, queue: QueueKey, call: LaneCall, slice: Slice): Line[] {
  const isEvery = slice.types === null && slice.isApart !== true;
  const named = kindsOf(slice);
  const kinds = isEvery ? [...named, ...laneKinds(tx, queue).filter(isOfEverySession)] : named;
  const inLanes = kinds.filter((kind) => isDealt(tx, queue, kind));
  const lines: Line[] = inLanes.map((kind) => (limit) => call.lease(kind, limit));
  if (inLanes.length === 0) {
    lines.push((limit) => leaseInOrder(tx, queue, call, { ...slice, limit }));
  } else {
    const others = isEvery ? [...named, ...readyKinds(tx, queue).filter(isOfEverySession)] : named;
    const types = others.filter((kind) => !inLanes.includes(kind)) as TaskType[];
    if (types.length > 0) {
      const rest = { ...slice, types, apart: [], isApart: false };
      lines.push((limit) => leaseInOrder(tx, queue, call, { ...rest, limit }));
    }
  }
  const first = call.flow.calls % lines.length;
  call.flow.calls += 1;
  return [...lines.slice(first), ...lines.slice(0, first)];
}

/** Whether the lanes of a kind are dealt to: what has no key pays its share while lanes of keys are parked, too. */
function isDealt(tx: Transaction, queue: QueueKey, kind: string): boolean {
  const hasPlain = () => tx.statements.readyOfKind.get(queue.id, kind, 1) !== undefined;
  return hasLanes(tx, queue, kind) || (isCompeting(tx, queue, kind) && hasPlain());
}

function isOfEverySession(kind: string): boolean {
  return !kind.startsWith(PINNED);
}

/** The kinds in the ready index of a queue that is sorted by kind. */
function readyKinds({ statements }: Transaction, queue: QueueKey): string[] {
  const kinds: string[] = [];
  for (let at = statements.nextReadyKind.get(queue.id, ""); at !== undefined; ) {
    kinds.push(at.kind);
    at = statements.nextReadyKind.get(queue.id, at.kind);
  }
  return kinds;
}

function leaseInOrder(
  tx: Transaction,
  queue: QueueKey,
  { picks, holder }: LaneCall,
  slice: Slice,
): LeasedTask[] {
  const { lines } = freshHeads(tx, queue, () => [nextReady(tx, queue, slice)]);
  const picked = picks.of(lines.flat());
  const token = tokenOf(tx, picked);
  const taken = picked.map(({ row }) => row);
  takeHeads(tx, queue, slice, taken, { token, ...holder });
  return granted(tx, queue, picked, token);
}

/** What a call says of the tasks that it left. */
function leftBehind(
  tx: Transaction,
  queue: QueueKey,
  call: LaneCall,
  { heldBy, untilMs }: Allowance,
  unmet: number,
): { left: number; heldBackMs?: number | null } {
  const ready = tx.readyOf(queue);
  if (ready === 0) {
    return { left: 0 };
  }
  if (heldBy !== null) {
    call.flow.awaitsEnd = heldBy === "concurrency";
    return { left: 0, heldBackMs: msUntil(tx, untilMs) };
  }
  const { statements } = tx;
  const mayLease =
    statements.anyReady.get(queue.id) !== undefined ||
    laneKinds(tx, queue).some((kind) => hasLanes(tx, queue, kind));
  const left = mayLease ? Math.max(1, ready - tx.behindOf(queue)) : 0;
  if (call.isCut) {
    // It looked at as many keys as a call may; the next goes on behind them.
    tx.letIn(queue);
    return { left, heldBackMs: 0 };
  }
  // Where more may be leased, the call behind this one says until when others are held back.
  if ((unmet <= 0 && left > 0) || statements.anyParked.get(queue.id) === undefined) {
    return { left };
  }
  return { left, heldBackMs: msUntil(tx, statements.nextLaneAt.get(queue.id)?.at ?? null) };
}

function msUntil({ nowMs }: Transaction, atMs: number | null): number | null {
  return atMs === null ? null : Math.max(0, atMs - nowMs);
}
