import type { Clock, Timer } from "@baton/proto/shared";
import type { QueueName, SessionId, StreamId, TaskId } from "../../domain/ids.ts";
import { type Store, StoreError } from "../../store/store.ts";
import type { DispatchLog } from "../log.ts";
import type { DispatchSettings } from "../settings.ts";
import { OutageLog } from "./outage-log.ts";
import { Outages, type ProbeAnswer } from "./outages.ts";
import { storeErrorOf } from "./store-failure.ts";

const PROBE_INTERVAL_MS = 1_000;
/** Of a store that fails: workers wait for it. */
const FAILING_PROBE_INTERVAL_MS = 250;

/** In a cluster each lies in another quarter of the slots: one of them answers unless the store is away. */
const PROBE_QUEUES = [0, 1, 2, 3].map((quarter) => `baton-probe-${quarter}` as QueueName);
// A session that nobody can have, and a well-formed id of a task that nobody can have made.
const PROBE_SESSION = { sessionId: "probe" as SessionId, streamId: "probe" as StreamId, ttlMs: 0 };
const PROBE_TASK = "~AAAAAAAAAAAAAAAA";

/** What a {@link StoreHealth} needs. */
export interface StoreHealthOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: DispatchLog;
  readonly settings: DispatchSettings;
  /** Told when a store that failed altogether answers again. */
  readonly onRecovered: () => void;
  /** Told when the store answers again for a queue that it failed for. */
  readonly onQueueRecovered: (queue: QueueName) => void;
}

/**
 * Knows whether the store answers, and for which queues it does not: from every call that is made anyway,
 * and from probes. A probe renews a session that is not there: that changes nothing, and a store that
 * answers reads and refuses writes refuses it too.
 *
 * The store as a whole is away where a call failed and no queue answers a probe.
 */
export class StoreHealth {
  readonly #options: StoreHealthOptions;
  readonly #outages: Outages;
  readonly #log: OutageLog;
  #answers = 0;
  #answeredAtMs: number | null = null;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #isChecking = false;
  #isAway = false;
  #timer: Timer | null = null;
  #tickMs = PROBE_INTERVAL_MS;

  constructor(options: StoreHealthOptions) {
    const { clock, random, log, onQueueRecovered } = options;
    this.#options = options;
    this.#log = new OutageLog(clock, log);
    this.#outages = new Outages({
      clock,
      random,
      probe: (queue) => this.#probe(queue),
      onAway: (queue) => {
        if (!this.#isAway) {
          this.#log.away(queue);
        }
      },
      onBack: (queue) => {
        this.#log.back(queue);
        onQueueRecovered(queue);
      },
      onAlone: (queue) => this.#log.alone(queue),
    });
  }

  /** Whether the store answered lately and is not away as a whole. */
  get isReady(): boolean {
    const { clock, settings } = this.#options;
    return (
      !this.#isAway &&
      this.#answeredAtMs !== null &&
      clock.monotonicMs() - this.#answeredAtMs <= settings.readyWithinMs
    );
  }

  /** Whether every queue may be asked. */
  get isCalm(): boolean {
    return this.#outages.isCalm;
  }

  /** How many queues the store does not answer for. */
  get queuesAway(): number {
    return this.#outages.count;
  }

  /** For how long nobody should ask for a queue, in milliseconds; null where it may be asked. */
  retryAfterMs(queue: QueueName, isRead: boolean): number | null {
    return this.#outages.retryAfterMs(queue, isRead);
  }

  /** Notes that a call was answered that may change something. */
  answered(): void {
    this.#answers += 1;
    this.#answeredAtMs = this.#options.clock.monotonicMs();
    if (this.#isAway) {
      this.#isAway = false;
      this.#log.drop();
      this.#options.log.info({}, "the store answers again");
      this.#options.onRecovered();
      this.#outages.hurry();
    }
  }

  /** Notes that a call failed, and for which queues; for none where it was about all of them. */
  failed(queues: Iterable<QueueName>, error: StoreError, isRead: boolean): void {
    this.#log.failed(error);
    for (const queue of queues) {
      this.#outages.failed(queue, isRead);
    }
    if (this.#timer !== null && this.#tickMs === PROBE_INTERVAL_MS) {
      this.#armTick();
    }
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#isAway && nowMs - this.#checkedAtMs >= FAILING_PROBE_INTERVAL_MS) {
      this.#checkedAtMs = nowMs;
      void this.#check();
    }
  }

  /** Begins to probe a store that nothing else is asked of; resolves once it has answered or failed. */
  start(): Promise<void> {
    this.#armTick();
    return this.#check();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#outages.stop();
    this.#log.drop();
  }

  #armTick(): void {
    const isWell = this.isCalm && !this.#isAway;
    const tickMs = isWell ? PROBE_INTERVAL_MS : FAILING_PROBE_INTERVAL_MS;
    this.#tickMs = tickMs;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(tickMs, () => {
      this.#armTick();
      if (this.#idleMs() >= tickMs) {
        void this.#check();
      }
    });
  }

  /** Finds out whether anything answers. Never rejects. */
  async #check(): Promise<void> {
    if (this.#isChecking) {
      return;
    }
    this.#isChecking = true;
    const answersBefore = this.#answers;
    try {
      await Promise.any(PROBE_QUEUES.map((queue) => this.#askToWrite(queue)));
      this.answered();
    } catch (error) {
      if (this.#answers === answersBefore) {
        this.#allFailed((error as AggregateError).errors[0]);
      }
    } finally {
      this.#isChecking = false;
    }
  }

  #allFailed(reason: unknown): void {
    if (!this.#isAway) {
      this.#isAway = true;
      this.#log.drop();
      this.#options.log.warn({ err: storeErrorOf(reason) }, "the store failed");
    }
  }

  async #probe(queue: QueueName): Promise<ProbeAnswer> {
    const { store } = this.#options;
    const [write, read] = await Promise.allSettled([
      this.#askToWrite(queue),
      store.get([`${queue}${PROBE_TASK}` as TaskId]),
    ]);
    if (write.status === "fulfilled") {
      this.answered();
    }
    return { takesWrites: write.status === "fulfilled", takesReads: read.status === "fulfilled" };
  }

  /** A full store answers too, and still lets workers drain it. */
  async #askToWrite(queue: QueueName): Promise<void> {
    try {
      await this.#options.store.renew([{ ...PROBE_SESSION, queue }]);
    } catch (error) {
      if (!(error instanceof StoreError && error.kind === "full")) {
        throw error;
      }
    }
  }

  #idleMs(): number {
    return this.#options.clock.monotonicMs() - (this.#answeredAtMs ?? 0);
  }
}
