import { oncePerEvent } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { type ItemResult, StoreError } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import type { Pace } from "./pace.ts";
import { resultsOf } from "./store-failure.ts";

/** Who asked for items of a store call, and is told what became of each. */
export interface BatchCaller<Item, Outcome> {
  /** Takes an item's outcome; `place` is what was given with the item. */
  answered(outcome: Outcome, item: Item, place: number): void;
  /** Learns that the call with the item failed. */
  failed(error: StoreError, item: Item, place: number): void;
  /** Called once after each call that brought something. */
  flush(): void;
}

/** How a {@link Coalescer} works. */
export interface CoalescerOptions<Item, Outcome> {
  /** The store call; returns one outcome an item, in order. */
  readonly call: (queue: QueueName, batch: readonly Item[]) => Promise<readonly Outcome[]>;
  /** The size of an item that the store has to be sent. */
  readonly bytesOf: (item: Item) => number;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Bounds the calls of all queues together, which wait in turn; without it there is no such bound. */
  readonly pace?: Pace;
}

/** What waits for one queue. Three arrays instead of an object an item. */
interface Lane<Item, Outcome> {
  readonly queue: QueueName;
  items: Item[];
  callers: BatchCaller<Item, Outcome>[];
  places: number[];
  underWay: number;
}

/**
 * Turns everything that one event of the event loop asks for into one store call a queue (or a
 * few, where it is much). Calls of a queue start in the order in which their items came.
 */
export class Coalescer<Item, Outcome> {
  readonly #options: CoalescerOptions<Item, Outcome>;
  readonly #lanes = new Map<QueueName, Lane<Item, Outcome>>();
  /** Lanes that had nothing until now. */
  #fresh: Lane<Item, Outcome>[] = [];
  readonly #flushSoon = oncePerEvent(() => this.#flush());
  #waitingBytes = 0;
  #waiting: (() => void)[] = [];

  constructor(options: CoalescerOptions<Item, Outcome>) {
    this.#options = options;
  }

  /** The size of what waits for a call. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Asks for an item before the next event. */
  add(queue: QueueName, item: Item, caller: BatchCaller<Item, Outcome>, place: number): void {
    let lane = this.#lanes.get(queue);
    if (lane === undefined) {
      lane = { queue, items: [], callers: [], places: [], underWay: 0 };
      this.#lanes.set(queue, lane);
    }
    if (lane.items.push(item) === 1) {
      this.#fresh.push(lane);
    }
    lane.callers.push(caller);
    lane.places.push(place);
    this.#waitingBytes += this.#options.bytesOf(item);
    this.#flushSoon();
  }

  /** Resolves once nothing waits and no call is under way. */
  async idle(): Promise<void> {
    if (this.#lanes.size > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #flush(): void {
    const lanes = this.#fresh;
    this.#fresh = [];
    for (const lane of lanes) {
      this.#run(lane);
    }
  }

  #run(lane: Lane<Item, Outcome>): void {
    const { settings, pace } = this.#options;
    while (lane.items.length > 0 && lane.underWay < settings.maxCallsUnderWay) {
      if (pace?.begin(lane, () => this.#run(lane)) === false) {
        return;
      }
      const count = this.#fitting(lane.items);
      if (count === lane.items.length) {
        const { items, callers, places } = lane;
        lane.items = [];
        lane.callers = [];
        lane.places = [];
        this.#call(lane, items, callers, places);
      } else {
        this.#call(
          lane,
          lane.items.splice(0, count),
          lane.callers.splice(0, count),
          lane.places.splice(0, count),
        );
      }
    }
  }

  /** How many of the first items one call takes. */
  #fitting(items: readonly Item[]): number {
    const { settings, bytesOf } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const item of items) {
      const itemBytes = bytesOf(item);
      if (
        count === settings.maxCallItems ||
        (count > 0 && bytes + itemBytes > settings.maxCallBytes)
      ) {
        break;
      }
      bytes += itemBytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return count;
  }

  #call(
    lane: Lane<Item, Outcome>,
    items: readonly Item[],
    callers: readonly BatchCaller<Item, Outcome>[],
    places: readonly number[],
  ): void {
    lane.underWay += 1;
    this.#ask(lane.queue, items)
      .then((results) => this.#deliver(results, items, callers, places))
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, "an answer of the store could not be passed on");
      })
      .finally(() => this.#ended(lane));
  }

  async #ask(queue: QueueName, items: readonly Item[]): Promise<readonly ItemResult<Outcome>[]> {
    const results = await resultsOf(items.length, () => this.#options.call(queue, items));
    if (results.length === items.length) {
      return results;
    }
    const error = "the store answered another number of items than asked for";
    return new Array<StoreError>(items.length).fill(new StoreError("unknown", error));
  }

  #deliver(
    results: readonly ItemResult<Outcome>[],
    items: readonly Item[],
    callers: readonly BatchCaller<Item, Outcome>[],
    places: readonly number[],
  ): void {
    const touched = new Set<BatchCaller<Item, Outcome>>();
    let previous: BatchCaller<Item, Outcome> | null = null;
    for (let at = 0; at < items.length; at += 1) {
      const caller = callers[at] as BatchCaller<Item, Outcome>;
      const item = items[at] as Item;
      const place = places[at] as number;
      if (caller !== previous) {
        touched.add(caller);
        previous = caller;
      }
      const result = results[at] as ItemResult<Outcome>;
      if (result instanceof StoreError) {
        caller.failed(result, item, place);
      } else {
        caller.answered(result, item, place);
      }
    }
    for (const caller of touched) {
      this.#flushCaller(caller);
    }
  }

  // One caller's bug must not keep the answer from the others.
  #flushCaller(caller: BatchCaller<Item, Outcome>): void {
    try {
      caller.flush();
    } catch (error) {
      this.#options.log.error({ err: error }, "an answer of the store could not be passed on");
    }
  }

  #ended(lane: Lane<Item, Outcome>): void {
    lane.underWay -= 1;
    this.#options.pace?.ended();
    this.#run(lane);
    if (lane.underWay === 0 && lane.items.length === 0) {
      this.#lanes.delete(lane.queue);
    }
    if (this.#lanes.size === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }
}
