import { LIMITS } from "@baton/proto/shared";
import type { QueueName, TaskId } from "../../../domain/ids.ts";
import type { LeasedTask } from "../../../domain/task.ts";
import { type LeaseOutcome, type LeaseRequest, type Store, StoreError } from "../../store.ts";
import { outerId, outerTask } from "./partition-ids.ts";

type Leased = Extract<LeaseOutcome, { kind: "ok" }>;
type Ended = Exclude<LeaseOutcome, Leased>;

/**
 * Of each partition that had some when it was asked last: the sessions for which it had tasks of their own,
 * and the types of which it had suspects.
 */
export type TasksApart = Map<QueueName, Pick<Leased, "pinned" | "suspects">>;

/**
 * Leases from partitions in turn, first from one for as many as are asked for, then from as many at once
 * as the bytes allow, until the limit or the bytes are met or all were found empty.
 *
 * What ends the round, ends it with the tasks that it has, if any; the next round begins elsewhere. A
 * partition that is away is passed over.
 */
export async function leaseRound(
  store: Pick<Store, "lease">,
  names: readonly QueueName[],
  request: LeaseRequest,
  apart: TasksApart,
): Promise<LeaseOutcome> {
  const round = new LeaseRound(store, names, request, apart);
  do {
    await round.step();
  } while (round.goesOn);
  const outcome = round.outcome();
  return outcome.kind === "ok" ? { ...outcome, ...apartOf(names, apart, request) } : outcome;
}

function apartOf(names: readonly QueueName[], apart: TasksApart, { sessionId }: LeaseRequest) {
  const of = names.map((name) => apart.get(name));
  const pinned = new Set(of.flatMap((each) => each?.pinned ?? []));
  const suspects = new Set(of.flatMap((each) => each?.suspects ?? []));
  pinned.delete(sessionId);
  return {
    ...(pinned.size === 0 ? {} : { pinned: [...pinned] }),
    ...(suspects.size === 0 ? {} : { suspects: [...suspects] }),
  };
}

class LeaseRound {
  readonly #store: Pick<Store, "lease">;
  readonly #request: LeaseRequest;
  readonly #apart: TasksApart;
  /** The partitions that may have more. */
  readonly #open: QueueName[];
  readonly #partitions: number;
  readonly #tasks: LeasedTask[] = [];
  readonly #left = new Map<QueueName, number>();
  readonly #unreadable: TaskId[] = [];
  /** What each that was asked said of what its settings hold back. */
  readonly #heldBackMs: (number | null)[] = [];
  #bytes = 0;
  #isFirst = true;
  #ended: Ended | null = null;
  #error: unknown = null;

  constructor(
    store: Pick<Store, "lease">,
    names: readonly QueueName[],
    request: LeaseRequest,
    apart: TasksApart,
  ) {
    this.#store = store;
    this.#request = request;
    this.#apart = apart;
    this.#open = [...names];
    this.#partitions = names.length;
  }

  /** Whether more is wanted and may be there. */
  get goesOn(): boolean {
    const isOver = this.#ended !== null || this.#isLost || this.#open.length === 0;
    const hasRoom = this.#tasks.length === 0 || this.#bytesLeft > 0;
    return !isOver && this.#tasks.length < this.#request.limit && hasRoom;
  }

  /** Whether a call failed that may have leased something. */
  get #isLost(): boolean {
    return this.#error !== null && !isHarmless(this.#error);
  }

  get #bytesLeft(): number {
    return this.#request.maxPayloadBytes - this.#bytes;
  }

  async step(): Promise<void> {
    const width = this.#width();
    const limit = Math.floor((this.#request.limit - this.#tasks.length) / width);
    const maxPayloadBytes = Math.floor(this.#bytesLeft / width);
    this.#isFirst = false;
    await Promise.all(
      this.#open
        .splice(0, width)
        .map((name) => this.#ask({ ...this.#request, queue: name, limit, maxPayloadBytes })),
    );
  }

  /** @throws StoreError where a call failed that may have leased something, or none was answered */
  outcome(): LeaseOutcome {
    if (this.#isLost || (this.#error !== null && this.#left.size === 0 && this.#ended === null)) {
      throw this.#error;
    }
    if (this.#ended !== null && this.#tasks.length === 0) {
      return this.#ended;
    }
    const unreadable = this.#unreadable.length === 0 ? {} : { unreadable: this.#unreadable };
    const tasks = { kind: "ok", tasks: this.#tasks, left: this.#leftOver() } as const;
    return { ...tasks, ...this.#heldBack(), ...unreadable };
  }

  #heldBack(): Pick<Leased, "heldBackMs"> {
    const times = this.#heldBackMs.filter((ms) => ms !== null);
    return this.#heldBackMs.length === 0
      ? {}
      : { heldBackMs: times.length === 0 ? null : Math.min(...times) };
  }

  /** How many partitions to ask at once: each may answer with one payload of any size. */
  #width(): number {
    const large = Math.max(1, Math.floor(this.#bytesLeft / LIMITS.maxPayloadBytes));
    const tasks = this.#request.limit - this.#tasks.length;
    return this.#isFirst ? 1 : Math.min(this.#open.length, tasks, large);
  }

  async #ask(request: LeaseRequest): Promise<void> {
    try {
      const outcome = await this.#store.lease(request);
      if (outcome.kind === "ok") {
        this.#take(outcome, request);
      } else {
        // Another stream's session is not to be opened again.
        this.#ended = this.#ended?.kind === "superseded" ? this.#ended : outcome;
      }
    } catch (error) {
      this.#error = this.#isLost ? this.#error : error;
    }
  }

  /** What is left in those that were asked, and as much in each of the others: one at least. */
  #leftOver(): number {
    const left = [...this.#left.values()].reduce((sum, tasks) => sum + tasks, 0);
    const overAll = Math.ceil((left * this.#partitions) / Math.max(1, this.#left.size));
    return Math.max(overAll, this.#open.length > 0 ? 1 : 0);
  }

  #take(outcome: Leased, asked: LeaseRequest): void {
    const { tasks, left, pinned, suspects, unreadable = [] } = outcome;
    this.#unreadable.push(...unreadable.map(outerId));
    if (outcome.heldBackMs !== undefined) {
      this.#heldBackMs.push(outcome.heldBackMs);
    }
    let bytes = 0;
    for (const task of tasks) {
      bytes += task.spec.payload.length;
      this.#tasks.push(outerTask(task));
    }
    this.#bytes += bytes;
    this.#left.set(asked.queue, left);
    if (pinned === undefined && suspects === undefined) {
      this.#apart.delete(asked.queue);
    } else {
      this.#apart.set(asked.queue, {
        ...(pinned && { pinned }),
        ...(suspects && { suspects }),
      });
    }
    const isCut = tasks.length > 0 && bytes + LIMITS.maxPayloadBytes > asked.maxPayloadBytes;
    if (isCut || tasks.length === asked.limit) {
      this.#open.push(asked.queue);
    }
  }
}

function isHarmless(error: unknown): boolean {
  return error instanceof StoreError && error.kind !== "unknown";
}
