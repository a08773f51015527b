import type { Clock } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { type QueueStats, type Store, StoreError, statsOfEach } from "../../store/store.ts";
import { resultsOf } from "../store-calls/store-failure.ts";
import { Turns } from "../store-calls/turns.ts";

/** Figures of so many queues are asked for at a time, between which others have their turn. */
const QUEUES_AT_ONCE = 100;
/** Names of more queues than this are kept for a while. */
const MANY_QUEUES = 1_000;
/** How many times as long as it took to read them. */
const KEPT_TIMES = 10;
const READERS_AT_ONCE = 2;

/** A page of the figures of queues, by name. */
export interface FiguresPage {
  readonly queues: readonly QueueStats[];
  /** Queues of the page that the store does not answer for. */
  readonly unanswered: readonly QueueName[];
  /** The last queue of the page, after which the next one begins; null where there is no more. */
  readonly next: QueueName | null;
}

/** What was read and until when it is as good as new. */
interface Kept<Value> {
  readonly value: Promise<Value>;
  untilMs: number;
  isMany: boolean;
}

/**
 * Reads figures of queues so that nobody else has to wait for it, however many there are: a few at a time,
 * for a few who ask at a time. Where there are more than a thousand, what all of them are is read at most
 * a tenth of the time.
 */
export class QueueFigures {
  readonly #store: Pick<Store, "queueNames" | "stats">;
  readonly #clock: Clock;
  readonly #turns = new Turns(READERS_AT_ONCE);
  #names: Kept<readonly QueueName[]> | null = null;
  #lastNames: readonly QueueName[] | null = null;
  /** Whether the names are from before the store failed. */
  #isOutdated = false;
  #all: Kept<readonly QueueStats[]> | null = null;

  constructor(store: Pick<Store, "queueNames" | "stats">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Figures of the queues after one by name, as many as the limit; an empty name is before all. */
  page(after: string, limit: number): Promise<FiguresPage> {
    return this.#turns.run(async () => {
      this.#names = this.#kept(this.#names, () => this.#allNames());
      const names = await this.#names.value;
      const from = firstAfter(names, after);
      const wanted = names.slice(from, from + limit);
      const figures = await this.#figuresOf(wanted);
      return { ...figures, next: from + limit < names.length ? (wanted.at(-1) ?? null) : null };
    });
  }

  /** Figures of all queues, by name, but for those that the store does not answer for. */
  all(): Promise<readonly QueueStats[]> {
    this.#all = this.#kept(this.#all, () =>
      this.#turns.run(async () => (await this.#figuresOf(await this.#allNames())).queues),
    );
    return this.#all.value;
  }

  /** What they were last, where the store does not answer that: it may for the queues. */
  async #allNames(): Promise<readonly QueueName[]> {
    try {
      this.#lastNames = await this.#store.queueNames();
      this.#isOutdated = false;
    } catch (error) {
      if (this.#lastNames === null) {
        throw error;
      }
      this.#isOutdated = true;
    }
    return this.#lastNames;
  }

  async #figuresOf(names: readonly QueueName[]): Promise<Omit<FiguresPage, "next">> {
    const queues: QueueStats[] = [];
    const unanswered: QueueName[] = [];
    let failure: StoreError | null = null;
    for (let at = 0; at < names.length; at += QUEUES_AT_ONCE) {
      const some = names.slice(at, at + QUEUES_AT_ONCE);
      const results = await resultsOf(some.length, async () =>
        statsOfEach(some, await this.#store.stats(some)),
      );
      for (const [index, result] of results.entries()) {
        if (result instanceof StoreError) {
          unanswered.push(some[index] as QueueName);
          failure = result;
        } else if (result !== null) {
          queues.push(result);
        }
      }
    }
    if (failure !== null && queues.length === 0 && this.#isOutdated) {
      throw failure;
    }
    return { queues, unanswered };
  }

  /** What was read, if that is under way or not long ago; else it is read now. */
  #kept<Value extends readonly unknown[]>(
    known: Kept<Value> | null,
    read: () => Promise<Value>,
  ): Kept<Value> {
    const beganAtMs = this.#clock.monotonicMs();
    if (known !== null && beganAtMs < known.untilMs) {
      return known;
    }
    // Where there are few, who has just submitted finds the queue.
    const kept = {
      value: read(),
      untilMs: known?.isMany ? Number.POSITIVE_INFINITY : 0,
      isMany: false,
    };
    const end = (count: number): void => {
      const nowMs = this.#clock.monotonicMs();
      kept.isMany = count > MANY_QUEUES;
      kept.untilMs = kept.isMany ? nowMs + KEPT_TIMES * (nowMs - beganAtMs) : 0;
    };
    kept.value.then(
      ({ length }) => end(length),
      () => end(0),
    );
    return kept;
  }
}

function firstAfter(names: readonly QueueName[], after: string): number {
  let from = 0;
  let to = names.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((names[middle] as QueueName) > after) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  return from;
}
