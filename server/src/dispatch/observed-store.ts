import type { QueueName, TaskId } from "../domain/ids.ts";
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
} from "../store/store.ts";
import { known } from "./known-outcomes.ts";
import { storeErrorOf } from "./store-failure.ts";
import type { StoreHealth } from "./store-health.ts";

/**
 * The store as the dispatcher uses it: every answer and failure goes to the health, every failure is a
 * `StoreError`, no outcome is of an unknown kind, and the calls under way can be waited for.
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
    return this.#observe(() => this.#store.submit(batch), known.submit);
  }

  lease(request: LeaseRequest): Promise<LeaseOutcome> {
    return this.#observe(() => this.#store.lease(request), known.lease);
  }

  sessions(queue: QueueName): Promise<LiveSession[]> {
    return this.#observe(() => this.#store.sessions(queue));
  }

  settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    return this.#observe(() => this.#store.settle(batch), known.settle);
  }

  report(batch: readonly Report[]): Promise<ReportOutcome[]> {
    return this.#observe(() => this.#store.report(batch), known.report);
  }

  openSession(batch: readonly SessionOpening[]): Promise<SessionOpened[]> {
    return this.#observe(() => this.#store.openSession(batch), known.openSession);
  }

  renew(batch: readonly SessionRenewal[]): Promise<RenewOutcome[]> {
    return this.#observe(() => this.#store.renew(batch), known.renew);
  }

  sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    return this.#observe(() => this.#store.sweep(queue, limit));
  }

  cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    return this.#observe(() => this.#store.cancel(batch), known.cancel);
  }

  redrive(batch: readonly TaskId[]): Promise<RedriveOutcome[]> {
    return this.#observe(() => this.#store.redrive(batch), known.redrive);
  }

  get(batch: readonly TaskId[], options?: GetOptions): ReturnType<Store["get"]> {
    return this.#observe(() => this.#store.get(batch, options));
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#observe(() => this.#store.list(query));
  }

  queueNames(usedWithinMs?: number): Promise<QueueName[]> {
    return this.#observe(() => this.#store.queueNames(usedWithinMs));
  }

  stats(queues?: readonly QueueName[]): Promise<QueueStats[]> {
    return this.#observe(() => this.#store.stats(queues));
  }

  onHint(listener: (hint: StoreHint) => void): () => void {
    return this.#store.onHint(listener);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #observe<Answer>(
    call: () => Promise<Answer>,
    check: (answer: Answer) => Answer = unchecked,
  ): Promise<Answer> {
    this.#underWay += 1;
    try {
      const answer = check(await call());
      this.#health.answered();
      return answer;
    } catch (error) {
      const failure = storeErrorOf(error);
      // A full store still answers, and still lets workers drain it.
      if (failure.kind === "full") {
        this.#health.answered();
      } else {
        this.#health.failed(failure);
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

function unchecked<Answer>(answer: Answer): Answer {
  return answer;
}
