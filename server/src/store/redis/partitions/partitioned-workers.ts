import type { QueueName, SessionId } from "../../../domain/ids.ts";
import {
  type DrainOutcome,
  type ItemResult,
  type LiveSession,
  MAX_RUNNING,
  MAX_SESSIONS,
  type RunningLease,
  type SessionDrain,
  type Store,
  type StoredWorker,
  StoreError,
  type WorkerStore,
  type WorkersPage,
  type WorkersQuery,
} from "../../store.ts";
import type { Rests } from "../rests.ts";
import { allParts, failureOfParts, outcomesOf, resultsOf, runByPart } from "./partition-calls.ts";
import { type Layout, outerId, outerQueue } from "./partition-ids.ts";
import { mergeSessions } from "./partition-sessions.ts";
import type { Partitions } from "./partitions.ts";

/** Hides that queues are spread over partitions from who asks for the sessions of workers. */
export class PartitionedWorkers implements WorkerStore {
  readonly #store: Store;
  readonly #partitions: Partitions;
  readonly #rests: Rests;

  /** @param rests of partitions that have just failed */
  constructor(store: Store, partitions: Partitions, rests: Rests) {
    this.#store = store;
    this.#partitions = partitions;
    this.#rests = rests;
  }

  async workerQueues(): Promise<QueueName[]> {
    return [...new Set((await this.#store.workerQueues()).map(outerQueue))].sort();
  }

  async sessions(queue: QueueName): Promise<LiveSession[]> {
    const layout = await this.#partitions.layout(queue);
    return layout === null
      ? this.#store.sessions(queue)
      : mergeSessions(
          await allParts(layout.names.map((name) => this.#store.sessions(name))),
          MAX_SESSIONS,
        );
  }

  async workers(query: WorkersQuery): Promise<WorkersPage> {
    const layout = await this.#partitions.layout(query.queue);
    if (layout === null) {
      return this.#store.workers(query);
    }
    const settled = await Promise.allSettled(
      layout.names.map((queue) =>
        this.#rests.ask(queue, () => this.#store.workers({ ...query, queue })),
      ),
    );
    const pages = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failure = settled.find((one) => one.status === "rejected");
    if (pages.length === 0 && failure !== undefined) {
      throw failure.reason;
    }
    return mergePages(
      pages,
      "ids" in query ? Number.POSITIVE_INFINITY : query.limit,
      failure !== undefined,
    );
  }

  async drainSessions(batch: readonly SessionDrain[]): Promise<DrainOutcome[]> {
    if (!(await this.#partitions.isAnySpread(batch, ({ queue }) => queue))) {
      return this.#store.drainSessions(batch);
    }
    const parts = batch.map((drain) => innerDrains(this.#partitions.find(drain.queue), drain));
    const inner = parts.flat();
    const answers = await resultsOf(inner, (items) =>
      runByPart(
        items,
        ({ queue }) => queue,
        (own) => this.#store.drainSessions(own),
      ),
    );
    let at = 0;
    return outcomesOf(
      parts.map(({ length }) => {
        at += length;
        return mergeDrained(answers.slice(at - length, at));
      }),
    );
  }
}

function innerDrains(layout: Layout | null | undefined, drain: SessionDrain): SessionDrain[] {
  return layout ? layout.names.map((queue) => ({ ...drain, queue })) : [drain];
}

/** One that was told is enough: a session is renewed in all of them. */
function mergeDrained(results: readonly ItemResult<DrainOutcome>[]): ItemResult<DrainOutcome> {
  const told = results.find((result) => !(result instanceof StoreError) && result.kind === "ok");
  return told ?? failureOfParts(results) ?? { kind: "gone" };
}

/**
 * A page of sessions, each with what it has in all partitions. It ends where the first of their pages does: of what
 * lies behind that, that partition has told nothing yet.
 */
function mergePages(pages: readonly WorkersPage[], limit: number, isPart: boolean): WorkersPage {
  const ends = pages.flatMap(({ next }) => (next === null ? [] : [next])).sort();
  const byId = new Map<SessionId, StoredWorker>();
  for (const worker of pages.flatMap(({ workers }) => workers).map(outerWorker)) {
    const known = byId.get(worker.id);
    byId.set(worker.id, known === undefined ? worker : mergeWorkers(known, worker));
  }
  const end = ends[0] ?? null;
  const within = [...byId.values()]
    .filter(({ id }) => end === null || id <= end)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const workers = within.slice(0, limit);
  const isCut = within.length > limit;
  return { workers, next: isCut ? (workers.at(-1)?.id ?? null) : end, ...(isPart && { isPart }) };
}

function outerWorker(worker: StoredWorker): StoredWorker {
  const running = worker.running.map((lease) => ({ ...lease, taskId: outerId(lease.taskId) }));
  return { ...worker, running };
}

function mergeWorkers(one: StoredWorker, other: StoredWorker): StoredWorker {
  return {
    ...one,
    about: one.about ?? other.about,
    credit: Math.max(one.credit, other.credit),
    ttlMs: Math.max(one.ttlMs, other.ttlMs),
    drain: one.drain ?? other.drain,
    leases: one.leases + other.leases,
    running: longestOf([...one.running, ...other.running]),
  };
}

function longestOf(running: readonly RunningLease[]): RunningLease[] {
  return [...running].sort((a, b) => a.startedAtMs - b.startedAtMs).slice(0, MAX_RUNNING);
}
