import type { KeySettings, QueueSettings } from "../../domain/flow/queue-settings.ts";
import type { TaskAddress } from "../../domain/flow/task-address.ts";
import { type QueueName, type TaskId, taskIdOfRequest } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type {
  Blockers,
  DeleteQueueOutcome,
  KeysPage,
  KeysQuery,
  PutKeyOutcome,
  PutOutcome,
  StoredSettings,
} from "../flow.ts";
import type {
  Cancellation,
  CancelOutcome,
  DeleteOutcome,
  DrainOutcome,
  FailureCount,
  GetOptions,
  LeaseOutcome,
  LeaseRequest,
  ListPage,
  ListQuery,
  LiveSession,
  MoveOptions,
  NewTask,
  QueueStats,
  RedriveOutcome,
  RenewOutcome,
  Report,
  ReportOutcome,
  RunNowOutcome,
  SessionDrain,
  SessionOpened,
  SessionOpening,
  SessionRenewal,
  Settlement,
  SettleOutcome,
  Store,
  StoreHint,
  SubmitOutcome,
  SweepReport,
  WorkersPage,
  WorkersQuery,
} from "../store.ts";
import type { Database } from "./client/database.ts";
import { blockers } from "./flow/blockers.ts";
import { keys } from "./flow/keys.ts";
import { putKey, putSettings, settings } from "./flow/settings.ts";
import { lease } from "./leasing/lease.ts";
import { drainSessions, workerQueues, workers } from "./leasing/workers.ts";
import { deleteTasks } from "./moves/delete.ts";
import { redrive } from "./moves/redrive.ts";
import { runNow } from "./moves/run-now.ts";
import { cancel } from "./operations/cancel.ts";
import { countDeaths } from "./operations/deaths.ts";
import { deleteQueue } from "./operations/delete-queue.ts";
import { list } from "./operations/list.ts";
import { get, queueNames, stats } from "./operations/read.ts";
import { report } from "./operations/report.ts";
import { liveSessions, openSessions, renew } from "./operations/sessions.ts";
import { settle } from "./operations/settle.ts";
import { submit } from "./operations/submit.ts";
import { sweep } from "./operations/sweep.ts";

/** The store on one SQLite file: each method is one transaction. */
export class SqliteStore implements Store {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    return this.#database.grow((tx) => submit(tx, batch));
  }

  lease(request: LeaseRequest): Promise<LeaseOutcome> {
    return this.#database.write((tx) => lease(tx, request));
  }

  sessions(queue: QueueName): Promise<LiveSession[]> {
    return this.#database.read((tx) => liveSessions(tx, queue));
  }

  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    return this.#database.write((tx) => settle(tx, batch));
  }

  report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    return this.#database.write((tx) => report(tx, batch));
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return this.#database.write((tx) => openSessions(tx, batch));
  }

  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]> {
    return this.#database.write((tx) => renew(tx, batch));
  }

  workerQueues(): Promise<QueueName[]> {
    return this.#database.read((tx) => workerQueues(tx));
  }

  workers(query: WorkersQuery): Promise<WorkersPage> {
    return this.#database.read((tx) => workers(tx, query));
  }

  drainSessions(batch: readonly SessionDrain[]): Promise<DrainOutcome[]> {
    return this.#database.write((tx) => drainSessions(tx, batch));
  }

  sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    return this.#database.write((tx) => sweep(tx, queue, limit));
  }

  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    return this.#database.write((tx) => cancel(tx, batch));
  }

  redrive(batch: readonly TaskId[], options: MoveOptions = {}): Promise<RedriveOutcome[]> {
    return this.#database.write((tx) => redrive(tx, batch, options));
  }

  runNow(batch: readonly TaskId[], options: MoveOptions = {}): Promise<RunNowOutcome[]> {
    return this.#database.write((tx) => runNow(tx, batch, options));
  }

  delete(batch: readonly TaskId[], options: MoveOptions = {}): Promise<DeleteOutcome[]> {
    return this.#database.write((tx) => deleteTasks(tx, batch, options));
  }

  get(batch: readonly TaskId[], options: GetOptions = {}): Promise<(Task | null)[]> {
    return this.#database.read((tx) => get(tx, batch, options));
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#database.read((tx) => list(tx, query));
  }

  queueNames(usedWithinMs?: number): Promise<QueueName[]> {
    return this.#database.read((tx) =>
      usedWithinMs === undefined ? queueNames(tx) : tx.usedQueues(usedWithinMs),
    );
  }

  stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    return this.#database.read((tx) => stats(tx, queues));
  }

  countDeaths(queues: readonly QueueName[]): Promise<FailureCount[][]> {
    return this.#database.read((tx) => countDeaths(tx, queues));
  }

  async idsOf(batch: readonly TaskAddress[]): Promise<TaskId[]> {
    return batch.map(({ id }) => id);
  }

  async idsOfRequest(queue: QueueName, requestId: string): Promise<TaskId[]> {
    return [taskIdOfRequest(queue, requestId)];
  }

  settings(queues: readonly QueueName[]): Promise<StoredSettings[]> {
    return this.#database.read((tx) => settings(tx, queues));
  }

  putSettings(queue: QueueName, next: QueueSettings, revision: string): Promise<PutOutcome> {
    return this.#database.write((tx) => putSettings(tx, queue, next, revision));
  }

  putKey(queue: QueueName, key: string, own: KeySettings | null): Promise<PutKeyOutcome> {
    return this.#database.write((tx) => putKey(tx, queue, key, own));
  }

  keys(query: KeysQuery): Promise<KeysPage> {
    return this.#database.read((tx) => keys(tx, query));
  }

  blockers(id: TaskId): Promise<Blockers | null> {
    return this.#database.read((tx) => blockers(tx, id));
  }

  deleteQueue(queue: QueueName, purge: boolean): Promise<DeleteQueueOutcome> {
    return this.#database.write((tx) => deleteQueue(tx, queue, purge));
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#database.memory.hints.listen(listener);
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}
