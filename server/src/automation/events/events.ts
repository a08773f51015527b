import type { Dispatcher } from "../../dispatch/contract.ts";
import type { DispatchLog } from "../../dispatch/log.ts";
import { taskErrorOf } from "../../dispatch/store-calls/store-failure.ts";
import {
  UndecodableLog,
  type UndecodableLogOptions,
} from "../../dispatch/store-calls/undecodable-log.ts";
import type { Clock } from "../../domain/clock.ts";
import { TaskError } from "../../domain/errors.ts";
import type { BatonEvent, Subscription } from "../../domain/events/event.ts";
import type { Undecodable } from "../../domain/undecodable.ts";
import type { Documents } from "../../store/documents.ts";
import type { Events, PublishReceipt } from "./contract.ts";
import { Deliverer } from "./deliverer.ts";
import { EventSweeper } from "./event-sweeper.ts";
import { Publisher } from "./publisher.ts";
import { Subscriptions } from "./subscriptions.ts";

/** What events are made of. */
export interface EventsParts {
  readonly documents: Documents;
  readonly dispatcher: Pick<Dispatcher, "submit">;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** Events that other dispatchers left are looked for at least this often. */
  readonly sweepIntervalMs: number;
  readonly onUndecodable?: UndecodableLogOptions["onUndecodable"];
}

const RETRY_AFTER_MS = 1_000;

/** Makes the events of a dispatcher. */
export function createEvents(parts: EventsParts): Events {
  return new BatonEvents(parts);
}

class BatonEvents implements Events {
  readonly #subscriptions: Subscriptions;
  readonly #deliverer: Deliverer;
  readonly #publisher: Publisher;
  readonly #sweeper: EventSweeper;
  #isStopped = false;

  constructor(parts: EventsParts) {
    const { documents, dispatcher, clock, log, sweepIntervalMs } = parts;
    const undecodable = new UndecodableLog(parts);
    this.#subscriptions = new Subscriptions(documents, clock, undecodable);
    this.#deliverer = new Deliverer(documents, dispatcher, log);
    this.#publisher = new Publisher({
      documents,
      subscriptions: this.#subscriptions,
      deliverer: this.#deliverer,
      errorOf: (error) => taskErrorOf(error, RETRY_AFTER_MS),
      retryAfterMs: RETRY_AFTER_MS,
    });
    this.#sweeper = new EventSweeper({
      documents,
      deliverer: this.#deliverer,
      undecodable,
      clock,
      log,
      intervalMs: sweepIntervalMs,
    });
  }

  start(): void {
    this.#sweeper.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const swept = this.#sweeper.stop();
    await this.#publisher.idle();
    await this.#deliverer.idle();
    await swept;
  }

  async publish(batch: readonly BatonEvent[]): Promise<(PublishReceipt | TaskError)[]> {
    if (this.#isStopped) {
      throw new TaskError("DRAINING", "this dispatcher is shutting down", {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    return this.#publisher.publish(batch);
  }

  putSubscription(
    subscription: Subscription,
  ): Promise<{ subscription: Subscription; created: boolean }> {
    return asked(() => this.#subscriptions.put(subscription));
  }

  getSubscription(name: string): Promise<Subscription> {
    return asked(() => this.#subscriptions.get(name));
  }

  listSubscriptions(after: string | null, limit: number): Promise<(Subscription | Undecodable)[]> {
    return asked(() => this.#subscriptions.list(after, limit));
  }

  setPaused(name: string, isPaused: boolean): Promise<Subscription> {
    return asked(() => this.#subscriptions.setPaused(name, isPaused));
  }

  removeSubscription(name: string): Promise<boolean> {
    return asked(() => this.#subscriptions.remove(name));
  }
}

async function asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw taskErrorOf(error, RETRY_AFTER_MS);
  }
}
