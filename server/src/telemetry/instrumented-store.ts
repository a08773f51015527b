import type { Clock } from "../domain/clock.ts";
import { type QueueName, queueOfTask } from "../domain/ids.ts";
import {
  type LeaseOutcome,
  type LeaseRequest,
  type NewTask,
  type ReclaimedLease,
  type Settlement,
  type SettleOutcome,
  type Store,
  StoreError,
  type SubmitOutcome,
  type SweepReport,
} from "../store/store.ts";
import type { TaskMetrics } from "./task-metrics.ts";
import type { TaskSpans } from "./task-spans.ts";

/** What an instrumented store needs. */
export interface Instruments {
  readonly metrics: TaskMetrics;
  /** Null where nothing is traced. */
  readonly spans: TaskSpans | null;
  readonly clock: Clock;
}

/**
 * Returns the store with every call counted and timed, and with what it says of tasks added to their
 * traces. All telemetry of tasks is here: whatever changes a task goes through its store.
 */
export function instrumentStore(store: Store, instruments: Instruments): Store {
  const watch = new Watch(store, instruments);
  return {
    submit: (batch) => watch.timed("submit", watch.submit(batch)),
    lease: (request) => watch.timed("lease", watch.lease(request)),
    sessions: (queue) => watch.timed("sessions", store.sessions(queue)),
    settle: (batch) => watch.timed("settle", watch.settle(batch)),
    sweep: (queue, limit) => watch.timed("sweep", watch.sweep(queue, limit)),
    report: (batch) => watch.timed("report", store.report(batch)),
    openSession: (batch) => watch.timed("open_session", store.openSession(batch)),
    renew: (batch) => watch.timed("renew", store.renew(batch)),
    cancel: (batch) => watch.timed("cancel", store.cancel(batch)),
    redrive: (batch) => watch.timed("redrive", store.redrive(batch)),
    get: (batch, options) => watch.timed("get", store.get(batch, options)),
    list: (query) => watch.timed("list", store.list(query)),
    stats: (queues) => watch.timed("stats", store.stats(queues)),
    onHint: (listener) => store.onHint(listener),
    close: () => store.close(),
  };
}

class Watch {
  readonly #store: Store;
  readonly #metrics: TaskMetrics;
  readonly #spans: TaskSpans | null;
  readonly #clock: Clock;

  constructor(store: Store, { metrics, spans, clock }: Instruments) {
    this.#store = store;
    this.#metrics = metrics;
    this.#spans = spans;
    this.#clock = clock;
  }

  /** Times a call; a failed one is labelled with its kind. */
  async timed<Answer>(call: string, answer: Promise<Answer>): Promise<Answer> {
    const startMs = this.#clock.monotonicMs();
    let error: string | null = "bug";
    try {
      const value = await answer;
      error = null;
      return value;
    } catch (failure) {
      error = failure instanceof StoreError ? failure.kind : "bug";
      throw failure;
    } finally {
      this.#metrics.storeCalled(call, (this.#clock.monotonicMs() - startMs) / 1_000, error);
    }
  }

  async submit(batch: readonly NewTask[]): Promise<SubmitOutcome[]> {
    const outcomes = await this.#store.submit(batch);
    const created = new Tally();
    outcomes.forEach(({ kind }, at) => {
      if (kind === "created") {
        created.add(queueOfTask((batch[at] as NewTask).id));
      }
    });
    created.each((queue, tasks) => this.#metrics.submitted(queue, tasks));
    return outcomes;
  }

  async lease(request: LeaseRequest): Promise<LeaseOutcome> {
    const outcome = await this.#store.lease(request);
    if (outcome.kind === "ok" && outcome.tasks.length > 0) {
      this.#metrics.granted(request.queue, outcome.tasks.length);
      for (const { queuedMs } of outcome.tasks) {
        this.#metrics.waited(request.queue, queuedMs);
      }
      this.#spans?.waited(outcome.tasks, request.workerId, this.#clock.nowMs());
    }
    return outcome;
  }

  async settle(batch: readonly Settlement[]): Promise<SettleOutcome[]> {
    const outcomes = await this.#store.settle(batch);
    const [dead, byOutcome] = [new Tally(), new Map<string, Tally>()];
    outcomes.forEach((outcome, at) => {
      const { lease, outcome: asked } = batch[at] as Settlement;
      const queue = queueOfTask(lease.taskId);
      const kind = outcome.kind === "ok" ? asked.kind : outcome.kind;
      let tally = byOutcome.get(kind);
      if (tally === undefined) {
        tally = new Tally();
        byOutcome.set(kind, tally);
      }
      tally.add(queue);
      if (outcome.kind === "ok" && outcome.state === "DEAD" && !outcome.isRepeat) {
        dead.add(queue);
      }
    });
    for (const [kind, tally] of byOutcome) {
      tally.each((queue, attempts) => this.#metrics.settled(queue, kind, attempts));
    }
    dead.each((queue, tasks) => this.#metrics.dead(queue, tasks));
    return outcomes;
  }

  async sweep(queue: QueueName, limit: number): Promise<SweepReport> {
    const report = await this.#store.sweep(queue, limit);
    if (report.expired > 0) {
      this.#metrics.expired(queue, report.expired);
    }
    if (report.reclaimed.length > 0) {
      this.#metrics.redelivered(queue, report.reclaimed.length);
      const dead = report.reclaimed.filter(({ state }) => state === "DEAD").length;
      if (dead > 0) {
        this.#metrics.dead(queue, dead);
      }
      await this.#traceLost(report.reclaimed);
    }
    return report;
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

/** Counts by queue; most batches are of one queue. */
class Tally {
  readonly #counts = new Map<QueueName, number>();

  add(queue: QueueName): void {
    this.#counts.set(queue, (this.#counts.get(queue) ?? 0) + 1);
  }

  each(visit: (queue: QueueName, count: number) => void): void {
    for (const [queue, count] of this.#counts) {
      visit(queue, count);
    }
  }
}
