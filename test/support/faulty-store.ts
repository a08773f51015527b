import type { QueueName, TaskId } from "../../server/src/domain/ids.ts";
import {
  type Cancellation,
  type GetOptions,
  type LeaseRequest,
  type ListQuery,
  type NewTask,
  type Report,
  type SessionOpening,
  type SessionRenewal,
  type Settlement,
  type Store,
  StoreError,
  type StoreErrorKind,
  type StoreHint,
} from "../../server/src/store/store.ts";

/** A method of the store that can be made to fail. */
export type StoreMethod = Exclude<keyof Store, "onHint" | "close">;

/** A call that a test keeps from going on. */
export interface HeldCall {
  /** Resolves once the call has come. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
  /** Has the caller never learn what came of it. */
  lose(): void;
}

type Fault = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** A real store of which a test fails, delays or loses chosen calls. */
export class FaultyStore implements Store {
  /** While set, every call fails so, and nothing happens in the store. */
  down: StoreErrorKind | null = null;
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
    return this.#call("submit", batch, () => this.#store.submit(batch));
  }

  lease(request: LeaseRequest): ReturnType<Store["lease"]> {
    return this.#call("lease", request, () => this.#store.lease(request));
  }

  sessions(queue: QueueName): ReturnType<Store["sessions"]> {
    return this.#call("sessions", queue, () => this.#store.sessions(queue));
  }

  settle(batch: readonly Settlement[]): ReturnType<Store["settle"]> {
    return this.#call("settle", batch, () => this.#store.settle(batch));
  }

  report(batch: readonly Report[]): ReturnType<Store["report"]> {
    return this.#call("report", batch, () => this.#store.report(batch));
  }

  openSession(batch: readonly SessionOpening[]): ReturnType<Store["openSession"]> {
    return this.#call("openSession", batch, () => this.#store.openSession(batch));
  }

  renew(batch: readonly SessionRenewal[]): ReturnType<Store["renew"]> {
    return this.#call("renew", batch, () => this.#store.renew(batch));
  }

  sweep(queue: QueueName, limit: number): ReturnType<Store["sweep"]> {
    return this.#call("sweep", queue, () => this.#store.sweep(queue, limit));
  }

  cancel(batch: readonly Cancellation[]): ReturnType<Store["cancel"]> {
    return this.#call("cancel", batch, () => this.#store.cancel(batch));
  }

  redrive(batch: readonly TaskId[]): ReturnType<Store["redrive"]> {
    return this.#call("redrive", batch, () => this.#store.redrive(batch));
  }

  get(batch: readonly TaskId[], options?: GetOptions): ReturnType<Store["get"]> {
    return this.#call("get", { batch, ...options }, () => this.#store.get(batch, options));
  }

  list(query: ListQuery): ReturnType<Store["list"]> {
    return this.#call("list", query, () => this.#store.list(query));
  }

  queueNames(usedWithinMs?: number): ReturnType<Store["queueNames"]> {
    return this.#call("queueNames", null, () => this.#store.queueNames(usedWithinMs));
  }

  stats(queues?: readonly QueueName[]): ReturnType<Store["stats"]> {
    return this.#call("stats", queues, () => this.#store.stats(queues));
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
