import type { Clock } from "@baton/proto/shared";
import type { TaskAddress } from "../../../domain/flow/task-address.ts";
import {
  type LeaseRef,
  QueueCursor,
  type QueueName,
  queueOfTask,
  type TaskId,
  taskIdOfRequest,
} from "../../../domain/ids.ts";
import type { Task } from "../../../domain/task.ts";
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
  type StoreHint,
  type SubmitOutcome,
  type SweepReport,
  statsOfEach,
} from "../../store.ts";
import { type RedisFlow, StoreOnFlow } from "../flow.ts";
import { pageOfSlices, type SliceReader } from "../listing.ts";
import { Rests } from "../rests.ts";
import { outcomesOf, resultsOf, runByPart } from "./partition-calls.ts";
import { innerId, type Layout, outerQueue, outerTask } from "./partition-ids.ts";
import { leaseRound, type TasksApart } from "./partition-lease.ts";
import { mergeDeaths, mergeResults, mergeStats, outerHint, sweepParts } from "./partition-merge.ts";
import { mergedSlices, type PlaceCounter } from "./partition-reads.ts";
import { innerOpenings, mergeOpened, mergeRenewed } from "./partition-sessions.ts";
import { idOfAddress, idsInPartitions, innerTask, outerOutcome } from "./partition-submits.ts";
import { holdsQueue, PartitionedFlow } from "./partitioned-flow.ts";
import { PartitionedWorkers } from "./partitioned-workers.ts";
import type { Partitions } from "./partitions.ts";

/** What a {@link PartitionedStore} is made of. */
export interface PartitionedStoreParts {
  /** Has each partition as a queue of its own. */
  readonly store: Store;
  readonly flow: RedisFlow;
  readonly partitions: Partitions;
  readonly readSlice: SliceReader;
  readonly places: PlaceCounter;
  readonly clock: Clock;
}

/**
 * Spreads queues over partitions, each in a slot of its own, and hides that: ids, hints, figures and
 * pages are those of one queue. A task's partition follows from its id, so that ids stay routable and
 * request ids are remembered (G2). Queues that are not partitioned are handed on as they are.
 *
 * What differs on a partitioned queue:
 * - G8 holds within a partition. A lease takes from a few of them, in turn, so that a task may be leased
 *   before a better placed one of another partition; which one is reached within as many calls as there
 *   are partitions. Listings and `ahead` are by the place over all of them.
 * - A lease may exceed the bytes asked for by one payload, the first of a partition.
 * - What goes to all partitions (a session's opening and renewal, a sweep, figures) is no transaction, and
 *   repeating it is safe. Where some partitions are away, sessions live on in the others, which are leased
 *   from and swept.
 */
export class PartitionedStore extends StoreOnFlow implements Store {
  readonly #store: Store;
  readonly #flow: PartitionedFlow;
  readonly #workers: PartitionedWorkers;
  readonly #partitions: Partitions;
  readonly #readSlice: SliceReader;
  readonly #places: PlaceCounter;
  /** Where the next round of a queue's partitions begins. */
  readonly #turns = new Map<QueueName, number>();
  readonly #apart: TasksApart = new Map();
  /** By partition, of which an operator has named every queue's. */
  readonly #rests: Rests;

  constructor({ store, flow, partitions, readSlice, places, clock }: PartitionedStoreParts) {
    const spread = new PartitionedFlow({ store, flow, partitions, clock });
    const rests = new Rests(clock);
    const workers = new PartitionedWorkers(store, partitions, rests);
    super(spread, workers);
    this.#rests = rests;
    this.#store = store;
    this.#flow = spread;
    this.#workers = workers;
    this.#partitions = partitions;
    this.#readSlice = readSlice;
    this.#places = places;
  }

  async submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    if (!(await this.#partitions.isAnySpread(batch, ({ spec }) => spec.queue))) {
      return this.#store.submit(batch);
    }
    const inner = batch.map((task) => innerTask(this.#partitions.find(task.spec.queue), task));
    const results = await resultsOf(inner, () =>
      runByPart(
        inner,
        ({ spec }) => spec.queue,
        (items) => this.#store.submit(items),
      ),
    );
    return outcomesOf(
      results.map((result, at) => {
        const offered = batch[at] as NewTask;
        const layout = this.#partitions.find(offered.spec.queue);
        return layout ? outerOutcome(layout, result, offered, inner[at] as NewTask) : result;
      }),
    );
  }

  async idsOf(batch: readonly TaskAddress[]): Promise<TaskId[]> {
    const isRouted = batch.some(({ routingKey }) => routingKey !== "");
    return isRouted && (await this.#partitions.isAnySpread(batch, ({ id }) => queueOfTask(id)))
      ? batch.map((each) => idOfAddress(this.#partitions.find(queueOfTask(each.id)), each))
      : batch.map(({ id }) => id);
  }

  async idsOfRequest(queue: QueueName, requestId: string): Promise<TaskId[]> {
    const layout = await this.#partitions.layout(queue);
    return layout === null
      ? this.#store.idsOfRequest(queue, requestId)
      : idsInPartitions(layout, taskIdOfRequest(queue, requestId));
  }

  async lease(request: LeaseRequest): Promise<LeaseOutcome> {
    const layout = await this.#partitions.layout(request.queue);
    return layout === null
      ? this.#store.lease(request)
      : leaseRound(
          { lease: (part) => this.#rests.ask(part.queue, () => this.#store.lease(part)) },
          this.#inTurn(layout),
          request,
          this.#apart,
        );
  }

  async settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    const settle = () => this.#runOnLeases(batch, (items) => this.#store.settle(items));
    if (!batch.some(holdsQueue)) {
      return settle();
    }
    const results = await resultsOf(batch, settle);
    await this.#flow.holdOthers(batch, results);
    return outcomesOf(results);
  }

  sessions(queue: QueueName): Promise<LiveSession[]> {
    return this.#workers.sessions(queue);
  }

  async report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    return this.#runOnLeases(batch, (items) => this.#store.report(items));
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return this.#runOnAllParts(
      batch,
      (items) => this.#store.openSession(items),
      innerOpenings,
      mergeOpened,
    );
  }

  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]> {
    return this.#runOnAllParts(
      batch,
      (items) => this.#store.renew(items),
      ({ names }, renewal) => names.map((queue) => ({ ...renewal, queue })),
      (_, layout, results) => mergeRenewed(layout, results),
    );
  }

  async sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    const layout = await this.#partitions.layout(queue);
    if (layout === null) {
      return this.#store.sweep(queue, limit);
    }
    const [report] = await Promise.all([
      sweepParts(this.#store, this.#inTurn(layout), limit),
      this.#flow.agreeNowAndThen(layout),
    ]);
    return report;
  }

  async cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    if (!(await this.#partitions.isAnySpread(batch, ({ taskId }) => queueOfTask(taskId)))) {
      return this.#store.cancel(batch);
    }
    return runByPart(
      batch.map((item) => ({ ...item, taskId: this.#innerId(item.taskId) })),
      ({ taskId }) => queueOfTask(taskId),
      (items) => this.#store.cancel(items),
    );
  }

  redrive(batch: readonly TaskId[], options?: MoveOptions): Promise<RedriveOutcome[]> {
    return this.#runOnTasks(batch, (ids) => this.#store.redrive(ids, options));
  }

  runNow(batch: readonly TaskId[], options?: MoveOptions): Promise<RunNowOutcome[]> {
    return this.#runOnTasks(batch, (ids) => this.#store.runNow(ids, options));
  }

  delete(batch: readonly TaskId[], options?: MoveOptions): Promise<DeleteOutcome[]> {
    return this.#runOnTasks(batch, (ids) => this.#store.delete(ids, options));
  }

  async get(batch: readonly TaskId[], options: GetOptions = {}): Promise<(Task | null)[]> {
    if (!(await this.#partitions.isAnySpread(batch, queueOfTask))) {
      return this.#store.get(batch, options);
    }
    const ids = batch.map((id) => this.#innerId(id));
    const found = await runByPart(ids, queueOfTask, (items) => this.#store.get(items, options));
    return Promise.all(found.map((task) => task && this.#outerTask(task)));
  }

  async list(query: ListQuery): Promise<ListPage> {
    const layout = await this.#partitions.layout(query.queue);
    return layout === null
      ? this.#store.list(query)
      : pageOfSlices(mergedSlices(this.#readSlice, layout), query);
  }

  async queueNames(usedWithinMs?: number): Promise<QueueName[]> {
    // Asked for now and then by every dispatcher, which is how often it has to agree with the others.
    const [names] = await Promise.all([
      this.#store.queueNames(usedWithinMs),
      this.#partitions.refresh().catch(() => undefined),
    ]);
    return [...new Set(names.map(outerQueue))].sort();
  }

  async stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    if (queues === undefined) {
      const merged = mergeStats(await this.#store.stats());
      return merged.sort((a, b) => (a.queue < b.queue ? -1 : 1));
    }
    if (!(await this.#partitions.isAnySpread(queues, (queue) => queue))) {
      return this.#store.stats(queues);
    }
    const partsOf = (queue: QueueName) => [queue, ...(this.#partitions.find(queue)?.names ?? [])];
    const names = [...new Set(queues.flatMap(partsOf))];
    const results = await resultsOf(names, async () =>
      statsOfEach(names, await this.#store.stats(names)),
    );
    const byName = new Map(names.map((name, at) => [name, results[at] ?? null]));
    return knownStats(
      queues.map((queue) => mergeResults(partsOf(queue).map((name) => byName.get(name) ?? null))),
    );
  }

  async countDeaths(queues: readonly QueueName[]): Promise<FailureCount[][]> {
    if (!(await this.#partitions.isAnySpread(queues, (queue) => queue))) {
      return this.#store.countDeaths(queues);
    }
    // As long as a queue is new to partitions, tasks may lie under its own name.
    const partsOf = (queue: QueueName) => [queue, ...(this.#partitions.find(queue)?.names ?? [])];
    const names = [...new Set(queues.flatMap(partsOf))];
    const results = await resultsOf(names, () => this.#store.countDeaths(names));
    const byName = new Map(names.map((name, at) => [name, results[at] ?? []]));
    return outcomesOf(
      queues.map((queue) => mergeDeaths(partsOf(queue).map((name) => byName.get(name) ?? []))),
    );
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#store.onHint((hint) => listener(outerHint(hint)));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #runOnTasks<Outcome>(
    batch: readonly TaskId[],
    run: (ids: readonly TaskId[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    return (await this.#partitions.isAnySpread(batch, queueOfTask))
      ? runByPart(
          batch.map((id) => this.#innerId(id)),
          queueOfTask,
          run,
        )
      : run(batch);
  }

  async #runOnLeases<Item extends { readonly lease: LeaseRef }, Outcome>(
    batch: readonly Item[],
    run: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    const cursor = new QueueCursor();
    const queueOf = ({ lease }: Item) => cursor.of(lease.taskId);
    if (!(await this.#partitions.isAnySpread(batch, queueOf))) {
      return run(batch);
    }
    const inner = batch.map((item) => {
      const { taskId, token } = item.lease;
      return { ...item, lease: { taskId: this.#innerId(taskId), token } };
    });
    return runByPart(inner, queueOf, run);
  }

  /** Asks every partition of each item's queue, and answers for the queue. */
  async #runOnAllParts<Item extends { readonly queue: QueueName }, Outcome>(
    batch: readonly Item[],
    run: (items: readonly Item[]) => Promise<Outcome[]>,
    split: (layout: Layout, item: Item) => Item[],
    merge: (
      item: Item,
      layout: Layout,
      results: readonly ItemResult<Outcome>[],
    ) => ItemResult<Outcome>,
  ): Promise<Outcome[]> {
    if (!(await this.#partitions.isAnySpread(batch, ({ queue }) => queue))) {
      return run(batch);
    }
    const parts = batch.map((item) => {
      const layout = this.#partitions.find(item.queue);
      return layout ? { items: split(layout, item), layout } : { items: [item], layout: null };
    });
    const answers = await resultsOf(
      parts.flatMap(({ items }) => items),
      (items) =>
        runByPart(
          items,
          ({ queue }) => queue,
          (own, name) => this.#asked(name, own, run),
        ),
    );
    let at = 0;
    const results = parts.map(({ items, layout }, index) => {
      const own = answers.slice(at, at + items.length);
      at += items.length;
      const [only] = own as [ItemResult<Outcome>];
      return layout ? merge(batch[index] as Item, layout, own) : only;
    });
    return outcomesOf(results);
  }

  /** Asks for items of one queue of the plain store; a partition that has just failed is left alone. */
  #asked<Item, Outcome>(
    name: QueueName,
    items: readonly Item[],
    run: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    return outerQueue(name) === name ? run(items) : this.#rests.ask(name, () => run(items));
  }

  /** The partitions of a queue, another one first each time. */
  #inTurn({ queue, names }: Layout): QueueName[] {
    const turn = (this.#turns.get(queue) ?? 0) % names.length;
    this.#turns.set(queue, turn + 1);
    return [...names.slice(turn), ...names.slice(0, turn)];
  }

  #innerId(id: TaskId): TaskId {
    const layout = this.#partitions.find(queueOfTask(id));
    return layout ? innerId(layout, id) : id;
  }

  async #outerTask(task: Task): Promise<Task> {
    const name = queueOfTask(task.id);
    const queue = outerQueue(name);
    const layout = this.#partitions.find(queue);
    const outer = queue === name ? task : outerTask(task);
    return task.ahead === null || !layout
      ? outer
      : {
          ...outer,
          ahead: task.ahead + (await this.#places.aheadElsewhere(layout, name, task.id)),
        };
  }
}
