import type { QueueName, SessionId } from "../../domain/ids.ts";
import type {
  DrainOutcome,
  SessionDrain,
  StoredWorker,
  WorkerStore,
  WorkersPage,
  WorkersQuery,
} from "../store.ts";
import { runByQueue } from "./client/batches.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { describeSessions, drainSessions, sessionIds } from "./scripts/lease-scripts.ts";

/** So many sessions a call, between which others have their turn: each may bring twenty tasks. */
const SESSIONS_AT_ONCE = 50;

/** What operators ask of the sessions of workers, in Redis. */
export class RedisWorkers implements WorkerStore {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;

  constructor(runner: ScriptRunner, registry: QueueRegistry) {
    this.#runner = runner;
    this.#registry = registry;
  }

  workerQueues(): Promise<QueueName[]> {
    return this.#registry.withWorkers();
  }

  async workers(query: WorkersQuery): Promise<WorkersPage> {
    const { queue } = query;
    const { ids, next } = "ids" in query ? { ids: query.ids, next: null } : await this.#page(query);
    const workers: StoredWorker[] = [];
    for (let at = 0; at < ids.length; at += SESSIONS_AT_ONCE) {
      const some = ids.slice(at, at + SESSIONS_AT_ONCE);
      workers.push(...(await this.#runner.run(describeSessions, queue, some)));
    }
    return { workers, next };
  }

  drainSessions(batch: readonly SessionDrain[]): Promise<DrainOutcome[]> {
    return runByQueue(
      batch,
      ({ queue }) => queue,
      (queue, items) => this.#runner.run(drainSessions, queue, items),
    );
  }

  /** They are sorted here: the server would by its locale. */
  async #page({ queue, after, limit }: Extract<WorkersQuery, { limit: number }>) {
    const all = await this.#runner.run(sessionIds, queue, null);
    const left = all.filter((id) => id > after).sort();
    const ids: readonly SessionId[] = left.slice(0, limit);
    return { ids, next: left.length > limit ? (ids.at(-1) ?? null) : null };
  }
}
