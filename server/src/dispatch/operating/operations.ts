import type { Clock } from "@baton/proto/shared";
import { type Reason, TaskError } from "../../domain/errors.ts";
import {
  madeAtMs,
  type QueueName,
  queueOfTask,
  type TaskId,
  taskIdOfRequest,
} from "../../domain/ids.ts";
import { DEFAULTS } from "../../domain/limits.ts";
import type { Task } from "../../domain/task.ts";
import type { TaskState } from "../../domain/task-state.ts";
import type { ListPage, ListQuery, QueueStats, Store } from "../../store/store.ts";
import type { Explanation } from "../contract.ts";
import type { Granter } from "../granting/granter.ts";
import type { DispatchSettings } from "../settings.ts";
import { taskErrorOf } from "../store-calls/store-failure.ts";
import { Turns } from "../store-calls/turns.ts";
import { explainTask } from "./explain.ts";

const LISTINGS_AT_ONCE = 4;

/** What {@link Operations} need. */
export interface OperationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: DispatchSettings;
  readonly granter: Granter;
}

/** What submitters and operators do with single tasks and queues. Every rejection is a `TaskError`. */
export class Operations {
  readonly #options: OperationsOptions;
  /** A page may be a thousand tasks of which none is wanted. */
  readonly #listings = new Turns(LISTINGS_AT_ONCE);

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** See `Dispatcher.get`. */
  async get(id: TaskId, options?: { readonly history?: boolean }): Promise<Task> {
    const [task] = await this.#ask((store) => store.get([id], options));
    return task ?? refuse(this.#notFound(id));
  }

  /** See `Dispatcher.getByRequestId`. */
  async getByRequestId(
    queue: QueueName,
    requestId: string,
    options?: { readonly history?: boolean },
  ): Promise<Task> {
    const ids = await this.#ask((store) => store.idsOfRequest(queue, requestId));
    const found = await this.#ask((store) => store.get(ids, options));
    const [newest] = found
      .filter((task) => task !== null)
      .sort((a, b) => b.submittedAtMs - a.submittedAtMs);
    return newest ?? refuse(this.#requestNotFound(queue, requestId));
  }

  /** See `Dispatcher.list`. */
  list(query: ListQuery): Promise<ListPage> {
    return this.#ask((store) => this.#listings.run(() => store.list(query)));
  }

  /** See `Dispatcher.stats`. */
  stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    return this.#ask((store) => store.stats(queues));
  }

  /** See `Dispatcher.cancel`. */
  async cancel(id: TaskId, reason: string): Promise<Task> {
    const [outcome] = await this.#ask((store) => store.cancel([{ taskId: id, reason }]));
    switch (outcome?.kind) {
      case "ok":
      case "repeated":
        return this.get(id);
      case "final":
        return refuse(stateError("TASK_FINAL", "the task is final", id, outcome.state));
      default:
        return refuse(this.#notFound(id));
    }
  }

  /** See `Dispatcher.redrive`. */
  async redrive(id: TaskId): Promise<Task> {
    const [outcome] = await this.#ask((store) => store.redrive([id]));
    switch (outcome?.kind) {
      case "ok":
        this.#options.granter.wake(queueOfTask(id));
        return this.get(id);
      case "not_dead":
        return refuse(stateError("TASK_NOT_DEAD", "the task is not dead", id, outcome.state));
      default:
        return refuse(this.#notFound(id));
    }
  }

  /** See `Dispatcher.runNow`. */
  async runNow(id: TaskId): Promise<Task> {
    const [outcome] = await this.#ask((store) => store.runNow([id]));
    switch (outcome?.kind) {
      case "ok":
        this.#options.granter.wake(queueOfTask(id));
        return this.get(id);
      case "not_scheduled":
        return outcome.state === "READY"
          ? this.get(id)
          : refuse(
              stateError("TASK_NOT_SCHEDULED", "the task is not scheduled", id, outcome.state),
            );
      default:
        return refuse(this.#notFound(id));
    }
  }

  /** See `Dispatcher.delete`. */
  async delete(id: TaskId): Promise<void> {
    const [outcome] = await this.#ask((store) => store.delete([id]));
    switch (outcome?.kind) {
      case "ok":
        return;
      case "not_final":
        return refuse(
          stateError("TASK_NOT_FINAL", "cancel the task before it is deleted", id, outcome.state),
        );
      default:
        return refuse(this.#notFound(id));
    }
  }

  /** See `Dispatcher.explain`. */
  async explain(id: TaskId): Promise<Explanation> {
    const [found] = await this.#ask((store) => store.get([id], { ahead: true }));
    const task = found ?? refuse(this.#notFound(id));
    const { granter, clock } = this.#options;
    const { queue, type } = task.spec;
    const isReady = task.state === "READY";
    const [sessions, blockers] = isReady
      ? await this.#ask((store) => Promise.all([store.sessions(queue), store.blockers(id)]))
      : [[], null];
    const live = sessions.filter(({ types }) => types?.includes(type) ?? true).length;
    const takers = granter.takers(queue, type);
    return explainTask(task, { takers, live, blockers, nowMs: clock.nowMs() });
  }

  #notFound(id: TaskId): TaskError {
    return taskNotFound(id, this.#options.clock.nowMs());
  }

  #requestNotFound(queue: QueueName, requestId: string): TaskError {
    const { reason, message } = this.#notFound(taskIdOfRequest(queue, requestId));
    return new TaskError(reason, message, { metadata: { queue, request_id: requestId } });
  }

  async #ask<Answer>(call: (store: Store) => Promise<Answer>): Promise<Answer> {
    try {
      return await call(this.#options.store);
    } catch (error) {
      throw taskErrorOf(error, this.#options.settings.retryAfterMs);
    }
  }
}

/**
 * The error of a task that is not there. An id that was made longer ago than tasks are kept by default was a
 * task's, since ids are given out with what is stored (G1): that one ended, and was purged.
 */
export function taskNotFound(id: TaskId, nowMs: number): TaskError {
  const madeMs = madeAtMs(id);
  const metadata = { task_id: id };
  return madeMs !== null && nowMs - madeMs > DEFAULTS.retentionMs
    ? new TaskError("TASK_PURGED", "the task is past its retention", { metadata })
    : new TaskError("TASK_NOT_FOUND", "there is no such task", { metadata });
}

function stateError(reason: Reason, message: string, id: TaskId, state: TaskState): TaskError {
  return new TaskError(reason, `${message}: it is ${state}`, { metadata: { task_id: id, state } });
}

function refuse(error: TaskError): never {
  throw error;
}
