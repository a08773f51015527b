import { resultsOf } from "../../dispatch/store-calls/store-failure.ts";
import { TaskError } from "../../domain/errors.ts";
import {
  addressOfDelivery,
  type BatonEvent,
  type Delivery,
  isSameEvent,
} from "../../domain/events/event.ts";
import type { StoredEvent } from "../../domain/events/event-codec.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { COLLECTIONS, type Documents } from "../../store/documents.ts";
import { type Store, StoreError } from "../../store/store.ts";
import { errorOf, RETRY_AFTER_MS } from "../automation.ts";
import type { PublishReceipt } from "./contract.ts";
import type { Deliverer, PendingEvent } from "./deliverer.ts";
import { eventOf } from "./event-records.ts";
import { type Announced, type PreparedEvent, pendingOf, pieceOf, putOf } from "./prepared-event.ts";
import type { Subscriptions } from "./subscriptions.ts";

type Answer = PublishReceipt | TaskError;

interface Waiting extends Announced {
  readonly answer: (answer: Answer) => void;
}

function bytesOf({ data }: BatonEvent): number {
  return data.length + EVENT_OVERHEAD_BYTES;
}

/** What a {@link Publisher} needs. */
export interface PublisherOptions {
  readonly documents: Documents;
  readonly store: Pick<Store, "idsOf">;
  readonly subscriptions: Subscriptions;
  readonly deliverer: Deliverer;
}

const EVENTS_A_BATCH = 100;
/** A batch carries less than this, unless one event alone is larger. */
const BYTES_A_BATCH = 4 * 1024 * 1024;
/** Events are refused while more than this waits for the store or is on its way there. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** What an event takes beside its data, about. */
const EVENT_OVERHEAD_BYTES = 1_024;
const BATCHES_AT_ONCE = 4;

/** Stores events, those of one turn of the event loop together, and has them delivered. */
export class Publisher {
  readonly #options: PublisherOptions;
  #waiting: Waiting[] = [];
  /** Of the events that are not answered. */
  #waitingBytes = 0;
  #batches = 0;
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Publishes events; resolves once each is durable or refused. Refuses all while too many wait. */
  publish(batch: readonly BatonEvent[]): Promise<Answer[]> {
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      const behind = new TaskError("STORE_UNAVAILABLE", "the store is too far behind", {
        retryAfterMs: RETRY_AFTER_MS,
      });
      return Promise.resolve(batch.map(() => behind));
    }
    return new Promise((resolve) => {
      const call = { tasks: 0 };
      const answers = new Array<Answer>(batch.length);
      let missing = batch.length;
      for (const [index, event] of batch.entries()) {
        this.#waitingBytes += bytesOf(event);
        this.#waiting.push({
          event,
          call,
          answer: (answer) => {
            this.#waitingBytes -= bytesOf(event);
            answers[index] = answer;
            missing -= 1;
            if (missing === 0) {
              resolve(answers);
            }
          },
        });
      }
      if (batch.length === 0) {
        resolve(answers);
      }
      this.#schedule();
    });
  }

  /** Resolves once no event waits for its answer. */
  async idle(): Promise<void> {
    if (this.#batches > 0 || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#batches < BATCHES_AT_ONCE) {
      this.#batches += 1;
      this.#run(this.#takeBatch())
        .catch(() => undefined)
        .finally(() => {
          this.#batches -= 1;
          this.#flush();
        });
    }
    if (this.#waiting.length === 0 && this.#batches === 0) {
      for (const resolve of this.#idle.splice(0)) {
        resolve();
      }
    }
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < EVENTS_A_BATCH && count < this.#waiting.length) {
      bytes += bytesOf((this.#waiting[count] as Waiting).event);
      if (count > 0 && bytes > BYTES_A_BATCH) {
        break;
      }
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    const { subscriptions } = this.#options;
    let answered = 0;
    try {
      while (answered < batch.length) {
        const piece = pieceOf(batch, answered, await subscriptions.routes());
        for (const answer of await this.#store(piece)) {
          batch[answered]?.answer(answer);
          answered += 1;
        }
        await this.#roomToDeliver();
      }
    } catch (error) {
      const refusal = errorOf(error);
      for (const { answer } of batch.slice(answered)) {
        answer(refusal);
      }
    }
  }

  /** Whoever publishes faster than tasks can be stored waits here, instead of filling the memory. */
  async #roomToDeliver(): Promise<void> {
    const { deliverer } = this.#options;
    while (deliverer.batchesUnderWay >= BATCHES_AT_ONCE) {
      await deliverer.oneLess();
    }
  }

  async #store(piece: readonly (PreparedEvent | TaskError)[]): Promise<Answer[]> {
    const { documents, deliverer } = this.#options;
    const prepared = piece.filter((each): each is PreparedEvent => !(each instanceof TaskError));
    // Before anything is stored: what cannot be answered is not published.
    const receipts = await Promise.all(
      prepared.map(({ name, deliveries }) => this.#receiptOf(name, deliveries, false)),
    );
    const outcomes = await resultsOf(prepared.length, () =>
      documents.put(COLLECTIONS.events, prepared.map(putOf)),
    );
    const answers = new Map<PreparedEvent, Answer>();
    const pending: PendingEvent[] = [];
    const conflicts: PreparedEvent[] = [];
    for (const [index, each] of prepared.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === "ok") {
        answers.set(each, receipts[index] ?? unanswered());
        if (each.routes.length > 0) {
          pending.push(pendingOf(each, outcome.version));
        }
      } else if (outcome instanceof StoreError) {
        answers.set(each, errorOf(outcome));
      } else {
        conflicts.push(each);
      }
    }
    if (pending.length > 0) {
      deliverer.begin(pending);
    }
    await this.#compare(conflicts, answers);
    return piece.map((each) =>
      each instanceof TaskError ? each : (answers.get(each) ?? unanswered()),
    );
  }

  /** Answers for events whose source and id are known. */
  async #compare(
    conflicts: readonly PreparedEvent[],
    answers: Map<PreparedEvent, Answer>,
  ): Promise<void> {
    if (conflicts.length === 0) {
      return;
    }
    const found = await resultsOf(conflicts.length, () =>
      this.#options.documents.get(
        COLLECTIONS.events,
        conflicts.map(({ name }) => name),
      ),
    );
    for (const [at, each] of conflicts.entries()) {
      const document = found[at];
      const answer =
        document instanceof StoreError
          ? errorOf(document)
          : await this.#comparedTo(document ? eventOf(document) : null, each);
      answers.set(each, answer);
    }
  }

  async #comparedTo(
    stored: StoredEvent | Undecodable | null,
    { event, name, fingerprint }: PreparedEvent,
  ): Promise<Answer> {
    if (stored === null) {
      const forgotten = "the event was just forgotten; repeat the call";
      return new TaskError("OUTCOME_UNKNOWN", forgotten);
    }
    if (stored instanceof Undecodable) {
      return errorOf(stored);
    }
    return isSameEvent(stored.fingerprint, fingerprint)
      ? this.#receiptOf(name, stored.deliveries, true)
      : reused(event);
  }

  async #receiptOf(
    name: string,
    deliveries: readonly Delivery[],
    deduplicated: boolean,
  ): Promise<PublishReceipt> {
    const addresses = deliveries.map((delivery) => addressOfDelivery(name, delivery));
    return { taskIds: await this.#options.store.idsOf(addresses), deduplicated };
  }
}

function reused({ source, id }: BatonEvent): TaskError {
  return new TaskError(
    "EVENT_ID_REUSED",
    "an event of another type or with other data has this source and id",
    {
      metadata: { source, id },
    },
  );
}

function unanswered(): never {
  throw new Error("an event was not answered");
}
