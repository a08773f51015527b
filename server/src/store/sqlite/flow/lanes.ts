import { strideOf } from "../../../domain/flow/deal.ts";
import type { QueueKey, Transaction } from "../client/transaction.ts";

/** The key of the lane of all tasks that have none; they themselves are in the ready index. */
export const PLAIN_LANE = "";

/** Where the lanes of a kind begin: no tag is negative. */
export const BEFORE_ALL_LANES = { tag: -1, key: "" } as const;

/** Of which lane of a queue is spoken. */
interface LaneName {
  readonly key: string;
  readonly kind: string;
}

/**
 * The virtual time of a kind: the tag that the lane had which got the last grant, when it did (start-time fair
 * queueing: Goyal, Vin and Cheng, 1996). The smallest tag of the eligible lanes is none: it leaps while others are
 * parked.
 */
export function virtualTime({ statements }: Transaction, queue: QueueKey, kind: string): number {
  return statements.virtualTime.get(queue.id, kind)?.time ?? 0;
}

/**
 * The tag of a lane that comes anew: a stride behind the virtual time. Keys that come anew faster than they are served
 * would hold the virtual time otherwise, and those before them back, for ever.
 */
export function firstTag(
  { flow }: QueueKey,
  weight: "keyWeight" | "plainWeight",
  time: number,
): number {
  return time + strideOf(flow?.settings[weight] ?? 1);
}

/** Notes the tag that a lane had when it got a grant. */
export function advance(tx: Transaction, queue: QueueKey, kind: string, tag: number): void {
  tx.statements.advance.run(queue.id, kind, tag);
}

/** Puts tasks that were stored one after the other into the lanes of their keys. */
export function enterLanes(
  tx: Transaction,
  queue: QueueKey,
  kinds: ReadonlyMap<string, number>,
  fromSeq: number,
  toSeq: number,
): void {
  const { statements } = tx;
  statements.enterLanes.run(fromSeq, toSeq);
  for (const [kind, tasks] of kinds) {
    const tag = firstTag(queue, "keyWeight", virtualTime(tx, queue, kind));
    const { changes } = statements.countIntoLanes.run(tag, fromSeq, toSeq, kind);
    const idle = changes === tasks ? [] : statements.idleAmong.all(fromSeq, toSeq, kind);
    for (const { key } of idle) {
      countIntoLane(tx, queue, kind, key);
    }
  }
}

/** Counts a task that was put into a lane, and opens one that was not there or had run empty. */
function countIntoLane(tx: Transaction, queue: QueueKey, kind: string, key: string): void {
  const { statements } = tx;
  if (statements.addToLane.run(queue.id, key, kind).changes === 0) {
    const time = virtualTime(tx, queue, kind);
    statements.openLane.run(queue.id, key, kind, firstTag(queue, "keyWeight", time), 1, time);
  }
}

/** Puts one task into the lane of its key and kind. */
export function enterLane(
  tx: Transaction,
  queue: QueueKey,
  kind: string,
  task: { readonly seq: number; readonly place: number; readonly key: string },
): void {
  const { seq, place, key } = task;
  tx.statements.enterLane.run(queue.id, place, seq, key, kind);
  countIntoLane(tx, queue, kind, key);
}

/** Takes one task out of the lane of its key and kind. */
export function leaveLane(
  { statements }: Transaction,
  queue: QueueKey,
  kind: string,
  task: { readonly seq: number; readonly place: number; readonly key: string },
): void {
  statements.leaveReadyKeyed.run(queue.id, task.place, task.seq);
  statements.leaveLane.run(queue.id, task.key, kind);
}

/** Parks a lane whose key has no room: until a time, or until something else lets it in. */
export function parkLane(
  tx: Transaction,
  queue: QueueKey,
  { key, kind }: LaneName,
  {
    tag,
    taken,
    untilMs,
  }: { readonly tag: number; readonly taken: number; readonly untilMs: number | null },
): void {
  tx.statements.setLane.run(tag, taken, "parked", untilMs, queue.id, key, kind);
  tx.flowOf(queue).mayHaveParked = true;
}

/** Lets the parked lanes of a key in that wait for an end of a lease. */
export function letInAfterLease(tx: Transaction, queue: QueueKey, key: string): void {
  if (queue.flow?.mayHaveParked !== true) {
    return;
  }
  const kinds = tx.statements.parkedOfKey.all(queue.id, key);
  letIn(
    tx,
    queue,
    kinds.map(({ kind }) => ({ key, kind })),
  );
}

/** Lets every parked lane of a key in, since its settings changed. */
export function letKeyIn(tx: Transaction, queue: QueueKey, key: string): void {
  const kinds = tx.statements.allParkedOfKey.all(queue.id, key);
  letIn(
    tx,
    queue,
    kinds.map(({ kind }) => ({ key, kind })),
  );
}

/** Lets lanes in whose time has come; returns how many. */
export function letDueIn(tx: Transaction, queue: QueueKey, limit: number): number {
  const lanes = tx.statements.dueLanes.all(queue.id, tx.nowMs, limit);
  letIn(tx, queue, lanes);
  return lanes.length;
}

/** Notes where no lane of a queue is parked any more, so that ends of leases look for none. */
export function notePassedParking(tx: Transaction, queue: QueueKey): void {
  if (queue.flow?.mayHaveParked) {
    queue.flow.mayHaveParked = tx.statements.anyParked.get(queue.id) !== undefined;
  }
}

/** Goes on to let parked lanes in since settings changed; those that still may not are parked again. */
export function letAllIn(tx: Transaction, queue: QueueKey, limit: number): number {
  const { flow } = queue;
  if (flow === null || flow.letInAfter === null) {
    return 0;
  }
  const lanes = tx.statements.parkedAfter.all(queue.id, flow.letInAfter, limit);
  const last = lanes.at(-1);
  letIn(tx, queue, lanes);
  if (last !== undefined) {
    // The rest of its lanes are of other kinds.
    letKeyIn(tx, queue, last.key);
  }
  setLetInAfter(tx, queue, lanes.length < limit ? null : (last?.key ?? null));
  return lanes.length;
}

/** Has all parked lanes let in, some with each call. */
export function beginLettingIn(tx: Transaction, queue: QueueKey): void {
  setLetInAfter(tx, queue, "");
}

function setLetInAfter(tx: Transaction, queue: QueueKey, key: string | null): void {
  tx.flowOf(queue).letInAfter = key;
  tx.statements.setLetInAfter.run(key, queue.id);
}

function letIn(tx: Transaction, queue: QueueKey, lanes: readonly LaneName[]): void {
  const times = new Map<string, number>();
  for (const { key, kind } of lanes) {
    const time = times.get(kind) ?? virtualTime(tx, queue, kind);
    times.set(kind, time);
    tx.statements.letLaneIn.run(time, queue.id, key, kind);
  }
  if (lanes.length > 0) {
    tx.letIn(queue);
  }
}

/**
 * Forgets lanes of a kind that are worth nothing: idle ones by their tags, and all where none is eligible or parked but
 * that of the tasks without a key. The virtual time goes with the last. Returns how many were idle.
 */
export function dropIdle(tx: Transaction, queue: QueueKey, kind: string, limit: number): number {
  const { statements } = tx;
  if (!isCompeting(tx, queue, kind)) {
    statements.dropLane.run(queue.id, PLAIN_LANE, kind);
    // Those that the next pass drops stand for nothing from now on.
    advance(tx, queue, kind, statements.lastIdle.get(queue.id, kind)?.tag ?? 0);
  }
  const time = virtualTime(tx, queue, kind);
  const idle = statements.idleUpTo.all(queue.id, kind, time, limit);
  for (const { key } of idle) {
    statements.dropLane.run(queue.id, key, kind);
  }
  if (statements.anyKeyed.get(queue.id, kind) === undefined) {
    // Tasks without a key are no lane where they are alone.
    statements.dropLane.run(queue.id, PLAIN_LANE, kind);
    statements.dropVirtualTime.run(queue.id, kind);
  }
  return idle.length;
}

/** The kinds that have lanes, whatever their standing. */
export function* laneKinds({ statements }: Transaction, queue: QueueKey): Generator<string> {
  for (let at = statements.nextLaneKind.get(queue.id, ""); at !== undefined; ) {
    yield at.kind;
    at = statements.nextLaneKind.get(queue.id, at.kind);
  }
}

/** Whether a lane of a key is eligible or parked: as long as one is, tags are worth something. */
export function isCompeting(tx: Transaction, queue: QueueKey, kind: string): boolean {
  return (
    hasLanes(tx, queue, kind) || tx.statements.anyParkedOfKind.get(queue.id, kind) !== undefined
  );
}

/** Whether tasks of a kind that have a key may be leased, as far as is known. */
export function hasLanes({ statements }: Transaction, queue: QueueKey, kind: string): boolean {
  return statements.anyEligible.get(queue.id, kind) !== undefined;
}
