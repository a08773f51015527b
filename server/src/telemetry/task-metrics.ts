import { ATTRIBUTES } from "@baton/proto";
import type { Attributes, Counter, Histogram, Meter, ObservableResult } from "@opentelemetry/api";
import type { QueueName } from "../domain/ids.ts";
import { TASK_STATES } from "../domain/task-state.ts";
import type { QueueStats } from "../store/store.ts";
import { QueueLabel } from "./queue-label.ts";

const WAIT_BOUNDS_S = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];
const CALL_BOUNDS_S = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2];

/** What a dispatcher has at one moment. */
export interface Load {
  readonly sessions: number;
  readonly credit: number;
}

/** Where the gauges look. */
export interface GaugeSources {
  /** Rejects while the store is out of reach. */
  readonly stats: () => Promise<readonly QueueStats[]>;
  readonly load: () => Load;
  /** The 99th percentile of the event loop's delay since the last call, in seconds. */
  readonly eventLoopDelaySeconds: () => number;
}

/** The dispatcher's metrics, by OpenTelemetry's API. Names and labels are stated in docs/operations.md. */
export class TaskMetrics {
  readonly #label = new QueueLabel();
  readonly #labels = new Map<string, Attributes>();
  readonly #submitted: Counter;
  readonly #granted: Counter;
  readonly #settled: Counter;
  readonly #redelivered: Counter;
  readonly #dead: Counter;
  readonly #expired: Counter;
  readonly #wait: Histogram;
  readonly #storeCall: Histogram;

  constructor(meter: Meter) {
    const count = (name: string, description: string): Counter =>
      meter.createCounter(name, { description, unit: "{task}" });
    this.#submitted = count("baton.tasks.submitted", "tasks stored");
    this.#granted = count("baton.tasks.granted", "tasks handed to workers");
    this.#settled = count("baton.tasks.settled", "attempts settled, by outcome");
    this.#redelivered = count("baton.tasks.redelivered", "leases lost to crashes");
    this.#dead = count("baton.tasks.dead", "tasks whose attempts or crashes were spent");
    this.#expired = count("baton.tasks.expired", "tasks past their start deadline");
    this.#wait = meter.createHistogram("baton.task.wait_seconds", {
      description: "how long tasks waited since they were due, when they were granted",
      unit: "s",
      advice: { explicitBucketBoundaries: WAIT_BOUNDS_S },
    });
    this.#storeCall = meter.createHistogram("baton.store.call_seconds", {
      description: "how long calls of the store took, by call",
      unit: "s",
      advice: { explicitBucketBoundaries: CALL_BOUNDS_S },
    });
  }

  submitted(queue: QueueName, tasks: number): void {
    this.#submitted.add(tasks, this.#of(queue));
  }

  granted(queue: QueueName, tasks: number): void {
    this.#granted.add(tasks, this.#of(queue));
  }

  waited(queue: QueueName, waitMs: number): void {
    this.#wait.record(waitMs / 1_000, this.#of(queue));
  }

  settled(queue: QueueName, outcome: string, attempts: number): void {
    this.#settled.add(attempts, this.#of(queue, ATTRIBUTES.outcome, outcome));
  }

  redelivered(queue: QueueName, leases: number): void {
    this.#redelivered.add(leases, this.#of(queue));
  }

  dead(queue: QueueName, tasks: number): void {
    this.#dead.add(tasks, this.#of(queue));
  }

  expired(queue: QueueName, tasks: number): void {
    this.#expired.add(tasks, this.#of(queue));
  }

  storeCalled(call: string, seconds: number, error: string | null): void {
    this.#storeCall.record(seconds, {
      [ATTRIBUTES.storeCall]: call,
      ...(error === null ? {} : { [ATTRIBUTES.errorType]: error }),
    });
  }

  /** Adds the gauges, which look when they are asked. */
  observe(meter: Meter, sources: GaugeSources): void {
    const tasks = meter.createObservableGauge("baton.queue.tasks", {
      description: "tasks kept, by queue and state",
      unit: "{task}",
    });
    const age = meter.createObservableGauge("baton.queue.oldest_ready_age_seconds", {
      description: "how long the READY task that is due longest is due",
      unit: "s",
    });
    meter.addBatchObservableCallback(
      async (result) => {
        for (const stats of await sources.stats().catch(() => [])) {
          for (const state of TASK_STATES) {
            const labels = this.#of(stats.queue, ATTRIBUTES.taskState, state);
            result.observe(tasks, stats.counts[state], labels);
          }
          result.observe(age, (stats.oldestReadyAgeMs ?? 0) / 1_000, this.#of(stats.queue));
        }
      },
      [tasks, age],
    );
    gauge(meter, "baton.sessions", "worker sessions", "{session}", () => sources.load().sessions);
    gauge(
      meter,
      "baton.credit",
      "tasks that workers would take",
      "{task}",
      () => sources.load().credit,
    );
    gauge(meter, "baton.event_loop.delay_p99_seconds", "delay of the event loop", "s", () =>
      sources.eventLoopDelaySeconds(),
    );
  }

  // One object a label set, since the hot path asks for the same few again and again.
  #of(queue: QueueName, key = "", value = ""): Attributes {
    const label = this.#label.of(queue);
    const id = `${label} ${value}`;
    let attributes = this.#labels.get(id);
    if (attributes === undefined) {
      attributes = { [ATTRIBUTES.destination]: label, ...(key === "" ? {} : { [key]: value }) };
      this.#labels.set(id, attributes);
    }
    return attributes;
  }
}

function gauge(
  meter: Meter,
  name: string,
  description: string,
  unit: string,
  read: () => number,
): void {
  meter
    .createObservableGauge(name, { description, unit })
    .addCallback((result: ObservableResult) => result.observe(read()));
}
