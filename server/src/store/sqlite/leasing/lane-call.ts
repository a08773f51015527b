import { type Dealt, dealInTurn, type Lane, strideOf } from "../../../domain/flow/deal.ts";
import { tatAfter } from "../../../domain/flow/gcra.ts";
import type { LeasedTask } from "../../../domain/task.ts";
import type { QueueFlow, QueueKey, Transaction } from "../client/transaction.ts";
import {
  advance,
  BEFORE_ALL_LANES,
  dropIdle,
  firstTag,
  PLAIN_LANE,
  parkLane,
  virtualTime,
} from "../flow/lanes.ts";
import { type KeyTerms, roomOf, settleTatOfKey, termsOfKey } from "../flow/limits.ts";
import type { SessionHolder } from "../flow/ready-index.ts";
import type { LaneRow } from "../statements/flow-statements.ts";
import type { LeasableRow } from "../statements/rows.ts";
import { freshHeads, granted, type Picked, type Picks, tokenOf } from "./picks.ts";

/** How many lanes a call looks at. */
const MAX_VISITS = 300;
/** How many idle lanes it forgets, of each kind. */
const MAX_DROPPED = 1_000;

const NO_FIRSTS: ReadonlyMap<string, LeasableRow> = new Map();

/** A lane whose key has room. */
interface OpenLane extends Lane {
  readonly row: LaneRow;
  readonly terms: KeyTerms;
  /** How many its key may lease, however many tasks it has. */
  readonly keyRoom: number;
}

/** Who leases, and what of the call is bounded. */
interface CallTerms extends SessionHolder {
  readonly picks: Picks;
}

/** One lease call's way through lanes. */
export class LaneCall {
  readonly flow: QueueFlow;
  readonly picks: Picks;
  readonly holder: SessionHolder;
  readonly #tx: Transaction;
  readonly #queue: QueueKey;
  #isCut = false;
  #isAnyExpired = false;

  constructor(tx: Transaction, queue: QueueKey, flow: QueueFlow, { picks, ...holder }: CallTerms) {
    this.#tx = tx;
    this.#queue = queue;
    this.flow = flow;
    this.picks = picks;
    this.holder = holder;
  }

  /** Whether it looked at as many lanes as it may before it had what it wanted. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Leases from the lanes of one kind, from each in proportion to its weight (G8). */
  lease(kind: string, limit: number): LeasedTask[] {
    this.#openPlainLane(kind);
    const lanes = this.#visit(kind, limit);
    const { dealt, turns } = dealInTurn(lanes, limit);
    const heads = this.#heads(kind, lanes, dealt);
    const taken = lanes.map(() => 0);
    const picked: Picked[] = [];
    let start = 0;
    for (const lane of turns) {
      const { tag, weight } = lanes[lane] as OpenLane;
      const row = heads[lane]?.[taken[lane] as number];
      const next = row === undefined ? null : this.picks.next(row);
      if (next !== null) {
        start = tag + (taken[lane] as number) * strideOf(weight);
        taken[lane] = (taken[lane] as number) + 1;
        picked.push(next);
      }
      if (this.picks.isFull) {
        break;
      }
    }
    for (const [at, lane] of lanes.entries()) {
      this.#take(kind, lane, heads[at] ?? [], taken[at] as number, dealt[at] as Dealt);
    }
    if (picked.length > 0) {
      advance(this.#tx, this.#queue, kind, start);
    }
    dropIdle(this.#tx, this.#queue, kind, MAX_DROPPED);
    return this.#grant(picked);
  }

  /** The tasks of each lane that are next. */
  #heads(
    kind: string,
    lanes: readonly OpenLane[],
    dealt: readonly Dealt[],
  ): readonly (readonly LeasableRow[])[] {
    const { statements } = this.#tx;
    const { id } = this.#queue;
    const { lines, isAnyExpired } = freshHeads(this.#tx, this.#queue, () => {
      const firsts = this.#firsts(kind, lanes, dealt);
      return lanes.map(({ row: { key } }, at) => {
        const { granted: grants } = dealt[at] as Dealt;
        const first = grants === 1 ? firsts.get(key) : undefined;
        if (grants === 0 || first !== undefined) {
          return first === undefined ? [] : [first];
        }
        return key === PLAIN_LANE
          ? statements.leasableOfKind.all(id, kind, grants)
          : statements.leasableOfLane.all(id, kind, key, grants);
      });
    });
    this.#isAnyExpired ||= isAnyExpired;
    return lines;
  }

  /** The first task of each lane, by its key, where many have one grant: one statement costs less than many. */
  #firsts(
    kind: string,
    lanes: readonly OpenLane[],
    dealt: readonly Dealt[],
  ): ReadonlyMap<string, LeasableRow> {
    const last = lanes.at(-1)?.row;
    if (
      last === undefined ||
      dealt.filter((lane) => lane.granted === 1).length < lanes.length / 2
    ) {
      return NO_FIRSTS;
    }
    const { id } = this.#queue;
    const firsts = this.#tx.statements.firstOfLanes.all(id, kind, last.tag, last.key);
    return new Map(firsts.map(({ key, row }) => [key, row]));
  }

  /** Has the tasks without a key take part, while there are others of their kind. */
  #openPlainLane(kind: string): void {
    const { statements } = this.#tx;
    const name = [this.#queue.id, PLAIN_LANE, kind] as const;
    const isEligible = statements.findLane.get(...name)?.standing === "eligible";
    const hasTasks = statements.readyOfKind.get(this.#queue.id, kind, 1) !== undefined;
    if (hasTasks && !isEligible) {
      const time = virtualTime(this.#tx, this.#queue, kind);
      statements.openLane.run(...name, firstTag(this.#queue, "plainWeight", time), 0, time);
    } else if (!hasTasks && isEligible) {
      statements.idleLane.run(...name);
    }
  }

  /** Returns the lanes of the smallest tags that have room, as many as there are grants; parks those that have none. */
  #visit(kind: string, grants: number): OpenLane[] {
    const open: OpenLane[] = [];
    let after: { readonly tag: number; readonly key: string } = BEFORE_ALL_LANES;
    let visits = 0;
    while (open.length < grants) {
      if (visits >= MAX_VISITS) {
        this.#isCut = true;
        break;
      }
      const rows = this.#tx.statements.eligibleLanes.all(
        this.#queue.id,
        kind,
        after.tag,
        after.key,
        Math.min(grants - open.length, MAX_VISITS - visits),
      );
      for (const row of rows) {
        const lane = this.#look(kind, row, grants);
        if (lane !== null) {
          open.push(lane);
        }
      }
      visits += rows.length;
      const last = rows.at(-1);
      if (last === undefined) {
        break;
      }
      after = last;
    }
    return open;
  }

  /** Returns a lane whose key has room; parks another. */
  #look(kind: string, found: LaneRow, grants: number): OpenLane | null {
    const { statements } = this.#tx;
    const terms = termsOfKey(this.flow, found.key, found.settings);
    const row = settleTatOfKey(this.#tx, this.#queue, terms, found);
    const { tag, key } = row;
    const { weight } = terms;
    if (key === PLAIN_LANE) {
      const room = statements.readyOfKind.all(this.#queue.id, kind, grants).length;
      return { tag, weight, room, row, terms, keyRoom: Number.POSITIVE_INFINITY };
    }
    const { room: keyRoom, untilMs } = roomOf(this.#tx, this.#queue, terms, row);
    if (keyRoom <= 0) {
      parkLane(this.#tx, this.#queue, { key, kind }, { tag, taken: 0, untilMs });
      return null;
    }
    return { tag, weight, room: Math.min(keyRoom, row.tasks), row, terms, keyRoom };
  }

  /** Takes the first tasks of a lane out of it, and puts the lane where it belongs then. */
  #take(
    kind: string,
    lane: OpenLane,
    head: readonly LeasableRow[],
    taken: number,
    { granted: grants, tag }: Dealt,
  ): void {
    const last = head[taken - 1];
    if (last === undefined) {
      return;
    }
    const { statements } = this.#tx;
    const { id } = this.#queue;
    const { key } = lane.row;
    // What was not taken for its size or its age is not paid for.
    const paid = taken === grants ? tag : tag - (grants - taken) * strideOf(lane.weight);
    if (key === PLAIN_LANE) {
      statements.leaveHeadOfKind.run(id, last.place, last.seq, kind);
      statements.payLane.run(paid, 0, id, key, kind);
    } else {
      this.#settleLane(kind, lane, taken, paid);
    }
  }

  /** A lane that ran empty is idle, one whose key has no room left is parked at once. */
  #settleLane(kind: string, { row, terms, keyRoom }: OpenLane, taken: number, tag: number): void {
    const tx = this.#tx;
    const { id } = this.#queue;
    const { key } = row;
    if (terms.rateLimit !== null && taken > 0) {
      tx.statements.setTat.run(id, key, tatAfter(terms.rateLimit, row.tat ?? 0, tx.nowMs, taken));
    }
    // Counted anew where those that had expired are gone.
    const tasks = this.#isAnyExpired ? tx.statements.findLane.get(id, key, kind)?.tasks : row.tasks;
    if (tasks === taken) {
      tx.statements.setLane.run(tag, taken, "idle", null, id, key, kind);
    } else if (taken >= keyRoom) {
      const { untilMs } = roomOf(tx, this.#queue, terms, row, taken);
      parkLane(tx, this.#queue, { key, kind }, { tag, taken, untilMs });
    } else {
      tx.statements.payLane.run(tag, taken, id, key, kind);
    }
  }

  #grant(picked: readonly Picked[]): LeasedTask[] {
    if (picked.length === 0) {
      return [];
    }
    const { statements, nowMs } = this.#tx;
    const { session, sessionId, workerId } = this.holder;
    const token = tokenOf(this.#tx, picked);
    const seqs = `[${picked.map(({ row }) => row.seq).join(",")}]`;
    statements.takeThese.run(nowMs, token, session, sessionId, workerId, seqs);
    statements.insertHolders.run(seqs);
    statements.leaveLanes.run(seqs);
    return granted(this.#tx, this.#queue, picked, token);
  }
}
