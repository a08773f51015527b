import type { TaskAddress } from "../../domain/flow/task-address.ts";
import {
  type LeaseRef,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type TaskId,
  taskIdOfRequest,
} from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import {
  type Cancellation,
  type CancelOutcome,
  type DeleteOutcome,
  type FailureCount,
  type GetOptions,
  type ItemResult,
  knownStats,
  type LeaseOutcome,
  type LeaseRequest,
  type ListPage,
  type ListQuery,
  type LiveSession,
  MAX_SESSIONS,
  type MoveOptions,
  type NewTask,
  type QueueStats,
  type RedriveOutcome,
  type RenewOutcome,
  type Report,
  type ReportOutcome,
  type RunNowOutcome,
  type SessionOpened,
  type SessionOpening,
  type SessionRenewal,
  type Settlement,
  type SettleOutcome,
  type Store,
  StoreError,
  type StoreHint,
  type SubmitOutcome,
  type SweepReport,
  type WorkerStore,
} from "../store.ts";
import { runByQueue } from "./client/batches.ts";
import { storeErrorOf } from "./client/errors.ts";
import type { Hints } from "./client/hints.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import { type RedisFlow, StoreOnFlow } from "./flow.ts";
import { listPage } from "./listing.ts";
import { resultsOf } from "./partitions/partition-calls.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { reportInRoom, settleInRoom } from "./room.ts";
import { countDeaths } from "./scripts/death-scripts.ts";
import {
  leaseTasks,
  listSessions,
  type OpenedSession,
  openSessions,
  renewSessions,
} from "./scripts/lease-scripts.ts";
import { deleteTasks, redriveTasks, runTasksNow } from "./scripts/move-scripts.ts";
import {
  cancelTasks,
  getTasks,
  queueStats,
  submitTasks,
  watchTasks,
} from "./scripts/task-scripts.ts";
import type { Sweeper } from "./sweep.ts";

/** What a {@link RedisStore} is made of. */
export interface RedisStoreParts {
  readonly runner: ScriptRunner;
  readonly registry: QueueRegistry;
  readonly flow: RedisFlow;
  readonly sweeper: Sweeper;
  readonly workers: WorkerStore;
  readonly hints: Hints;
  close(): Promise<void>;
}

/** Keeps tasks and leases in Redis: one script call a queue and batch. */
export class RedisStore extends StoreOnFlow implements Store {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;
  readonly #sweeper: Sweeper;
  readonly #hints: Hints;
  readonly #close: () => Promise<void>;

  constructor(parts: RedisStoreParts) {
    super(parts.flow, parts.workers);
    this.#runner = parts.runner;
    this.#registry = parts.registry;
    this.#sweeper = parts.sweeper;
    this.#hints = parts.hints;
    this.#close = () => parts.close();
  }

  async submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    await this.#registry.enter(batch.map(({ spec }) => spec.queue));
    return runByQueue(
      batch,
      ({ spec }) => spec.queue,
      async (queue, items) => {
        const { outcomes, isQueueNew } = await this.#runner.run(submitTasks, queue, items);
        if (isQueueNew) {
          // What this process entered once may be gone with all else.
          await this.#registry.enterAnew(queue);
        }
        return outcomes;
      },
      { workOf: workOfTask, bytesOf: ({ spec }) => spec.payload.length },
    );
  }

  lease(request: LeaseRequest): Promise<LeaseOutcome> {
    return this.#runner.run(leaseTasks, request.queue, request);
  }

  sessions(queue: QueueName): Promise<LiveSession[]> {
    return this.#runner.run(listSessions, queue, MAX_SESSIONS);
  }

  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    const cursor = new QueueCursor();
    return runByQueue(
      batch,
      ({ lease }) => cursor.of(lease.taskId),
      (queue, items) => settleInRoom(this.#runner, queue, items),
      { bytesOf: ({ outcome }) => (outcome.kind === "complete" ? outcome.result.value.length : 0) },
    );
  }

  report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    const cursor = new QueueCursor();
    return runByQueue(
      batch,
      ({ lease }) => cursor.of(lease.taskId),
      (queue, items) => reportInRoom(this.#runner, queue, items),
      { bytesOf: ({ checkpoint }) => checkpoint?.length ?? 0 },
    );
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return runByQueue(
      batch,
      ({ queue }) => queue,
      async (queue, items) => {
        this.#registry.noteUse(queue);
        if (items.some(({ about }) => typeof about === "object")) {
          this.#registry.noteWorkers(queue);
        }
        await this.#hints.follow(queue);
        const opened = await this.#runner.run(openSessions, queue, items);
        return opened.map((outcome, index) => sessionOpened(outcome, items[index]?.held ?? []));
      },
    );
  }

  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]> {
    return runByQueue(
      batch,
      ({ queue }) => queue,
      (queue, items) => {
        this.#registry.keepWorkers(queue);
        return this.#runner.run(renewSessions, queue, items);
      },
    );
  }

  sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    return this.#sweeper.sweep(queue, limit);
  }

  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    return runByQueue(
      batch,
      ({ taskId }) => queueOfTask(taskId),
      (queue, items) => this.#runner.run(cancelTasks, queue, items),
    );
  }

  redrive(batch: readonly TaskId[], options: MoveOptions = {}): Promise<RedriveOutcome[]> {
    return runByQueue(batch, queueOfTask, (queue, ids) =>
      this.#runner.run(redriveTasks, queue, { ids, ...options }),
    );
  }

  runNow(batch: readonly TaskId[], options: MoveOptions = {}): Promise<RunNowOutcome[]> {
    return runByQueue(batch, queueOfTask, (queue, ids) =>
      this.#runner.run(runTasksNow, queue, { ids, ...options }),
    );
  }

  delete(batch: readonly TaskId[], options: MoveOptions = {}): Promise<DeleteOutcome[]> {
    return runByQueue(batch, queueOfTask, (queue, ids) =>
      this.#runner.run(deleteTasks, queue, { ids, ...options }),
    );
  }

  get(batch: readonly TaskId[], options: GetOptions = {}): Promise<(Task | null)[]> {
    return runByQueue(batch, queueOfTask, async (queue, ids) => {
      const read = () =>
        this.#runner.run(getTasks, queue, {
          ids,
          withAhead: options.ahead === true,
          withHistory: options.history === true,
        });
      if (options.watch !== true) {
        return read();
      }
      await this.#hints.follow(queue);
      // One after the other on the connection, so that no change falls between them.
      const [, tasks] = await Promise.all([this.#runner.run(watchTasks, queue, { ids }), read()]);
      return tasks;
    });
  }

  list(query: ListQuery): Promise<ListPage> {
    return listPage(this.#runner, query);
  }

  async queueNames(usedWithinMs?: number): Promise<QueueName[]> {
    return usedWithinMs === undefined
      ? this.#registry.mend(await this.#registry.all())
      : this.#registry.used(usedWithinMs);
  }

  async stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    if (queues === undefined) {
      return this.#stats(await this.#registry.all());
    }
    // It lies on one server: where that is away the queues of the others can be told of still.
    const known = await this.#registry.known(queues).catch(storeErrorOf);
    const asked = known instanceof StoreError ? queues : known;
    const results = await resultsOf(asked, () => this.#stats(asked));
    const found = new Map(asked.map((queue, at) => [queue, results[at] ?? null]));
    return knownStats(
      queues.map((queue) => {
        const result = found.get(queue) ?? null;
        return known instanceof StoreError && isEmpty(result) ? known : result;
      }),
    );
  }

  countDeaths(queues: readonly QueueName[]): Promise<FailureCount[][]> {
    return runByQueue(
      queues,
      (queue) => queue,
      async (queue) => [await this.#runner.run(countDeaths, queue, null)],
    );
  }

  async idsOf(batch: readonly TaskAddress[]): Promise<TaskId[]> {
    return batch.map(({ id }) => id);
  }

  async idsOfRequest(queue: QueueName, requestId: string): Promise<TaskId[]> {
    return [taskIdOfRequest(queue, requestId)];
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#hints.listen(listener);
  }

  close(): Promise<void> {
    return this.#close();
  }

  #stats(queues: readonly QueueName[]): Promise<QueueStats[]> {
    return runByQueue(
      queues,
      (queue) => queue,
      async (queue) => [await this.#runner.run(queueStats, queue, null)],
    );
  }
}

/** Whether a queue has no task: it may be one that nobody ever used. */
function isEmpty(result: ItemResult<QueueStats> | null): boolean {
  return (
    result !== null &&
    !(result instanceof StoreError) &&
    Object.values(result.counts).every((count) => count === 0)
  );
}

function sessionOpened(outcome: OpenedSession, held: readonly LeaseRef[]): SessionOpened {
  if (outcome.kind === "superseded") {
    return outcome;
  }
  const { isKept, ...rest } = outcome;
  const kept = held.filter((_, at) => isKept[at]);
  const lost = held.filter((_, at) => !isKept[at]);
  return { ...rest, kept, lost };
}

/** A task that has a key enters a lane besides the indexes that a plain one enters. */
function workOfTask({ spec }: NewTask): number {
  return spec.concurrencyKey === "" && spec.orderingKey === "" ? 1 : 2;
}
