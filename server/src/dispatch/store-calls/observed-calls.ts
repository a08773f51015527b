import type { QueueName } from "../../domain/ids.ts";
import type { Around, StoreCall } from "../../store/around-store.ts";
import { BatchError, type ItemResult, resultsOfFailure, StoreError } from "../../store/store.ts";
import { checkOutcomes } from "./known-outcomes.ts";
import { QueueAwayError, resultsOf, storeErrorOf } from "./store-failure.ts";
import type { StoreHealth } from "./store-health.ts";

/** How an item of a batch names its queue. */
type QueueOf<Item> = (item: Item) => QueueName;

/** Which queues a call failed for. */
type QueuesOf = (failure: StoreError) => Iterable<QueueName>;

const READS: ReadonlySet<StoreCall> = new Set([
  "sessions",
  "workers",
  "workerQueues",
  "get",
  "list",
  "queueNames",
  "stats",
  "countDeaths",
  "settings",
  "keys",
  "blockers",
]);

/**
 * What the dispatcher has around its store: every answer and failure goes to the health, every failure is a
 * `StoreError`, no outcome is of an unknown kind, a queue that is away is not asked, and the calls under way
 * can be waited for.
 */
export class ObservedCalls implements Around {
  readonly #health: StoreHealth;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(health: StoreHealth) {
    this.#health = health;
  }

  /** Resolves once no call is under way. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async one<Answer>(
    call: StoreCall,
    queue: QueueName | null,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    if (queue === null) {
      return this.#observe(call, () => [], ask);
    }
    const retryAfterMs = this.#health.retryAfterMs(queue, READS.has(call));
    if (retryAfterMs !== null) {
      throw new QueueAwayError(queue, retryAfterMs);
    }
    return this.#observe(call, () => [queue], ask);
  }

  /** Asks for the items whose queues are not away. */
  async batch<Item, Outcome>(
    call: StoreCall,
    batch: readonly Item[],
    queueOf: QueueOf<Item>,
    ask: (items: readonly Item[]) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    const refusals = this.#health.isCalm ? null : this.#refusals(call, batch, queueOf);
    if (refusals === null) {
      return this.#observe(call, thatFailed(batch, queueOf), () => ask(batch));
    }
    const free = batch.filter((_, at) => refusals[at] === null);
    const answers =
      free.length === 0
        ? []
        : await resultsOf(free.length, () =>
            this.#observe(call, thatFailed(free, queueOf), () => ask(free)),
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
    call: StoreCall,
    batch: readonly Item[],
    queueOf: QueueOf<Item>,
  ): (QueueAwayError | null)[] | null {
    const refusals = new Map<QueueName, QueueAwayError | null>();
    let isAny = false;
    const found = batch.map((item) => {
      const queue = queueOf(item);
      let refusal = refusals.get(queue);
      if (refusal === undefined) {
        const retryAfterMs = this.#health.retryAfterMs(queue, READS.has(call));
        refusal = retryAfterMs === null ? null : new QueueAwayError(queue, retryAfterMs);
        refusals.set(queue, refusal);
        isAny ||= refusal !== null;
      }
      return refusal;
    });
    return isAny ? found : null;
  }

  async #observe<Answer>(
    call: StoreCall,
    queuesOf: QueuesOf,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const isRead = READS.has(call);
    this.#underWay += 1;
    try {
      const answer = await ask();
      checkOutcomes(call, answer);
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
function thatFailed<Item>(batch: readonly Item[], queueOf: QueueOf<Item>): QueuesOf {
  return (failure) => {
    const failed = new Set<QueueName>();
    resultsOfFailure(failure, batch.length).forEach((result, at) => {
      if (result instanceof StoreError && result.kind !== "full") {
        failed.add(queueOf(batch[at] as Item));
      }
    });
    return failed;
  };
}
