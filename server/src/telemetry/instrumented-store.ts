import type { Clock } from "@baton/proto/shared";
import type { DispatchLog } from "../dispatch/log.ts";
import type { QueueName, TaskId } from "../domain/ids.ts";
import { CRASHED_FAILURE } from "../domain/task.ts";
import { aroundStore, type StoreCall } from "../store/around-store.ts";
import {
  type Cancellation,
  type CancelOutcome,
  type LeaseOutcome,
  type LeaseRequest,
  type MoveOptions,
  type NewTask,
  type ReclaimedLease,
  type RedriveOutcome,
  type Settlement,
  type SettleOutcome,
  type Store,
  StoreError,
  type SubmitOutcome,
  type SweepReport,
} from "../store/store.ts";
import { RoomLog } from "./logs/room-log.ts";
import { type TaskEvent, TaskLog, type TaskNews } from "./logs/task-log.ts";
import { grantedAtMs, SettledAttempts } from "./metrics/settled-attempts.ts";
import { Tally } from "./metrics/tally.ts";
import type { TaskMetrics } from "./metrics/task-metrics.ts";
import type { TaskSpans } from "./task-spans.ts";

/** What an instrumented store needs. */
export interface Instruments {
  readonly metrics: TaskMetrics;
  /** Null where nothing is traced. */
  readonly spans: TaskSpans | null;
  readonly clock: Clock;
  readonly log: DispatchLog;
}

/** The labels of calls that are no word. */
const LABELS: Partial<Record<StoreCall, string>> = {
  openSession: "open_session",
  queueNames: "queue_names",
  putSettings: "put_settings",
  putKey: "put_key",
  deleteQueue: "delete_queue",
  runNow: "run_now",
};

/**
 * Returns the store with every call counted and timed, and with what it says of tasks added to their
 * traces and to the log. All telemetry of tasks is here: whatever changes a task goes through its store.
 */
export function instrumentStore(store: Store, instruments: Instruments): Store {
  const watch = new Watch(store, instruments);
  return {
    ...aroundStore(store, {
      one: (call, _, ask) => watch.timed(call, ask()),
      batch: (call, items, _, ask) => watch.timed(call, ask(items)),
    }),
    submit: (batch) => watch.timed("submit", watch.submit(batch)),
    lease: (request) => watch.timed("lease", watch.lease(request)),
    settle: (batch) => watch.timed("settle", watch.settle(batch)),
    sweep: (queue, limit) => watch.timed("sweep", watch.sweep(queue, limit)),
    cancel: (batch) => watch.timed("cancel", watch.cancel(batch)),
    redrive: (batch, options) => watch.timed("redrive", watch.redrive(batch, options)),
    close: () => watch.close(),
  };
}

class Watch {
  readonly #store: Store;
  readonly #metrics: TaskMetrics;
  readonly #spans: TaskSpans | null;
  readonly #clock: Clock;
  readonly #log: TaskLog;
  readonly #roomLog: RoomLog;
  /** About how far the store's clock is ahead of this machine's. */
  #storeAheadMs = 0;

  constructor(store: Store, { metrics, spans, clock, log }: Instruments) {
    this.#store = store;
    this.#metrics = metrics;
    this.#spans = spans;
    this.#clock = clock;
    this.#log = new TaskLog(store, log, clock);
    this.#roomLog = new RoomLog(log, clock);
  }

  /** Times a call; a failed one is labelled with its kind. */
  async timed<Answer>(call: StoreCall, answer: Promise<Answer>): Promise<Answer> {
    const startMs = this.#clock.monotonicMs();
    let error: string | null = "bug";
    try {
      const value = await answer;
      error = null;
      return value;
    } catch (failure) {
      error = failure instanceof StoreError ? failure.kind : "bug";
      if (error === "full") {
        this.#roomLog.refused(call, failure);
      }
      throw failure;
    } finally {
      this.#metrics.storeCalled(
        LABELS[call] ?? call,
        (this.#clock.monotonicMs() - startMs) / 1_000,
        error,
      );
    }
  }

  async submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    const traced = this.#spans?.begin(batch);
    const outcomes = await this.#store.submit(traced?.batch ?? batch);
    traced?.end(outcomes);
    this.#roomLog.submitted();
    const created = new Tally();
    const refused = new Tally();
    for (let at = 0; at < batch.length; at += 1) {
      const kind = outcomes[at]?.kind;
      if (kind === "created" || kind === "full") {
        (kind === "full" ? refused : created).add((batch[at] as NewTask).spec.queue);
      }
    }
    created.each((queue, tasks) => this.#metrics.submitted(queue, tasks));
    refused.each((queue, tasks) => this.#metrics.refused(queue, tasks));
    return outcomes;
  }

  async lease(request: LeaseRequest): Promise<LeaseOutcome> {
    const outcome = await this.#store.lease(request);
    if (outcome.kind === "ok" && outcome.heldBackMs !== undefined) {
      this.#metrics.throttled(request.queue);
    }
    const newest = outcome.kind === "ok" ? outcome.tasks.at(-1) : undefined;
    if (outcome.kind === "ok" && newest !== undefined) {
      const nowMs = this.#clock.nowMs();
      this.#storeAheadMs = grantedAtMs(newest.token) - nowMs;
      this.#metrics.granted(request.queue, outcome.tasks.length);
      const waits = this.#metrics.waits(request.queue);
      for (const { queuedMs } of outcome.tasks) {
        waits.record(queuedMs / 1_000);
      }
      this.#spans?.waited(outcome.tasks, request.workerId, nowMs);
    }
    return outcome;
  }

  async settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    const outcomes = await this.#store.settle(batch);
    const attempts = new SettledAttempts(this.#metrics, this.#clock.nowMs() + this.#storeAheadMs);
    outcomes.forEach((outcome, at) => {
      attempts.add(batch[at] as Settlement, outcome);
    });
    attempts.count();
    if (attempts.hasRefused) {
      this.#roomLog.refused("settle", null);
    }
    this.#tell("stale", attempts.stale);
    this.#tell("timed_out", attempts.timedOut);
    this.#tell("dead", attempts.dead);
    return outcomes;
  }

  async sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    const report = await this.#store.sweep(queue, limit);
    if (report.expired > 0) {
      this.#metrics.expired(queue, report.expired);
    }
    if (report.reclaimed.length > 0) {
      const dead = report.reclaimed.filter(({ state }) => state === "DEAD");
      const redelivered = report.reclaimed.filter(({ state }) => state !== "DEAD");
      if (redelivered.length > 0) {
        this.#metrics.redelivered(queue, redelivered.length);
      }
      if (dead.length > 0) {
        this.#metrics.dead(queue, dead.length);
      }
      this.#tell("reclaimed", redelivered.map(newsOfCrash));
      this.#tell("dead", dead.map(newsOfCrash));
      await this.#traceLost(report.reclaimed);
    }
    return report;
  }

  async cancel(batch: readonly Cancellation[]): Promise<CancelOutcome[]> {
    const outcomes = await this.#store.cancel(batch);
    const ids = batch.map(({ taskId }) => taskId).filter((_, at) => outcomes[at]?.kind === "ok");
    Tally.of(ids).each((queue, tasks) => this.#metrics.cancelled(queue, tasks));
    this.#tell(
      "cancelled",
      ids.map((taskId) => ({ taskId })),
    );
    return outcomes;
  }

  async redrive(batch: readonly TaskId[], options?: MoveOptions): Promise<RedriveOutcome[]> {
    const outcomes = await this.#store.redrive(batch, options);
    const ids = batch.filter((_, at) => outcomes[at]?.kind === "ok");
    Tally.of(ids).each((queue, tasks) => this.#metrics.redriven(queue, tasks));
    return outcomes;
  }

  async close(): Promise<void> {
    await this.#log.close();
    await this.#store.close();
  }

  #tell(event: TaskEvent, news: readonly TaskNews[]): void {
    if (news.length > 0) {
      this.#log.tell(event, news);
    }
  }

  // Traces are worth a read here: crashes are rare, and nobody else can tell of them.
  async #traceLost(reclaimed: readonly ReclaimedLease[]): Promise<void> {
    if (this.#spans === null) {
      return;
    }
    const tasks = await this.#store.get(reclaimed.map(({ lease }) => lease.taskId)).catch(() => []);
    tasks.forEach((task, at) => {
      if (task !== null) {
        this.#spans?.lost(task, reclaimed[at] as ReclaimedLease, this.#clock.nowMs());
      }
    });
  }
}

function newsOfCrash({ lease, workerId, state }: ReclaimedLease): TaskNews {
  const errorType = state === "DEAD" ? { errorType: CRASHED_FAILURE.type } : {};
  return { ...lease, workerId, givesBack: true, ...errorType };
}
