import type { UndecodableLog } from "../dispatch/undecodable-log.ts";
import type { Clock } from "../domain/clock.ts";
import { TaskError } from "../domain/errors.ts";
import type { Subscription } from "../domain/event.ts";
import {
  decodeSubscription,
  encodeSubscription,
  type Route,
  routeOf,
} from "../domain/event-codec.ts";
import { isReadable, Undecodable } from "../domain/undecodable.ts";
import { COLLECTIONS, type Document, type Documents } from "../store/documents.ts";

const { subscriptions, marks } = COLLECTIONS;

/** The document whose version changes with every change of subscriptions. */
const MARK = "subscriptions";
const NOTHING = Buffer.alloc(0);
const PAGE = 1_000;
const MAX_TRIES = 50;
/** How long a change may stay unknown whose dispatcher died before it said so. */
const MAX_AGE_MS = 5_000;

/**
 * Keeps subscriptions, and a copy of all of them for publishing. Who publishes after a change was answered
 * finds it, on whatever dispatcher: the version of one small document says whether the copy is new.
 */
export class Subscriptions {
  readonly #documents: Documents;
  readonly #clock: Clock;
  readonly #undecodable: UndecodableLog;
  #routes: readonly Route[] = [];
  #mark = -1;
  #loadedAtMs = Number.NEGATIVE_INFINITY;

  constructor(documents: Documents, clock: Clock, undecodable: UndecodableLog) {
    this.#documents = documents;
    this.#clock = clock;
    this.#undecodable = undecodable;
  }

  /** Returns every subscription that can be read as publishing needs it. */
  async routes(): Promise<readonly Route[]> {
    const [document] = await this.#documents.get(marks, [MARK]);
    const mark = document?.version ?? 0;
    const nowMs = this.#clock.monotonicMs();
    if (mark !== this.#mark || nowMs - this.#loadedAtMs > MAX_AGE_MS) {
      // Read after the mark, so that what is loaded is never older than the mark says.
      this.#routes = (await this.#all()).map(routeOf);
      this.#mark = mark;
      this.#loadedAtMs = nowMs;
    }
    return this.#routes;
  }

  async put(subscription: Subscription): Promise<{ subscription: Subscription; created: boolean }> {
    return this.#untilWritten(subscription.name, (known) => ({
      ...subscription,
      paused: known !== null && isReadable(known) && known.paused,
    }));
  }

  async get(name: string): Promise<Subscription> {
    const [document] = await this.#documents.get(subscriptions, [name]);
    return readable(subscriptionOf(document ?? notFound()));
  }

  async list(after: string | null, limit: number): Promise<(Subscription | Undecodable)[]> {
    return (await this.#documents.list(subscriptions, after, limit)).map(subscriptionOf);
  }

  async setPaused(name: string, paused: boolean): Promise<Subscription> {
    const { subscription } = await this.#untilWritten(name, (known) => ({
      ...readable(known ?? notFound()),
      paused,
    }));
    return subscription;
  }

  async remove(name: string): Promise<boolean> {
    const [removed] = await this.#documents.remove(subscriptions, [
      { name, expectedVersion: null },
    ]);
    await this.#changed();
    return removed === true;
  }

  async #untilWritten(
    name: string,
    change: (known: Subscription | Undecodable | null) => Subscription,
  ): Promise<{ subscription: Subscription; created: boolean }> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const [document] = await this.#documents.get(subscriptions, [name]);
      const known = document ? subscriptionOf(document) : null;
      const subscription = change(known);
      if (await this.#write(subscription, document ?? null)) {
        await this.#changed();
        return { subscription, created: known === null };
      }
    }
    throw new TaskError("OUTCOME_UNKNOWN", "the subscription changes too often; repeat the call");
  }

  async #write(subscription: Subscription, known: Document | null): Promise<boolean> {
    const [outcome] = await this.#documents.put(subscriptions, [
      {
        name: subscription.name,
        body: encodeSubscription(subscription),
        due: null,
        expectedVersion: known?.version ?? 0,
      },
    ]);
    return outcome?.kind === "ok";
  }

  async #changed(): Promise<void> {
    const mark = { name: MARK, body: NOTHING, due: null, expectedVersion: null };
    await this.#documents.put(marks, [mark]);
  }

  async #all(): Promise<Subscription[]> {
    const all: Document[] = [];
    for (;;) {
      const page = await this.#documents.list(subscriptions, all.at(-1)?.name ?? null, PAGE);
      all.push(...page);
      if (page.length < PAGE) {
        return this.#undecodable.readable(all.map(subscriptionOf));
      }
    }
  }
}

function subscriptionOf({ name, version, body }: Document): Subscription | Undecodable {
  try {
    return decodeSubscription(body);
  } catch (error) {
    return new Undecodable("subscription", name, version, error);
  }
}

function readable(found: Subscription | Undecodable): Subscription {
  if (found instanceof Undecodable) {
    throw found;
  }
  return found;
}

function notFound(): never {
  throw new TaskError("SUBSCRIPTION_NOT_FOUND", "no subscription has this name");
}
