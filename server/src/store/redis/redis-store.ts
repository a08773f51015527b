import {
  type LeaseRef,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type TaskId,
} from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type {
  Cancellation,
  CancelOutcome,
  GetOptions,
  LeaseOutcome,
  LeaseRequest,
  ListPage,
  ListQuery,
  LiveSession,
  NewTask,
  QueueStats,
  RedriveOutcome,
  RenewOutcome,
  Report,
  ReportOutcome,
  SessionOpened,
  SessionOpening,
  SessionRenewal,
  Settlement,
  SettleOutcome,
  Store,
  StoreHint,
  SubmitOutcome,
  SweepReport,
} from "../store.ts";
import { runByQueue } from "./batches.ts";
import type { Hints } from "./hints.ts";
import {
  leaseTasks,
  listSessions,
  type OpenedSession,
  openSessions,
  renewSessions,
} from "./lease-scripts.ts";
import { listPage } from "./listing.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { reportInRoom, settleInRoom } from "./room.ts";
import type { ScriptRunner } from "./script-runner.ts";
import type { Sweeper } from "./sweep.ts";
import {
  cancelTasks,
  getTasks,
  queueStats,
  redriveTasks,
  submitTasks,
  watchTasks,
} from "./task-scripts.ts";

const MAX_SESSIONS = 1_000;

/** What a {@link RedisStore} is made of. */
export interface RedisStoreParts {
  readonly runner: ScriptRunner;
  readonly registry: QueueRegistry;
  readonly sweeper: Sweeper;
  readonly hints: Hints;
  close(): Promise<void>;
}

/** Keeps tasks and leases in Redis: one script call a queue and batch. */
export class RedisStore implements Store {
  readonly #runner: ScriptRunner;
  readonly #registry: QueueRegistry;
  readonly #sweeper: Sweeper;
  readonly #hints: Hints;
  readonly #close: () => Promise<void>;

  constructor(parts: RedisStoreParts) {
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
      ({ spec }) => spec.payload.length,
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
      ({ outcome }) => (outcome.kind === "complete" ? outcome.result.value.length : 0),
    );
  }

  report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    const cursor = new QueueCursor();
    return runByQueue(
      batch,
      ({ lease }) => cursor.of(lease.taskId),
      (queue, items) => reportInRoom(this.#runner, queue, items),
      ({ checkpoint }) => checkpoint?.length ?? 0,
    );
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return runByQueue(
      batch,
      ({ queue }) => queue,
      async (queue, items) => {
        this.#registry.noteUse(queue);
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
      (queue, items) => this.#runner.run(renewSessions, queue, items),
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

  redrive(batch: readonly TaskId[]): Promise<RedriveOutcome[]> {
    return runByQueue(batch, queueOfTask, (queue, ids) =>
      this.#runner.run(redriveTasks, queue, ids),
    );
  }

  get(batch: readonly TaskId[], options: GetOptions = {}): Promise<(Task | null)[]> {
    return runByQueue(batch, queueOfTask, async (queue, ids) => {
      const read = () =>
        this.#runner.run(getTasks, queue, { ids, withAhead: options.ahead === true });
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
    const wanted = await (queues === undefined
      ? this.#registry.all()
      : this.#registry.known(queues));
    return runByQueue(
      wanted,
      (queue) => queue,
      async (queue) => [await this.#runner.run(queueStats, queue, null)],
    );
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#hints.listen(listener);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function sessionOpened(outcome: OpenedSession, held: readonly LeaseRef[]): SessionOpened {
  if (outcome.kind === "superseded") {
    return outcome;
  }
  const { isKept, released, mayHaveTasks } = outcome;
  const kept = held.filter((_, at) => isKept[at]);
  const lost = held.filter((_, at) => !isKept[at]);
  return { kind: "ok", kept, lost, released, mayHaveTasks };
}
