import type { Clock, Timer } from "@baton/proto/shared";
import type { QueueName } from "../../domain/ids.ts";
import { afterFailure } from "../../domain/retry-policy.ts";
import { ATTEMPT_TIMEOUT_FAILURE } from "../../domain/task.ts";
import type { Settlement, Store, SweepReport, TimedOutAttempt } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { DueQueue } from "./due-queue.ts";

const SWEEPS_AT_ONCE = 8;
/** How often all queues are asked for, which finds those that are no more. */
const CENSUS_INTERVAL_MS = 60_000;
/** How long before it asks again a queue's use may lie that a process has not heard of. */
const USE_WITHIN_INTERVALS = 3;

/** What a {@link Sweeper} needs. */
export interface SweeperOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told when a sweep made tasks READY. */
  readonly onReady: (queue: QueueName) => void;
  /** For tests: told of each sweep once its consequences are stored. */
  readonly onSwept?: (queue: QueueName, report: SweepReport) => void;
}

/** When a queue is swept next. */
interface SweptQueue {
  readonly name: QueueName;
  nextAtMs: number;
  /** Whether something may fall due there some time. */
  isPending: boolean;
  /** How long to wait after a sweep that had nothing to do; grows with each. */
  gapMs: number;
}

/**
 * Does what falls due on every queue: promotes, expires, reclaims, purges, ends overlong attempts.
 *
 * A queue where nothing is to do is swept more and more seldom, until something comes to it: to this
 * process, or to another one, of which the store tells.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #queues = new Map<QueueName, SweptQueue>();
  readonly #times = new DueQueue<SweptQueue>();
  #censusAtMs = Number.NEGATIVE_INFINITY;
  #isStopped = true;
  #timer: Timer | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #discoverTimer: Timer | null = null;
  #run: Promise<void> | null = null;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Begins to sweep every queue of the store. */
  start(): void {
    this.#isStopped = false;
    this.#discoverLater(0);
    this.#arm();
  }

  /** Ends the sweeping; a pass under way ends soon, see {@link Sweeper.idle}. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#discoverTimer?.cancel();
  }

  /** Resolves once no pass runs. */
  async idle(): Promise<void> {
    await this.#run;
  }

  /** Says that something falls due on a queue after the delay; infinity where nobody knows when. */
  touch(name: QueueName, inMs: number): void {
    const { clock, settings } = this.#options;
    const gapMs = settings.idleSweepIntervalMs;
    const atMs = clock.monotonicMs() + Math.min(inMs, gapMs);
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = { name, nextAtMs: Number.POSITIVE_INFINITY, isPending: true, gapMs };
      this.#queues.set(name, queue);
    }
    queue.isPending = true;
    queue.gapMs = gapMs;
    if (atMs < queue.nextAtMs) {
      this.#times.set(queue, atMs);
      this.#armFor(atMs);
    }
  }

  /** Sweeps every queue whose time has come, until none is left. Never rejects. */
  async pass(): Promise<void> {
    for (let due = this.#due(); due.length > 0; due = this.#due()) {
      for (let at = 0; at < due.length; at += SWEEPS_AT_ONCE) {
        await Promise.all(due.slice(at, at + SWEEPS_AT_ONCE).map((queue) => this.#sweep(queue)));
      }
      // A long backlog must not keep the event loop from workers.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Asks the store for queues that others use, and now and then for all, to forget what are no more. */
  async discover(): Promise<void> {
    const { store, clock, log, settings } = this.#options;
    const nowMs = clock.monotonicMs();
    const isCensus = nowMs - this.#censusAtMs >= CENSUS_INTERVAL_MS;
    try {
      if (isCensus) {
        const names = new Set(await store.queueNames());
        this.#censusAtMs = nowMs;
        this.#forgetOthers(names);
        this.#takeIn([...names].filter((name) => !this.#queues.has(name)));
      } else {
        const withinMs = USE_WITHIN_INTERVALS * settings.discoverIntervalMs;
        this.#takeIn(await store.queueNames(withinMs));
      }
    } catch (error) {
      log.debug({ err: error }, "the queues could not be listed");
    }
  }

  /** Sweeps queues at once that were left alone for long, and soon again after that. */
  #takeIn(names: readonly QueueName[]): void {
    const { clock, settings } = this.#options;
    const soonMs = clock.monotonicMs() + settings.idleSweepIntervalMs;
    for (const name of names) {
      if (!((this.#queues.get(name)?.nextAtMs ?? Number.POSITIVE_INFINITY) <= soonMs)) {
        this.touch(name, 0);
      }
    }
  }

  #forgetOthers(names: ReadonlySet<QueueName>): void {
    for (const queue of this.#queues.values()) {
      if (!names.has(queue.name) && !queue.isPending) {
        this.#queues.delete(queue.name);
        this.#times.set(queue, Number.POSITIVE_INFINITY);
      }
    }
  }

  #due(): SweptQueue[] {
    return this.#isStopped ? [] : this.#times.take(this.#options.clock.monotonicMs());
  }

  async #sweep(queue: SweptQueue): Promise<void> {
    const { store, clock, log, settings, onSwept } = this.#options;
    // What is touched while the store works lies behind its answer, and counts again.
    let inMs = settings.sweepIntervalMs;
    try {
      const report = await store.sweep(queue.name, settings.sweepLimit);
      const nextInMs = this.#take(queue, report);
      await this.#endAttempts(queue.name, report.timedOut);
      inMs = nextInMs;
      onSwept?.(queue.name, report);
    } catch (error) {
      log.debug({ err: error, queue: queue.name }, "a queue was not swept");
    }
    const atMs = clock.monotonicMs() + inMs;
    if (atMs < queue.nextAtMs && this.#queues.get(queue.name) === queue) {
      this.#times.set(queue, atMs);
    }
  }

  /** Takes a report in; returns when to sweep next. */
  #take(queue: SweptQueue, report: SweepReport): number {
    const { log, settings, onReady } = this.#options;
    const { promoted, expired, purged, reclaimed, timedOut, letGo = 0, nextInMs } = report;
    if (promoted + letGo > 0 || reclaimed.length > 0) {
      onReady(queue.name);
    }
    if (reclaimed.length > 0 || timedOut.length > 0) {
      const counts = { reclaimed: reclaimed.length, timed_out: timedOut.length };
      log.debug({ queue: queue.name, ...counts }, "leases were taken back");
    }
    const done = promoted + expired + purged + letGo + reclaimed.length + timedOut.length;
    queue.isPending = nextInMs !== null || queue.nextAtMs !== Number.POSITIVE_INFINITY;
    // A store that always says "more" and never does any of it must not keep this busy.
    if (nextInMs === 0 && done === 0) {
      return settings.sweepIntervalMs;
    }
    if (done > 0) {
      queue.gapMs = settings.idleSweepIntervalMs;
      return Math.min(nextInMs ?? Number.POSITIVE_INFINITY, settings.sweepIntervalMs);
    }
    const { gapMs } = queue;
    queue.gapMs = Math.min(2 * gapMs, settings.longestSweepIntervalMs);
    return Math.min(nextInMs ?? Number.POSITIVE_INFINITY, gapMs);
  }

  async #endAttempts(name: QueueName, attempts: readonly TimedOutAttempt[]): Promise<void> {
    const { store, settings } = this.#options;
    for (let at = 0; at < attempts.length; at += settings.maxCallItems) {
      const batch = attempts
        .slice(at, at + settings.maxCallItems)
        .map((attempt) => this.#timeOut(attempt));
      const outcomes = await store.settle(batch);
      outcomes.forEach((outcome, index) => {
        const settled = batch[index]?.outcome;
        if (
          outcome.kind === "ok" &&
          settled?.kind === "timed_out" &&
          settled.next.kind === "retry"
        ) {
          this.touch(name, settled.next.delayMs);
        }
      });
    }
  }

  #timeOut({ lease, sessionId, attempt, retryPolicy }: TimedOutAttempt): Settlement {
    const failure = ATTEMPT_TIMEOUT_FAILURE;
    const failed = { failure, attempt, nonRetryable: false, retryAfterMs: null };
    const next = afterFailure(retryPolicy, failed, this.#options.random());
    return { sessionId, lease, outcome: { kind: "timed_out", failure, next } };
  }

  #discoverLater(inMs: number): void {
    const { clock, log, settings } = this.#options;
    this.#discoverTimer = clock.after(inMs, () => {
      this.discover()
        .then(() => {
          if (!this.#isStopped) {
            this.#discoverLater(settings.discoverIntervalMs);
          }
        })
        .catch((error: unknown) => log.error({ err: error }, "the queues could not be listed"));
    });
  }

  /** Sets the timer to the earliest time of any queue. */
  #arm(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    this.#armFor(this.#times.nextAtMs);
  }

  /** Has a pass begin at that time, unless one begins before. */
  #armFor(atMs: number): void {
    // While a pass runs, its end sets the timer.
    if (this.#isStopped || this.#run !== null || atMs >= this.#timerAtMs) {
      return;
    }
    this.#timer?.cancel();
    this.#timerAtMs = atMs;
    const inMs = Math.max(0, atMs - this.#options.clock.monotonicMs());
    this.#timer = this.#options.clock.after(inMs, () => this.#passes());
  }

  #passes(): void {
    this.#run ??= this.pass()
      .catch((error: unknown) => this.#options.log.error({ err: error }, "a sweep failed"))
      .then(() => {
        this.#run = null;
        this.#arm();
      });
  }
}
