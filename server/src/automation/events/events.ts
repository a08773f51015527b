import { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import { drainingError, type TaskError } from "../../domain/errors.ts";
import type { BatonEvent, Subscription } from "../../domain/events/event.ts";
import type { Undecodable } from "../../domain/undecodable.ts";
import type { Store } from "../../store/store.ts";
import { type AutomationParts, asked, RETRY_AFTER_MS } from "../automation.ts";
import { SweepLoop } from "../sweep-loop.ts";
import type { Events, PublishReceipt } from "./contract.ts";
import { Deliverer } from "./deliverer.ts";
import { sweepEvents } from "./event-sweep.ts";
import { Publisher } from "./publisher.ts";
import { Subscriptions } from "./subscriptions.ts";

/** What events are made of. */
export interface EventsParts extends AutomationParts {
  readonly store: Pick<Store, "idsOf">;
}

/** Makes the events of a dispatcher. */
export function createEvents(parts: EventsParts): Events {
  return new BatonEvents(parts);
}

class BatonEvents implements Events {
  readonly #subscriptions: Subscriptions;
  readonly #deliverer: Deliverer;
  readonly #publisher: Publisher;
  readonly #loop: SweepLoop;
  #isStopped = false;

  constructor(parts: EventsParts) {
    const { documents, store, clock, log } = parts;
    const undecodable = new UndecodableLog(parts);
    this.#subscriptions = new Subscriptions(documents, clock, undecodable);
    this.#deliverer = new Deliverer(documents, parts);
    this.#publisher = new Publisher({
      documents,
      store,
      subscriptions: this.#subscriptions,
      deliverer: this.#deliverer,
    });
    const sweep = { documents, deliverer: this.#deliverer, undecodable, log };
    this.#loop = new SweepLoop(parts, () => sweepEvents(sweep));
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const swept = this.#loop.stop();
    await this.#publisher.idle();
    await this.#deliverer.idle();
    await swept;
  }

  async publish(batch: readonly BatonEvent[]): Promise<(PublishReceipt | TaskError)[]> {
    if (this.#isStopped) {
      throw drainingError({ retryAfterMs: RETRY_AFTER_MS });
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
