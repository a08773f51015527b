import type { RateSeen } from "../../history/events.ts";
import type { EventOf, Ledger } from "../ledger.ts";

type QueueSettings = EventOf<"settings">;
type KeySettings = EventOf<"key_settings">;
type Put = QueueSettings | KeySettings;

/** What one queue or one concurrency key is limited to. */
export interface Bound {
  readonly isPaused: boolean;
  readonly concurrency: number | null;
  readonly rate: RateSeen | null;
}

const UNBOUND: Bound = { isPaused: false, concurrency: null, rate: null };

/** Which settings may have held when; who puts settings is alone, and waits for each answer. */
export class Eras {
  readonly #queues = new Map<string, QueueSettings[]>();
  readonly #keys = new Map<string, KeySettings[]>();

  constructor({ events }: Ledger) {
    for (const event of events) {
      if (event.kind === "settings" && event.outcome !== "fail") {
        push(this.#queues, event.queue, event);
      } else if (event.kind === "key_settings" && event.outcome !== "fail") {
        push(this.#keys, nameOf(event.queue, event.key), event);
      }
    }
  }

  /** What may have bound a queue at some moment of a span. */
  ofQueue(queue: string, fromMs: number, toMs: number): Bound[] {
    return possible(this.#queues.get(queue) ?? [], fromMs, toMs).map((put) =>
      put === null
        ? UNBOUND
        : { isPaused: put.isPaused, concurrency: put.concurrencyLimit, rate: put.rateLimit },
    );
  }

  /** What may have bound a concurrency key at some moment of a span. */
  ofKey(queue: string, key: string, fromMs: number, toMs: number): Bound[] {
    const own = possible(this.#keys.get(nameOf(queue, key)) ?? [], fromMs, toMs);
    return possible(this.#queues.get(queue) ?? [], fromMs, toMs).flatMap((common) =>
      own.map((put) => ({
        isPaused: put?.isPaused ?? false,
        concurrency: put?.concurrencyLimit ?? common?.keyConcurrencyLimit ?? null,
        rate: put?.rateLimit ?? common?.keyRateLimit ?? null,
      })),
    );
  }
}

/** For how long a put without an answer may still be under way. */
const LATE_MS = 30_000;

/**
 * The last put that was answered before a span, all that were under way in it, and those of which nobody knows whether
 * they come yet; null for none so far.
 */
function possible<One extends Put>(
  puts: readonly One[],
  fromMs: number,
  toMs: number,
): (One | null)[] {
  const first = puts.findLastIndex(({ outcome, atMs }) => outcome === "ok" && atMs <= fromMs);
  const others = puts.filter(({ outcome, sinceMs, atMs }, at) =>
    at > first ? sinceMs <= toMs : outcome === "info" && atMs > fromMs - LATE_MS,
  );
  return [first < 0 ? null : (puts[first] as One), ...others];
}

function push<One>(map: Map<string, One[]>, name: string, one: One): void {
  const list = map.get(name) ?? [];
  list.push(one);
  map.set(name, list);
}

function nameOf(queue: string, key: string): string {
  return `${queue}\0${key}`;
}
