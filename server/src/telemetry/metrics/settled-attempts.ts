import { QueueCursor, type QueueName } from "../../domain/ids.ts";
import type { Settlement, SettleOutcome } from "../../store/store.ts";
import type { TaskNews } from "../logs/task-log.ts";
import type { HistogramSeries } from "./batch-histograms.ts";
import { Tally } from "./tally.ts";
import type { SettledAs, TaskMetrics } from "./task-metrics.ts";

/** Ends of which no run is known, or was recorded before. */
const NOT_RUN: ReadonlySet<SettledAs> = new Set(["repeat", "stale", "not_found", "no_room"]);

/** Where what ended so, on this queue, is counted. */
interface Place {
  readonly queue: QueueName;
  readonly kind: SettledAs;
  readonly tally: Tally;
  readonly runs: HistogramSeries | null;
}

/** What one call settled: counted, and the runs of the attempts recorded. */
export class SettledAttempts {
  readonly stale: TaskNews[] = [];
  readonly timedOut: TaskNews[] = [];
  readonly dead: TaskNews[] = [];
  /** Whether the store had no room for some of them. */
  hasRefused = false;
  readonly #metrics: TaskMetrics;
  readonly #storeNowMs: number;
  readonly #tallies = new Map<SettledAs, Tally>();
  readonly #cursor = new QueueCursor();
  #place: Place | null = null;

  constructor(metrics: TaskMetrics, storeNowMs: number) {
    this.#metrics = metrics;
    this.#storeNowMs = storeNowMs;
  }

  add({ lease, outcome: asked }: Settlement, outcome: SettleOutcome): void {
    const queue = this.#cursor.of(lease.taskId);
    const kind = kindOf(asked.kind, outcome);
    const place = this.#placeOf(queue, kind);
    place.tally.add(queue);
    if (outcome.kind === "no_room") {
      this.hasRefused = true;
    } else if (outcome.kind !== "ok") {
      this.stale.push(lease);
    } else if (!outcome.isRepeat) {
      place.runs?.record(Math.max(0, this.#storeNowMs - grantedAtMs(lease.token)) / 1_000);
      if (outcome.state === "DEAD" && "failure" in asked) {
        this.dead.push({ ...lease, errorType: asked.failure.type });
      } else if (asked.kind === "timed_out") {
        this.timedOut.push(lease);
      }
    }
  }

  /** Passes the counts on. */
  count(): void {
    for (const [kind, tally] of this.#tallies) {
      tally.each((queue, attempts) => this.#metrics.settled(queue, kind, attempts));
    }
    const dead = Tally.of(this.dead.map(({ taskId }) => taskId));
    dead.each((queue, tasks) => this.#metrics.dead(queue, tasks));
  }

  // Neighbours mostly are of one queue and end alike.
  #placeOf(queue: QueueName, kind: SettledAs): Place {
    if (this.#place === null || this.#place.queue !== queue || this.#place.kind !== kind) {
      const tally = this.#tallies.get(kind) ?? new Tally();
      this.#tallies.set(kind, tally);
      const runs = NOT_RUN.has(kind) ? null : this.#metrics.runs(queue, kind);
      this.#place = { queue, kind, tally, runs };
    }
    return this.#place;
  }
}

function kindOf(asked: Settlement["outcome"]["kind"], outcome: SettleOutcome): SettledAs {
  if (outcome.kind !== "ok") {
    return outcome.kind;
  }
  return outcome.isRepeat ? "repeat" : asked;
}

/** When a lease was granted, by the store's clock: its token says so (`LeaseToken`). */
export function grantedAtMs(token: number): number {
  return token / 1_000;
}
