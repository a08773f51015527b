import type { TaskError } from "../../domain/errors.ts";
import type { BatonEvent, Subscription } from "../../domain/events/event.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { Undecodable } from "../../domain/undecodable.ts";

/** Says that an event is stored. */
export interface PublishReceipt {
  /** The tasks that it makes, one a subscription that matched. */
  readonly taskIds: readonly TaskId[];
  /** Whether the event was known. */
  readonly deduplicated: boolean;
}

/** What the transport asks of events. Inputs were checked; every rejection is a `TaskError`. */
export interface Events {
  /**
   * Stores events and answers once they are durable, item by item, in order: EVENT_ID_REUSED where an
   * event of another type or with other data has the same source and id; of a repeat that differs in anything
   * else, what was first is kept. Their tasks follow at once, or from a sweep after a crash.
   */
  publish(batch: readonly BatonEvent[]): Promise<(PublishReceipt | TaskError)[]>;

  /** Creates a subscription or replaces the one of the same name; a pause stays. */
  putSubscription(
    subscription: Subscription,
  ): Promise<{ subscription: Subscription; created: boolean }>;

  /** Returns a subscription; rejects with SUBSCRIPTION_NOT_FOUND or RECORD_UNDECODABLE. */
  getSubscription(name: string): Promise<Subscription>;

  /** Returns at most so many subscriptions after a name, by name. */
  listSubscriptions(after: string | null, limit: number): Promise<(Subscription | Undecodable)[]>;

  /** Stops or starts delivering; rejects with SUBSCRIPTION_NOT_FOUND. */
  setPaused(name: string, isPaused: boolean): Promise<Subscription>;

  /** Forgets a subscription; returns whether there was one. */
  removeSubscription(name: string): Promise<boolean>;

  /** Begins to finish what crashes left, and to forget events whose window is over. */
  start(): void;

  /** Waits for deliveries under way and ends. */
  stop(): Promise<void>;
}
