import { resultsOf } from "../dispatch/store-failure.ts";
import { TaskError } from "../domain/errors.ts";
import {
  type BatonEvent,
  type Delivery,
  fingerprintOfEvent,
  matches,
  nameOfEvent,
  taskIdOfDelivery,
} from "../domain/event.ts";
import {
  encodeDeliveredEvent,
  encodePendingEvent,
  type Route,
  tasksOfEvent,
} from "../domain/event-codec.ts";
import { Undecodable } from "../domain/undecodable.ts";
import { COLLECTIONS, type DocumentPut, type Documents } from "../store/documents.ts";
import { StoreError } from "../store/store.ts";
import type { PublishReceipt } from "./contract.ts";
import { type Deliverer, EVENT_WINDOW_MS, type PendingEvent } from "./deliverer.ts";
import { eventOf } from "./event-records.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** How long the dispatcher that took an event has to deliver it until a sweep does, in milliseconds. */
export const DELIVERY_RECOVERY_MS = 5_000;

type Answer = PublishReceipt | TaskError;

interface Waiting {
  readonly event: BatonEvent;
  readonly answer: (answer: Answer) => void;
}

function bytesOf({ data }: BatonEvent): number {
  return data.length + EVENT_OVERHEAD_BYTES;
}

/** An event with what publishing makes of it. */
interface Prepared {
  readonly event: BatonEvent;
  readonly name: string;
  readonly fingerprint: string;
  readonly routes: readonly Route[];
}

/** What a {@link Publisher} needs. */
export interface PublisherOptions {
  readonly documents: Documents;
  readonly subscriptions: Subscriptions;
  readonly deliverer: Deliverer;
  /** Turns what the store threw into what a caller is told. */
  readonly errorOf: (error: unknown) => TaskError;
  /** What who publishes too much is told to wait. */
  readonly retryAfterMs: number;
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
      const { retryAfterMs } = this.#options;
      const behind = new TaskError("STORE_UNAVAILABLE", "the store is too far behind", {
        retryAfterMs,
      });
      return Promise.resolve(batch.map(() => behind));
    }
    return new Promise((resolve) => {
      const answers = new Array<Answer>(batch.length);
      let missing = batch.length;
      for (const [index, event] of batch.entries()) {
        this.#waitingBytes += bytesOf(event);
        this.#waiting.push({
          event,
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
    const { deliverer, errorOf } = this.#options;
    try {
      const answers = await this.#store(batch.map(({ event }) => event));
      batch.forEach(({ answer }, index) => {
        answer(answers[index] as Answer);
      });
    } catch (error) {
      const refusal = errorOf(error);
      for (const { answer } of batch) {
        answer(refusal);
      }
    }
    // Whoever publishes faster than tasks can be stored waits here, instead of filling the memory.
    while (deliverer.batchesUnderWay >= BATCHES_AT_ONCE) {
      await deliverer.oneLess();
    }
  }

  async #store(batch: readonly BatonEvent[]): Promise<Answer[]> {
    const { documents, subscriptions, deliverer } = this.#options;
    const routes = await subscriptions.routes();
    const prepared = batch.map((event) => prepare(event, routes));
    const outcomes = await resultsOf(prepared.length, () =>
      documents.put(COLLECTIONS.events, prepared.map(putOf)),
    );
    const answers = new Array<Answer>(batch.length);
    const pending: PendingEvent[] = [];
    const conflicts: number[] = [];
    for (const [index, each] of prepared.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === "ok") {
        answers[index] = receiptOf(each.name, deliveriesOf(each), false);
        if (each.routes.length > 0) {
          pending.push(pendingOf(each, outcome.version));
        }
      } else if (outcome instanceof StoreError) {
        answers[index] = this.#options.errorOf(outcome);
      } else {
        conflicts.push(index);
      }
    }
    if (pending.length > 0) {
      deliverer.begin(pending);
    }
    await this.#compare(prepared, conflicts, answers);
    return answers;
  }

  /** Answers for events whose source and id are known. */
  async #compare(
    prepared: readonly Prepared[],
    conflicts: readonly number[],
    answers: Answer[],
  ): Promise<void> {
    if (conflicts.length === 0) {
      return;
    }
    const known = conflicts.map((index) => prepared[index] as Prepared);
    const found = await resultsOf(known.length, () =>
      this.#options.documents.get(
        COLLECTIONS.events,
        known.map(({ name }) => name),
      ),
    );
    for (const [at, index] of conflicts.entries()) {
      const document = found[at];
      const { event, name, fingerprint } = known[at] as Prepared;
      if (document instanceof StoreError) {
        answers[index] = this.#options.errorOf(document);
        continue;
      }
      const stored = document ? eventOf(document) : null;
      if (stored === null) {
        const forgotten = "the event was just forgotten; repeat the call";
        answers[index] = new TaskError("OUTCOME_UNKNOWN", forgotten);
      } else if (stored instanceof Undecodable) {
        answers[index] = this.#options.errorOf(stored);
      } else {
        answers[index] =
          stored.fingerprint === fingerprint
            ? receiptOf(name, stored.deliveries, true)
            : reused(event);
      }
    }
  }
}

function prepare(event: BatonEvent, routes: readonly Route[]): Prepared {
  return {
    event,
    name: nameOfEvent(event.source, event.id),
    fingerprint: fingerprintOfEvent(event),
    routes: routes.filter(({ subscription }) => matches(subscription, event)),
  };
}

function putOf(prepared: Prepared): DocumentPut {
  const { event, name, fingerprint, routes } = prepared;
  const isPending = routes.length > 0;
  return {
    name,
    body: isPending
      ? encodePendingEvent(fingerprint, event, routes)
      : encodeDeliveredEvent(fingerprint, []),
    due: { kind: "after", delayMs: isPending ? DELIVERY_RECOVERY_MS : EVENT_WINDOW_MS },
    expectedVersion: 0,
  };
}

function pendingOf(prepared: Prepared, version: number): PendingEvent {
  const { event, name, fingerprint, routes } = prepared;
  return {
    name,
    version,
    fingerprint,
    deliveries: deliveriesOf(prepared),
    tasks: tasksOfEvent(name, event, routes),
  };
}

function deliveriesOf({ routes }: Prepared): Delivery[] {
  return routes.map(({ delivery }) => delivery);
}

function receiptOf(
  name: string,
  deliveries: readonly Delivery[],
  deduplicated: boolean,
): PublishReceipt {
  return {
    taskIds: deliveries.map((delivery) => taskIdOfDelivery(name, delivery)),
    deduplicated,
  };
}

function reused({ source, id }: BatonEvent): TaskError {
  return new TaskError("EVENT_ID_REUSED", "another event has this source and id", {
    metadata: { source, id },
  });
}
