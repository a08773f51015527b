import type { KeySettings, QueueSettings } from "../../domain/flow/queue-settings.ts";
import { newGeneration, type QueueName, queueOfTask, type TaskId } from "../../domain/ids.ts";
import type {
  Blockers,
  DeleteQueueOutcome,
  FlowStore,
  KeysPage,
  KeysQuery,
  PutKeyOutcome,
  PutOutcome,
  StoredSettings,
} from "../flow.ts";
import type {
  DrainOutcome,
  SessionDrain,
  WorkerStore,
  WorkersPage,
  WorkersQuery,
} from "../workers.ts";
import { runByQueue } from "./client/batches.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import { keysPage } from "./key-listing.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import {
  deleteQueue,
  getSettings,
  holdQueue,
  type NewSettings,
  putKey,
  putSettings,
} from "./scripts/flow-scripts.ts";
import { getBlockers } from "./scripts/key-scripts.ts";

/** Tasks that go with one call of the script, and such calls of one deletion. */
const DELETED_AT_ONCE = 100;
const DELETED_SLICES = 100;

/** Keeps how queues flow beside their tasks, in the same slot. */
export class RedisFlow implements FlowStore {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;

  constructor(runner: ScriptRunner, registry: QueueRegistry) {
    this.#runner = runner;
    this.#registry = registry;
  }

  settings(queues: readonly QueueName[]): Promise<StoredSettings[]> {
    return runByQueue(
      queues,
      (queue) => queue,
      async (queue, some) => {
        const settings = await this.#runner.run(getSettings, queue, null);
        return some.map(() => settings);
      },
    );
  }

  async putSettings(
    queue: QueueName,
    settings: QueueSettings,
    revision: string,
  ): Promise<PutOutcome> {
    const next = { settings, share: settings, known: revision, revision: newGeneration() };
    return this.put(queue, next);
  }

  /** As {@link FlowStore.putSettings}, with what becomes of them in one partition. */
  put(queue: QueueName, next: NewSettings): Promise<PutOutcome> {
    return this.#known(queue, () => this.#runner.run(putSettings, queue, next));
  }

  /** Keeps everything of a queue from being leased for so many milliseconds. */
  hold(queue: QueueName, forMs: number): Promise<void> {
    return this.#runner.run(holdQueue, queue, forMs);
  }

  putKey(queue: QueueName, key: string, settings: KeySettings | null): Promise<PutKeyOutcome> {
    const put = () => this.#runner.run(putKey, queue, { key, settings });
    return settings === null ? put() : this.#known(queue, put);
  }

  keys(query: KeysQuery): Promise<KeysPage> {
    return keysPage(this.#runner, query.queue, query);
  }

  blockers(id: TaskId): Promise<Blockers | null> {
    return this.#runner.run(getBlockers, queueOfTask(id), id);
  }

  /**
   * See {@link FlowStore.deleteQueue}. Sessions of workers go with the queue. Who subscribes still is told so at the
   * next renewal and opens its session anew, which makes what a session takes in Redis come back, but no queue that is
   * known.
   */
  async deleteQueue(queue: QueueName, purge: boolean): Promise<DeleteQueueOutcome> {
    let outcome: DeleteQueueOutcome = { kind: "more" };
    for (let slices = 0; outcome.kind === "more" && slices < DELETED_SLICES; slices += 1) {
      outcome = await this.#runner.run(deleteQueue, queue, { purge, limit: DELETED_AT_ONCE });
    }
    if (outcome.kind === "ok" || outcome.kind === "not_found") {
      const wasKnown = await this.#registry.remove(queue);
      return wasKnown ? { kind: "ok" } : outcome;
    }
    return outcome;
  }

  /** Makes the queue known before it has something, and again behind that: a deletion may have come between. */
  async #known<Outcome>(queue: QueueName, put: () => Promise<Outcome>): Promise<Outcome> {
    await this.#registry.enterAnew(queue);
    const outcome = await put();
    await this.#registry.enterAnew(queue);
    return outcome;
  }
}

/** The part of a store that hands on what is asked of flow and of the sessions of workers. */
export abstract class StoreOnFlow implements FlowStore, WorkerStore {
  readonly #flow: FlowStore;
  readonly #workers: WorkerStore;

  constructor(flow: FlowStore, workers: WorkerStore) {
    this.#flow = flow;
    this.#workers = workers;
  }

  workerQueues(): Promise<QueueName[]> {
    return this.#workers.workerQueues();
  }

  workers(query: WorkersQuery): Promise<WorkersPage> {
    return this.#workers.workers(query);
  }

  drainSessions(batch: readonly SessionDrain[]): Promise<DrainOutcome[]> {
    return this.#workers.drainSessions(batch);
  }

  settings(queues: readonly QueueName[]): Promise<StoredSettings[]> {
    return this.#flow.settings(queues);
  }

  putSettings(queue: QueueName, settings: QueueSettings, revision: string): Promise<PutOutcome> {
    return this.#flow.putSettings(queue, settings, revision);
  }

  putKey(queue: QueueName, key: string, settings: KeySettings | null): Promise<PutKeyOutcome> {
    return this.#flow.putKey(queue, key, settings);
  }

  keys(query: KeysQuery): Promise<KeysPage> {
    return this.#flow.keys(query);
  }

  blockers(id: TaskId): Promise<Blockers | null> {
    return this.#flow.blockers(id);
  }

  deleteQueue(queue: QueueName, purge: boolean): Promise<DeleteQueueOutcome> {
    return this.#flow.deleteQueue(queue, purge);
  }
}
