import {
  type LeaseRef,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type TaskId,
} from "../../domain/ids.ts";
import {
  BatchError,
  type Cancellation,
  type CancelOutcome,
  type GetOptions,
  type ItemResult,
  type LeaseOutcome,
  type LeaseRequest,
  type ListPage,
  type ListQuery,
  type LiveSession,
  type NewTask,
  type QueueStats,
  type RedriveOutcome,
  type RenewOutcome,
  type Report,
  type ReportOutcome,
  resultsOfFailure,
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
  statsOfEach,
} from "../../store/store.ts";
import { known } from "./known-outcomes.ts";
import { QueueAwayError, resultsOf, storeErrorOf } from "./store-failure.ts";
import type { StoreHealth } from "./store-health.ts";

/** How an item of a batch names its queue. */
type QueueOf<Item> = (item: Item) => QueueName;

/** Which queues a call failed for. */
type QueuesOf = (failure: StoreError) => Iterable<QueueName>;

/**
 * The store as the dispatcher uses it: every answer and failure goes to the health, every failure is a
 * `StoreError`, no outcome is of an unknown kind, a queue that is away is not asked, and the calls under way
 * can be waited for.
 */
export class ObservedStore implements Store {
  readonly #store: Store;
  readonly #health: StoreHealth;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(store: Store, health: StoreHealth) {
    this.#store = store;
    this.#health = health;
  }

  /** Resolves once no call is under way. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    return this.#write(batch, queueOfNew, (items) => this.#store.submit(items).then(known.submit));
  }

  lease(request: LeaseRequest): Promise<LeaseOutcome> {
    return this.#one(request.queue, false, () => this.#store.lease(request).then(known.lease));
  }

  sessions(queue: QueueName): Promise<LiveSession[]> {
    return this.#one(queue, true, () => this.#store.sessions(queue));
  }

  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    return this.#write(batch, queueOfLease(), (items) =>
      this.#store.settle(items).then(known.settle),
    );
  }

  report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    return this.#write(batch, queueOfLease(), (items) =>
      this.#store.report(items).then(known.report),
    );
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return this.#write(batch, queueOf, (items) =>
      this.#store.openSession(items).then(known.openSession),
    );
  }

  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]> {
    return this.#write(batch, queueOf, (items) => this.#store.renew(items).then(known.renew));
  }

  sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    return this.#one(queue, false, () => this.#store.sweep(queue, limit));
  }

  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    const queueOfItem = ({ taskId }: Cancellation) => queueOfTask(taskId);
    return this.#write(batch, queueOfItem, (items) => this.#store.cancel(items).then(known.cancel));
  }

  redrive(batch: readonly TaskId[]): Promise<RedriveOutcome[]> {
    return this.#write(batch, queueOfTask, (items) =>
      this.#store.redrive(items).then(known.redrive),
    );
  }

  get(batch: readonly TaskId[], options?: GetOptions): ReturnType<Store["get"]> {
    return this.#batch(batch, queueOfTask, true, (items) => this.#store.get(items, options));
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#one(query.queue, true, () => this.#store.list(query));
  }

  queueNames(usedWithinMs?: number): Promise<QueueName[]> {
    return this.#observe(noQueue, true, () => this.#store.queueNames(usedWithinMs));
  }

  async stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    if (queues === undefined) {
      return this.#observe(noQueue, true, () => this.#store.stats());
    }
    const answers = await this.#batch(queues, itself, true, async (asked) =>
      statsOfEach(asked, await this.#store.stats(asked)),
    );
    return answers.filter((each) => each !== null);
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#store.onHint(listener);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #one<Answer>(
    queue: QueueName,
    isRead: boolean,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const retryAfterMs = this.#health.retryAfterMs(queue, isRead);
    if (retryAfterMs !== null) {
      throw new QueueAwayError(queue, retryAfterMs);
    }
    return this.#observe(() => [queue], isRead, call);
  }

  #write<Item, Outcome>(
    batch: readonly Item[],
    queueOfItem: QueueOf<Item>,
    call: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    return this.#batch(batch, queueOfItem, false, call);
  }

  /** Asks for the items whose queues are not away. */
  async #batch<Item, Outcome>(
    batch: readonly Item[],
    queueOfItem: QueueOf<Item>,
    isRead: boolean,
    call: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    const refusals = this.#health.isCalm ? null : this.#refusals(batch, queueOfItem, isRead);
    if (refusals === null) {
      return this.#observe(thatFailed(batch, queueOfItem), isRead, () => call(batch));
    }
    const free = batch.filter((_, at) => refusals[at] === null);
    const answers =
      free.length === 0
        ? []
        : await resultsOf(free.length, () =>
            this.#observe(thatFailed(free, queueOfItem), isRead, () => call(free)),
          );
    let next = 0;
    const results = refusals.map((refusal): ItemResult<Outcome> => {
      if (refusal !== null) {
        return refusal;
      }
      next += 1;
      return answers[next - 1] as ItemResult<Outcome>;
    });
    throw free.length === 0 ? refusals[0] : new BatchError(results);
  }

  /** Why each item is not asked for; null where all of them are. */
  #refusals<Item>(
    batch: readonly Item[],
    queueOfItem: QueueOf<Item>,
    isRead: boolean,
  ): (QueueAwayError | null)[] | null {
    const refusals = new Map<QueueName, QueueAwayError | null>();
    let isAny = false;
    const found = batch.map((item) => {
      const queue = queueOfItem(item);
      let refusal = refusals.get(queue);
      if (refusal === undefined) {
        const retryAfterMs = this.#health.retryAfterMs(queue, isRead);
        refusal = retryAfterMs === null ? null : new QueueAwayError(queue, retryAfterMs);
        refusals.set(queue, refusal);
        isAny ||= refusal !== null;
      }
      return refusal;
    });
    return isAny ? found : null;
  }

  async #observe<Answer>(
    queuesOf: QueuesOf,
    isRead: boolean,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#underWay += 1;
    try {
      const answer = await call();
      if (!isRead) {
        this.#health.answered();
      }
      return answer;
    } catch (error) {
      const failure = storeErrorOf(error);
      // A full store still answers, and still lets workers drain it.
      if (failure.kind === "full") {
        this.#health.answered();
      } else {
        this.#health.failed(queuesOf(failure), failure, isRead);
      }
      throw failure;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        for (const resolve of this.#waiting.splice(0)) {
          resolve();
        }
      }
    }
  }
}

/** Returns what names the queues of those items of a batch that failed. */
function thatFailed<Item>(batch: readonly Item[], queueOfItem: QueueOf<Item>): QueuesOf {
  return (failure) => {
    const failed = new Set<QueueName>();
    resultsOfFailure(failure, batch.length).forEach((result, at) => {
      if (result instanceof StoreError && result.kind !== "full") {
        failed.add(queueOfItem(batch[at] as Item));
      }
    });
    return failed;
  };
}

function itself(queue: QueueName): QueueName {
  return queue;
}

function noQueue(): readonly QueueName[] {
  return [];
}

function queueOfNew({ spec }: NewTask): QueueName {
  return spec.queue;
}

function queueOf({ queue }: { readonly queue: QueueName }): QueueName {
  return queue;
}

function queueOfLease(): QueueOf<{ readonly lease: LeaseRef }> {
  const cursor = new QueueCursor();
  return ({ lease }) => cursor.of(lease.taskId);
}
