import type { QueueName, SessionId } from "../../domain/ids.ts";
import {
  MAX_RUNNING,
  type SessionAbout,
  type SessionDescription,
  type Store,
  type StoredWorker,
  type StoreError,
  type WorkersPage,
  type WorkersQuery,
} from "../../store/store.ts";
import { storeErrorOf } from "../store-calls/store-failure.ts";
import type { RunningTask, WorkerView } from "../worker-control.ts";

const CALLS_AT_ONCE = 8;

/** A session by the queues that it is known on. */
type Parts = Map<SessionId, Map<QueueName, StoredWorker>>;

/**
 * Reads what the store knows of sessions, queue by queue, for one who asks. Queues that it does not answer for are
 * left out and named.
 */
export class WorkerReader {
  readonly #store: Pick<Store, "workers">;
  readonly #unanswered = new Set<QueueName>();
  #queuesAsked = 0;
  #failure: StoreError | null = null;

  constructor(store: Pick<Store, "workers">) {
    this.#store = store;
  }

  /** How often a queue was asked about. */
  get queuesAsked(): number {
    return this.#queuesAsked;
  }

  /** The queues that were not answered for, or for a part of which, by name. */
  get unanswered(): QueueName[] {
    return [...this.#unanswered].sort();
  }

  /** Why the last of them was not; null where each was, as far as any part of it answered. */
  get failure(): StoreError | null {
    return this.#failure;
  }

  /** Sessions of a queue; none where the store does not answer. */
  async read(query: WorkersQuery): Promise<WorkersPage> {
    this.#queuesAsked += 1;
    try {
      const page = await this.#store.workers(query);
      if (page.isPart === true) {
        this.#unanswered.add(query.queue);
      }
      return page;
    } catch (error) {
      this.#failure = storeErrorOf(error);
      this.#unanswered.add(query.queue);
      return { workers: [], next: null };
    }
  }

  /** Puts together what is known of sessions on all of their queues; leaves out those that are not wanted or went. */
  async views(
    queue: QueueName,
    workers: readonly StoredWorker[],
    isWanted: (description: SessionDescription) => boolean,
  ): Promise<WorkerView[]> {
    const parts: Parts = new Map(workers.map((worker) => [worker.id, new Map([[queue, worker]])]));
    await this.#fetch(parts, ({ about }) => (typeof about === "string" ? [about] : []));
    for (const [id, known] of parts) {
      const home = homeOf(known);
      if (home === null || !isWanted(home.description)) {
        parts.delete(id);
      }
    }
    await this.#fetch(parts, ({ about }) => (isDescription(about) ? about.queues : []));
    return [...parts.values()].flatMap((known) => {
      const home = homeOf(known);
      return home === null ? [] : [viewOf(home, known)];
    });
  }

  /** Reads sessions on other queues of theirs, one call a queue. */
  async #fetch(
    parts: Parts,
    queuesOf: (part: StoredWorker) => readonly QueueName[],
  ): Promise<void> {
    const wanted = new Map<QueueName, SessionId[]>();
    for (const [id, known] of parts) {
      for (const queue of [...known.values()].flatMap(queuesOf)) {
        if (!known.has(queue)) {
          const ids = wanted.get(queue) ?? [];
          ids.push(id);
          wanted.set(queue, ids);
        }
      }
    }
    const calls = [...wanted];
    for (let at = 0; at < calls.length; at += CALLS_AT_ONCE) {
      const some = calls.slice(at, at + CALLS_AT_ONCE);
      await Promise.all(
        some.map(async ([queue, ids]) => {
          for (const part of (await this.read({ queue, ids })).workers) {
            parts.get(part.id)?.set(queue, part);
          }
        }),
      );
    }
  }
}

/** Whether a queue of a session has its description. */
export function isDescription(about: SessionAbout | null): about is SessionDescription {
  return about !== null && typeof about === "object";
}

interface Home {
  readonly part: StoredWorker;
  readonly description: SessionDescription;
}

function homeOf(known: ReadonlyMap<QueueName, StoredWorker>): Home | null {
  for (const part of known.values()) {
    if (isDescription(part.about)) {
      return { part, description: part.about };
    }
  }
  return null;
}

function viewOf(
  { part, description }: Home,
  known: ReadonlyMap<QueueName, StoredWorker>,
): WorkerView {
  const { workerId, labels, sdk, concurrency, dispatcher, ttlMs } = description;
  const running: RunningTask[] = [...known].flatMap(([queue, on]) =>
    on.running.map((lease) => ({ ...lease, queue })),
  );
  return {
    workerId,
    sessionId: part.id,
    labels,
    sdk,
    subscriptions: description.queues.flatMap((queue) => {
      const on = known.get(queue);
      return on === undefined ? [] : [{ queue, types: on.types }];
    }),
    concurrency,
    credit: part.credit,
    leases: [...known.values()].reduce((sum, { leases }) => sum + leases, 0),
    running: running.sort((a, b) => a.startedAtMs - b.startedAtMs).slice(0, MAX_RUNNING),
    dispatcher,
    sinceHeartbeatMs: Math.max(0, ttlMs - part.ttlMs),
    isDraining: part.drain !== null,
  };
}
