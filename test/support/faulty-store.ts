import type { KeySettings, QueueSettings } from "../../server/src/domain/flow/queue-settings.ts";
import type { TaskAddress } from "../../server/src/domain/flow/task-address.ts";
import {
  type LeaseRef,
  type QueueName,
  queueOfTask,
  type TaskId,
} from "../../server/src/domain/ids.ts";
import {
  BatchError,
  type Cancellation,
  type GetOptions,
  type ItemResult,
  type KeysQuery,
  type LeaseRequest,
  type ListQuery,
  type MoveOptions,
  type NewTask,
  type Report,
  type SessionDrain,
  type SessionOpening,
  type SessionRenewal,
  type Settlement,
  type Store,
  StoreError,
  type StoreErrorKind,
  type StoreHint,
  type WorkersQuery,
} from "../../server/src/store/store.ts";

/** A method of the store that can be made to fail. */
export type StoreMethod = Exclude<keyof Store, "idsOf" | "idsOfRequest" | "onHint" | "close">;

/** A call that a test keeps from going on. */
export interface HeldCall {
  /** Resolves once the call has come. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
  /** Has the caller never learn what came of it. */
  lose(): void;
}

/** How a queue fails. */
export interface QueueFault {
  readonly kind: StoreErrorKind;
  /** Whether it answers reads all the same. */
  readonly answersReads?: boolean;
  /** What its calls wait for before they fail, such as a server that is frozen. */
  readonly after?: Promise<void>;
}

type Fault = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** A real store of which a test fails, delays or loses chosen calls. */
export class FaultyStore implements Store {
  /** While set, every call fails so, and nothing happens in the store. */
  down: StoreErrorKind | null = null;
  /** Queues whose calls fail while they are in it, and nothing happens to them in the store. */
  readonly downQueues = new Map<QueueName, QueueFault>();
  /** While set, hints are lost. */
  isDeaf = false;
  readonly #store: Store;
  readonly #faults = new Map<StoreMethod, Fault[]>();
  readonly #batches = new Map<StoreMethod, unknown[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** What the method was called with, call by call. */
  calls<Argument>(method: StoreMethod): Argument[] {
    return (this.#batches.get(method) ?? []) as Argument[];
  }

  /** Forgets the calls so far. */
  forgetCalls(): void {
    this.#batches.clear();
  }

  /** Has the next call fail without any effect. */
  failNext(method: StoreMethod, kind: StoreErrorKind = "unavailable"): void {
    this.#add(method, () => Promise.reject(new StoreError(kind, "made to fail")));
  }

  /** Has the next call answered so, without any effect. */
  answerNext(method: StoreMethod, answer: unknown): void {
    this.#add(method, () => Promise.resolve(answer as never));
  }

  /** Has the next call throw what no store should. */
  breakNext(method: StoreMethod): void {
    this.#add(method, () => {
      throw new TypeError("made to break");
    });
  }

  /** Has the next call take effect and its answer be lost. */
  loseNextAnswer(method: StoreMethod): void {
    this.#add(method, async (call) => {
      await call();
      throw lostAnswer();
    });
  }

  /** Holds the next call before it takes effect. */
  holdNext(method: StoreMethod): HeldCall {
    const { held, arrive, released } = newHeldCall();
    this.#add(method, async (call) => {
      arrive();
      await released;
      return call();
    });
    return held;
  }

  /** Has the next call take effect at once, and holds its answer. */
  holdNextAnswer(method: StoreMethod): HeldCall {
    const { held, arrive, released } = newHeldCall();
    this.#add(method, async (call) => {
      const answer = await call();
      arrive();
      await released;
      return answer;
    });
    return held;
  }

  submit(batch: readonly NewTask[]): ReturnType<Store["submit"]> {
    return this.#batch(
      "submit",
      batch,
      ({ spec }) => spec.queue,
      (items) => this.#store.submit(items),
    );
  }

  lease(request: LeaseRequest): ReturnType<Store["lease"]> {
    return this.#one("lease", request, request.queue, () => this.#store.lease(request));
  }

  sessions(queue: QueueName): ReturnType<Store["sessions"]> {
    return this.#one("sessions", queue, queue, () => this.#store.sessions(queue));
  }

  settle(batch: readonly Settlement[]): ReturnType<Store["settle"]> {
    return this.#batch("settle", batch, queueOfLease, (items) => this.#store.settle(items));
  }

  report(batch: readonly Report[]): ReturnType<Store["report"]> {
    return this.#batch("report", batch, queueOfLease, (items) => this.#store.report(items));
  }

  openSession(batch: readonly SessionOpening[]): ReturnType<Store["openSession"]> {
    return this.#batch("openSession", batch, queueOf, (items) => this.#store.openSession(items));
  }

  renew(batch: readonly SessionRenewal[]): ReturnType<Store["renew"]> {
    return this.#batch("renew", batch, queueOf, (items) => this.#store.renew(items));
  }

  workerQueues(): ReturnType<Store["workerQueues"]> {
    return this.#store.workerQueues();
  }

  workers(query: WorkersQuery): ReturnType<Store["workers"]> {
    return this.#one("workers", query, query.queue, () => this.#store.workers(query));
  }

  drainSessions(batch: readonly SessionDrain[]): ReturnType<Store["drainSessions"]> {
    return this.#batch("drainSessions", batch, queueOf, (items) =>
      this.#store.drainSessions(items),
    );
  }

  sweep(queue: QueueName, limit: number): ReturnType<Store["sweep"]> {
    return this.#one("sweep", queue, queue, () => this.#store.sweep(queue, limit));
  }

  cancel(batch: readonly Cancellation[]): ReturnType<Store["cancel"]> {
    const queueOfItem = ({ taskId }: Cancellation) => queueOfTask(taskId);
    return this.#batch("cancel", batch, queueOfItem, (items) => this.#store.cancel(items));
  }

  redrive(batch: readonly TaskId[], options?: MoveOptions): ReturnType<Store["redrive"]> {
    const call = (items: readonly TaskId[]) => this.#store.redrive(items, options);
    return this.#batch("redrive", batch, queueOfTask, call);
  }

  runNow(batch: readonly TaskId[], options?: MoveOptions): ReturnType<Store["runNow"]> {
    const call = (items: readonly TaskId[]) => this.#store.runNow(items, options);
    return this.#batch("runNow", batch, queueOfTask, call);
  }

  delete(batch: readonly TaskId[], options?: MoveOptions): ReturnType<Store["delete"]> {
    const call = (items: readonly TaskId[]) => this.#store.delete(items, options);
    return this.#batch("delete", batch, queueOfTask, call);
  }

  get(batch: readonly TaskId[], options?: GetOptions): ReturnType<Store["get"]> {
    const call = (items: readonly TaskId[]) => this.#store.get(items, options);
    return this.#batch("get", batch, queueOfTask, call, { batch, ...options });
  }

  list(query: ListQuery): ReturnType<Store["list"]> {
    return this.#one("list", query, query.queue, () => this.#store.list(query));
  }

  queueNames(usedWithinMs?: number): ReturnType<Store["queueNames"]> {
    return this.#call("queueNames", null, () => this.#store.queueNames(usedWithinMs));
  }

  stats(queues?: readonly QueueName[]): ReturnType<Store["stats"]> {
    return this.#call("stats", queues, () => this.#store.stats(queues));
  }

  settings(queues: readonly QueueName[]): ReturnType<Store["settings"]> {
    return this.#batch(
      "settings",
      queues,
      (queue) => queue,
      (some) => this.#store.settings(some),
    );
  }

  countDeaths(queues: readonly QueueName[]): ReturnType<Store["countDeaths"]> {
    return this.#batch(
      "countDeaths",
      queues,
      (queue) => queue,
      (some) => this.#store.countDeaths(some),
    );
  }

  idsOf(batch: readonly TaskAddress[]): ReturnType<Store["idsOf"]> {
    return this.#store.idsOf(batch);
  }

  idsOfRequest(queue: QueueName, requestId: string): Promise<TaskId[]> {
    return this.#store.idsOfRequest(queue, requestId);
  }

  putSettings(
    queue: QueueName,
    settings: QueueSettings,
    revision: string,
  ): ReturnType<Store["putSettings"]> {
    const argument = { queue, settings, revision };
    return this.#one("putSettings", argument, queue, () =>
      this.#store.putSettings(queue, settings, revision),
    );
  }

  putKey(queue: QueueName, key: string, settings: KeySettings | null): ReturnType<Store["putKey"]> {
    const argument = { queue, key, settings };
    return this.#one("putKey", argument, queue, () => this.#store.putKey(queue, key, settings));
  }

  keys(query: KeysQuery): ReturnType<Store["keys"]> {
    return this.#one("keys", query, query.queue, () => this.#store.keys(query));
  }

  blockers(id: TaskId): ReturnType<Store["blockers"]> {
    return this.#one("blockers", id, queueOfTask(id), () => this.#store.blockers(id));
  }

  deleteQueue(queue: QueueName, purge: boolean): ReturnType<Store["deleteQueue"]> {
    const argument = { queue, purge };
    return this.#one("deleteQueue", argument, queue, () => this.#store.deleteQueue(queue, purge));
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#store.onHint((hint) => {
      if (!this.isDeaf) {
        listener(hint);
      }
    });
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #add(method: StoreMethod, fault: Fault): void {
    const faults = this.#faults.get(method) ?? [];
    faults.push(fault);
    this.#faults.set(method, faults);
  }

  #one<Answer>(
    method: StoreMethod,
    argument: unknown,
    queue: QueueName,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const fault = this.#faultOf(method, queue);
    return this.#call(method, argument, fault === null ? call : () => failed(fault));
  }

  #batch<Item, Outcome>(
    method: StoreMethod,
    batch: readonly Item[],
    queueOfItem: (item: Item) => QueueName,
    call: (items: readonly Item[]) => Promise<Outcome[]>,
    argument: unknown = batch,
  ): Promise<Outcome[]> {
    const faults = batch.map((item) => this.#faultOf(method, queueOfItem(item)));
    return this.#call(method, argument, () =>
      faults.some((fault) => fault !== null) ? inPart(batch, faults, call) : call(batch),
    );
  }

  #faultOf(method: StoreMethod, queue: QueueName): QueueFault | null {
    const fault = this.downQueues.get(queue) ?? null;
    return fault?.answersReads === true && READS.includes(method) ? null : fault;
  }

  #call<Answer>(
    method: StoreMethod,
    argument: unknown,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const batches = this.#batches.get(method) ?? [];
    batches.push(argument);
    this.#batches.set(method, batches);
    if (this.down !== null) {
      return Promise.reject(new StoreError(this.down, "made to be down"));
    }
    const fault = this.#faults.get(method)?.shift();
    return fault === undefined ? call() : fault(call);
  }
}

const READS: readonly StoreMethod[] = [
  "get",
  "list",
  "sessions",
  "stats",
  "countDeaths",
  "queueNames",
];

async function failed({ kind, after }: QueueFault): Promise<never> {
  await after;
  throw new StoreError(kind, "made to be down");
}

/** Does what can be done of a batch. */
async function inPart<Item, Outcome>(
  batch: readonly Item[],
  faults: readonly (QueueFault | null)[],
  call: (items: readonly Item[]) => Promise<Outcome[]>,
): Promise<never> {
  const rest = batch.filter((_, at) => faults[at] === null);
  const outcomes = rest.length === 0 ? [] : await call(rest);
  await Promise.all(faults.map((fault) => fault?.after));
  let next = 0;
  throw new BatchError(
    faults.map((fault): ItemResult<unknown> => {
      if (fault !== null) {
        return new StoreError(fault.kind, "made to be down");
      }
      next += 1;
      return outcomes[next - 1];
    }),
  );
}

function queueOf({ queue }: { readonly queue: QueueName }): QueueName {
  return queue;
}

function queueOfLease({ lease }: { readonly lease: LeaseRef }): QueueName {
  return queueOfTask(lease.taskId);
}

function lostAnswer(): StoreError {
  return new StoreError("unknown", "made to lose its answer");
}

function newHeldCall(): { held: HeldCall; arrive: () => void; released: Promise<void> } {
  const arrived = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  return {
    held: {
      reached: arrived.promise,
      release: letGo.resolve,
      lose: () => letGo.reject(lostAnswer()),
    },
    arrive: arrived.resolve,
    released: letGo.promise,
  };
}
