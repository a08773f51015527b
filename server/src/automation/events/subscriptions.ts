import { type Clock, LIMITS } from "@baton/proto/shared";
import type { UndecodableLog } from "../../dispatch/store-calls/undecodable-log.ts";
import { TaskError } from "../../domain/errors.ts";
import type { Subscription } from "../../domain/events/event.ts";
import {
  decodeSubscription,
  encodeSubscription,
  type Route,
  routeOf,
} from "../../domain/events/event-codec.ts";
import { isReadable, Undecodable } from "../../domain/undecodable.ts";
import { COLLECTIONS, type Document, type Documents } from "../../store/documents.ts";

const { subscriptions, marks } = COLLECTIONS;

/** The document whose version changes with every change of subscriptions. */
const MARK = "subscriptions";
const NOTHING = Buffer.alloc(0);
const PAGE = 1_000;
const MAX_TRIES = 50;
/** How long a change may stay unknown whose dispatcher died before it said so. */
const MAX_AGE_MS = 5_000;

const { maxEventSubscriptions, maxEventSubscriptionBytes } = LIMITS;

/** What is known of a subscription's document. */
interface Known {
  readonly version: number;
  readonly bytes: number;
  readonly route: Route | Undecodable;
}

/**
 * Keeps subscriptions, and a copy of all of them for publishing. Who publishes after a change was answered
 * finds it, on whatever dispatcher: the version of one small document says whether the copy is new.
 */
export class Subscriptions {
  readonly #documents: Documents;
  readonly #clock: Clock;
  readonly #undecodable: UndecodableLog;
  #known: ReadonlyMap<string, Known> = new Map();
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
      this.#known = await this.#load();
      this.#routes = this.#undecodable.readable(
        [...this.#known.values()].map(({ route }) => route),
      );
      this.#mark = mark;
      this.#loadedAtMs = nowMs;
    }
    return this.#routes;
  }

  async put(subscription: Subscription): Promise<{ subscription: Subscription; created: boolean }> {
    await this.#refuseIfFull(subscription);
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
    const change = (known: Subscription | Undecodable | null) => ({
      ...readable(known ?? notFound()),
      paused,
    });
    const { subscription } = await this.#untilWritten(name, change, true);
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
    isSmall = false,
  ): Promise<{ subscription: Subscription; created: boolean }> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const [document] = await this.#documents.get(subscriptions, [name]);
      const known = document ? subscriptionOf(document) : null;
      const subscription = change(known);
      if (await this.#write(subscription, document ?? null, isSmall)) {
        await this.#changed();
        return { subscription, created: known === null };
      }
    }
    throw new TaskError("OUTCOME_UNKNOWN", "the subscription changes too often; repeat the call");
  }

  async #write(
    subscription: Subscription,
    known: Document | null,
    isSmall: boolean,
  ): Promise<boolean> {
    const [outcome] = await this.#documents.put(subscriptions, [
      {
        name: subscription.name,
        body: encodeSubscription(subscription),
        due: null,
        expectedVersion: known?.version ?? 0,
        isSmall,
      },
    ]);
    return outcome?.kind === "ok";
  }

  async #changed(): Promise<void> {
    const mark = { name: MARK, body: NOTHING, due: null, expectedVersion: null, isSmall: true };
    await this.#documents.put(marks, [mark]);
  }

  // Dispatchers that do so at the same time may go beyond it by what each of them puts.
  async #refuseIfFull(subscription: Subscription): Promise<void> {
    await this.routes();
    const others = [...this.#known].filter(([name]) => name !== subscription.name);
    const { length } = encodeSubscription(subscription);
    const bytes = others.reduce((sum, [, known]) => sum + known.bytes, length);
    if (others.length >= maxEventSubscriptions || bytes > maxEventSubscriptionBytes) {
      const what =
        bytes > maxEventSubscriptionBytes
          ? `all subscriptions together would have ${bytes} bytes; at most ${maxEventSubscriptionBytes} are allowed`
          : `there are ${maxEventSubscriptions} subscriptions already`;
      throw new TaskError("SUBSCRIPTIONS_FULL", what);
    }
  }

  /** Reads all, and makes anew only what changed. */
  async #load(): Promise<ReadonlyMap<string, Known>> {
    const all = new Map<string, Known>();
    let after: string | null = null;
    for (;;) {
      const page: readonly Document[] = await this.#documents.list(subscriptions, after, PAGE);
      if (page.length === 0) {
        return all;
      }
      for (const document of page) {
        const before = this.#known.get(document.name);
        all.set(document.name, before?.version === document.version ? before : knownOf(document));
      }
      after = page.at(-1)?.name ?? null;
    }
  }
}

function knownOf(document: Document): Known {
  const subscription = subscriptionOf(document);
  return {
    version: document.version,
    bytes: document.body.length,
    route: subscription instanceof Undecodable ? subscription : routeOf(subscription),
  };
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
