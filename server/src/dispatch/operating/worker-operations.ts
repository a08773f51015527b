import { TaskError } from "../../domain/errors.ts";
import type { QueueName, SessionId } from "../../domain/ids.ts";
import type { SessionDrain, Store, StoredWorker } from "../../store/store.ts";
import type { DispatchSettings } from "../settings.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import { Turns } from "../store-calls/turns.ts";
import type {
  Drained,
  DrainTarget,
  WorkerControl,
  WorkerList,
  WorkerListCursor,
  WorkerListQuery,
  WorkerView,
} from "../worker-control.ts";
import { isDescription, WorkerReader } from "./worker-reader.ts";

const LISTINGS_AT_ONCE = 4;
/** So many sessions are read together: each may have the names of thousands of types. */
const SESSIONS_AT_ONCE = 50;
/** A page looks at so many sessions, and asks about queues so often, and no further. */
const MAX_LOOKED_AT = 1_000;
const MAX_QUEUES_ASKED = 500;
/** It ends once its workers name so many types, which is about what a message has room for. */
const MAX_TYPES = 30_000;

/** What {@link WorkerOperations} need. */
export interface WorkerOperationsOptions {
  readonly store: Store;
  readonly settings: DispatchSettings;
}

/**
 * Lists workers and asks them to go. A session's description lies on the first of its queues by name; that is where a
 * session is found if no queue is asked for, so that each is found once.
 */
export class WorkerOperations implements WorkerControl {
  readonly #store: Store;
  readonly #settings: DispatchSettings;
  readonly #turns = new Turns(LISTINGS_AT_ONCE);

  constructor({ store, settings }: WorkerOperationsOptions) {
    this.#store = store;
    this.#settings = settings;
  }

  list(query: WorkerListQuery): Promise<WorkerList> {
    return this.#ask(() => this.#page(query));
  }

  drain(whom: DrainTarget, reason: string): Promise<Drained> {
    return this.#ask(() => this.#drain(whom, reason));
  }

  async #page(query: WorkerListQuery): Promise<WorkerList> {
    const reader = new WorkerReader(this.#store);
    const workers: WorkerView[] = [];
    let lookedAt = 0;
    let types = 0;
    for (const start of await this.#starts(query)) {
      let session: SessionId | "" | null = start.session;
      while (session !== null) {
        const isFull = workers.length >= query.limit || types >= MAX_TYPES;
        if (isFull || lookedAt >= MAX_LOOKED_AT || reader.queuesAsked >= MAX_QUEUES_ASKED) {
          const next = { queue: start.queue, session };
          return { workers, next, unanswered: reader.unanswered };
        }
        const limit = Math.min(query.limit - workers.length, SESSIONS_AT_ONCE);
        const page = await reader.read({ queue: start.queue, after: session, limit });
        lookedAt += limit;
        const found = await this.#found(reader, start.queue, page.workers, query);
        workers.push(...found);
        types += found.reduce((sum, view) => sum + typesOf(view), 0);
        session = page.next;
      }
    }
    return { workers, next: null, unanswered: reader.unanswered };
  }

  async #found(
    reader: WorkerReader,
    queue: QueueName,
    workers: readonly StoredWorker[],
    query: WorkerListQuery,
  ): Promise<WorkerView[]> {
    const views = await reader.views(
      queue,
      workers.filter((worker) => isOf(worker, query)),
      ({ workerId }) => query.workerId === null || workerId === query.workerId,
    );
    return views.filter((view) => takesType(view, query));
  }

  /** The queues to look into, and behind which session of each. */
  async #starts({ queue, after }: WorkerListQuery): Promise<WorkerListCursor[]> {
    const queues = queue === null ? await this.#store.workerQueues() : [queue];
    return queues
      .filter((name) => after === null || name >= after.queue)
      .map((name) => ({ queue: name, session: name === after?.queue ? after.session : "" }));
  }

  async #drain(whom: DrainTarget, reason: string): Promise<Drained> {
    const reader = new WorkerReader(this.#store);
    const drains: SessionDrain[] = [];
    for (const queue of await this.#store.workerQueues()) {
      const ids = await findIn(reader, queue, whom);
      drains.push(...ids.map((sessionId) => ({ queue, sessionId, reason })));
    }
    const outcomes = drains.length === 0 ? [] : await this.#store.drainSessions(drains);
    const told = drains.filter((_, at) => outcomes[at]?.kind === "ok");
    if (told.length === 0) {
      throw reader.failure ?? notFound(whom);
    }
    const sessionIds = told.map(({ sessionId }) => sessionId);
    return { sessionIds, unanswered: reader.unanswered };
  }

  async #ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#turns.run(call);
    } catch (error) {
      throw taskErrorOf(error, this.#settings.retryAfterMs);
    }
  }
}

/** Whether a session is to be found on the queue where it was. */
function isOf({ about, types }: StoredWorker, { queue, type }: WorkerListQuery): boolean {
  if (queue === null) {
    return isDescription(about);
  }
  // One that only holds leases of it takes no type.
  return types === null || (type === null ? types.length > 0 : types.includes(type));
}

function typesOf({ subscriptions }: WorkerView): number {
  return subscriptions.reduce((sum, { types }) => sum + 1 + (types?.length ?? 0), 0);
}

function takesType({ subscriptions }: WorkerView, { queue, type }: WorkerListQuery): boolean {
  return (
    queue !== null ||
    type === null ||
    subscriptions.some(({ types }) => types === null || types.includes(type))
  );
}

/** Finds whom to ask to go, of those whose description lies on the queue. */
async function findIn(
  reader: WorkerReader,
  queue: QueueName,
  whom: DrainTarget,
): Promise<SessionId[]> {
  const found: SessionId[] = [];
  let after: SessionId | "" | null = "";
  while (after !== null) {
    const page = await reader.read(
      "sessionId" in whom
        ? { queue, ids: [whom.sessionId] }
        : { queue, after, limit: SESSIONS_AT_ONCE },
    );
    for (const { id, about } of page.workers) {
      if (isDescription(about) && ("sessionId" in whom || about.workerId === whom.workerId)) {
        found.push(id);
      }
    }
    after = page.next;
  }
  return found;
}

function notFound(whom: DrainTarget): TaskError {
  const metadata: Record<string, string> =
    "sessionId" in whom ? { session_id: whom.sessionId } : { worker_id: whom.workerId };
  return new TaskError("WORKER_NOT_FOUND", "there is no such worker", { metadata });
}
