import type { TaskType } from "../../../domain/ids.ts";
import { PINNED } from "../../../domain/specs/spec-codec.ts";
import type { LeasedTask } from "../../../domain/task.ts";
import type { LeaseOutcome, LeaseRequest } from "../../store.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import { hasLanes, isCompeting, laneKinds } from "../flow/lanes.ts";
import { letGo } from "../flow/let-go.ts";
import { type Allowance, allowanceOf, settleTatOfQueue, spendTokens } from "../flow/limits.ts";
import { kindsOf, nextReady, type ReadySlice } from "../flow/ready-index.ts";
import type { SessionRow } from "../statements/rows.ts";
import { LaneCall } from "./lane-call.ts";
import { freshHeads, leaseHeads, Picks } from "./picks.ts";

/** How many of each kind of what is held back a call lets go whose time has come. */
const MAX_LET_GO = 500;

/** The name of the line of all that has no lanes; every kind is behind it. */
const REST = "";

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
 * compared, so each kind that has lanes is a line of its own; all others together are one, in their order. No more
 * lines are looked at than the grants need.
 */
function leaseInTurns(
  tx: Transaction,
  queue: QueueKey,
  call: LaneCall,
  slice: Slice,
  grants: number,
): LeasedTask[] {
  const turns = linesInTurn(tx, queue, call, slice);
  const names: string[] = [];
  const tasks: LeasedTask[] = [];
  let lines: Line[] = [];
  let isEveryLine = false;
  while (tasks.length < grants && !call.picks.isFull) {
    while (lines.length < grants - tasks.length && !isEveryLine) {
      const turn = turns.next();
      isEveryLine = turn.done === true;
      if (turn.done !== true) {
        names.push(turn.value.name);
        lines.push(turn.value.lease);
      }
    }
    if (lines.length === 0) {
      break;
    }
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
  // The next call begins behind the first where all had their turn, since the first may have had more.
  call.flow.lastLine = names.at(isEveryLine ? 0 : -1) ?? REST;
  return tasks;
}

/** The lines of a call, from behind the one that was last, since a call may be for one task. */
function* linesInTurn(
  tx: Transaction,
  queue: QueueKey,
  call: LaneCall,
  slice: Slice,
): Generator<{ readonly name: string; readonly lease: Line }> {
  const { lastLine } = call.flow;
  const lineOf = (kind: string) => ({
    name: kind,
    lease: (limit: number) => call.lease(kind, limit),
  });
  for (const kind of dealtKinds(tx, queue, slice, { after: lastLine })) {
    yield lineOf(kind);
  }
  const rest = restOf(tx, queue, slice);
  if (rest !== null) {
    yield { name: REST, lease: (limit) => leaseInOrder(tx, queue, call, { ...rest, limit }) };
  }
  for (const kind of dealtKinds(tx, queue, slice, { after: REST, upTo: lastLine })) {
    yield lineOf(kind);
  }
}

/** The kinds that a session may lease and whose lanes are dealt to, behind one and up to another. */
function* dealtKinds(
  tx: Transaction,
  queue: QueueKey,
  slice: Slice,
  { after, upTo }: { readonly after: string; readonly upTo?: string },
): Generator<string> {
  for (const kind of kindsAfter(tx, queue, slice, after)) {
    if (upTo !== undefined && kind > upTo) {
      return;
    }
    if (isDealt(tx, queue, kind)) {
      yield kind;
    }
  }
}

/** The kinds behind one that a session may lease and that may have lanes. */
function* kindsAfter(
  { statements }: Transaction,
  queue: QueueKey,
  slice: Slice,
  after: string,
): Generator<string> {
  const named = kindsOf(slice);
  if (!isEvery(slice)) {
    yield* named.filter((kind) => kind > after).sort();
    return;
  }
  for (let at = statements.nextLaneKind.get(queue.id, after); at !== undefined; ) {
    if (isOfEverySession(at.kind) || named.includes(at.kind)) {
      yield at.kind;
    }
    at = statements.nextLaneKind.get(queue.id, at.kind);
  }
}

/** What is leased in its order: all where nothing has lanes, else the kinds that have none. Null where that is none. */
function restOf(tx: Transaction, queue: QueueKey, slice: Slice): Slice | null {
  if (tx.statements.anyReady.get(queue.id) === undefined) {
    return null;
  }
  const isNoneDealt = dealtKinds(tx, queue, slice, { after: REST }).next().done === true;
  if (isNoneDealt) {
    return slice;
  }
  const named = kindsOf(slice);
  const others = isEvery(slice)
    ? [...named, ...readyKinds(tx, queue).filter(isOfEverySession)]
    : named;
  const types = others.filter((kind) => !isDealt(tx, queue, kind)) as TaskType[];
  return types.length === 0 ? null : { ...slice, types, apart: [], isApart: false };
}

/** Looks at no more than it takes to find one. */
function isAny(kinds: Iterable<string>, holds: (kind: string) => boolean): boolean {
  for (const kind of kinds) {
    if (holds(kind)) {
      return true;
    }
  }
  return false;
}

function isEvery({ types, isApart }: Slice): boolean {
  return types === null && isApart !== true;
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
  return leaseHeads(tx, queue, slice, picks.of(lines.flat()), holder);
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
    isAny(laneKinds(tx, queue), (kind) => hasLanes(tx, queue, kind));
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
