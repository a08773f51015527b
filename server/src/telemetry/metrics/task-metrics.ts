import { ATTRIBUTES } from "@baton/proto/shared";
import type { Attributes, Counter, Meter, ObservableResult } from "@opentelemetry/api";
import type { QueueName } from "../../domain/ids.ts";
import type { QueueStats } from "../../store/store.ts";
import type { BatchHistogram, BatchHistograms, HistogramSeries } from "./batch-histograms.ts";
import { observeQueues } from "./queue-gauges.ts";
import { QueueLabel } from "./queue-label.ts";

const WAIT_BOUNDS_S = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];
const RUN_BOUNDS_S = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];
const CALL_BOUNDS_S = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2];

/** What a dispatcher has at one moment. */
interface Load {
  readonly sessions: number;
  readonly credit: number;
  readonly queuesAway: number;
}

/** Where the gauges look. */
export interface GaugeSources {
  /** Rejects while the store is out of reach. */
  readonly stats: () => Promise<readonly QueueStats[]>;
  readonly load: () => Load;
  /** The 99th percentile of the event loop's delay since the last call, in seconds. */
  readonly eventLoopDelaySeconds: () => number;
}

/** How an attempt was settled, for the label; `repeat` where it had been answered before. */
export type SettledAs =
  | "complete"
  | "fail"
  | "timed_out"
  | "release"
  | "repeat"
  | "stale"
  | "not_found"
  | "no_room";

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
  readonly #cancelled: Counter;
  readonly #redriven: Counter;
  readonly #refused: Counter;
  readonly #throttled: Counter;
  readonly #counters: readonly Counter[];
  readonly #wait: BatchHistogram;
  readonly #run: BatchHistogram;
  readonly #storeCall: BatchHistogram;

  constructor(meter: Meter, histograms: BatchHistograms) {
    const count = (name: string, description: string): Counter =>
      meter.createCounter(name, { description, unit: "{task}" });
    this.#submitted = count("baton.tasks.submitted", "tasks stored");
    this.#granted = count("baton.tasks.granted", "tasks handed to workers");
    this.#settled = count("baton.tasks.settled", "settlements answered, by outcome");
    this.#redelivered = count("baton.tasks.redelivered", "tasks READY again after a crash");
    this.#dead = count("baton.tasks.dead", "tasks whose attempts or crashes were spent");
    this.#expired = count(
      "baton.tasks.expired",
      "tasks that sweeps found past their start deadline",
    );
    this.#cancelled = count("baton.tasks.cancelled", "cancellations accepted");
    this.#redriven = count("baton.tasks.redriven", "dead tasks made READY again");
    this.#refused = count("baton.tasks.refused", "tasks not stored since a backlog was full");
    this.#throttled = meter.createCounter("baton.grants.throttled", {
      description: "lease calls that a pause, a hold or a limit cut short",
      unit: "{call}",
    });
    this.#counters = [
      this.#submitted,
      this.#granted,
      this.#redelivered,
      this.#dead,
      this.#expired,
      this.#cancelled,
      this.#redriven,
      this.#refused,
      this.#throttled,
    ];
    this.#wait = histograms.create({
      name: "baton.task.wait_seconds",
      description: "from when tasks were due to when they were granted",
      unit: "s",
      bounds: WAIT_BOUNDS_S,
    });
    this.#run = histograms.create({
      name: "baton.task.run_seconds",
      description: "from when tasks were granted to when they were settled, by outcome",
      unit: "s",
      bounds: RUN_BOUNDS_S,
    });
    this.#storeCall = histograms.create({
      name: "baton.store.call_seconds",
      description: "how long calls of the store took, by call",
      unit: "s",
      bounds: CALL_BOUNDS_S,
    });
  }

  submitted(queue: QueueName, tasks: number): void {
    this.#submitted.add(tasks, this.#of(queue));
  }

  granted(queue: QueueName, tasks: number): void {
    this.#granted.add(tasks, this.#of(queue));
  }

  /** Where to record how many seconds tasks of the queue waited. */
  waits(queue: QueueName): HistogramSeries {
    return this.#wait.series(this.#label.of(queue), () => this.#of(queue));
  }

  /** Where to record for how many seconds attempts of the queue that ended so ran. */
  runs(queue: QueueName, outcome: SettledAs): HistogramSeries {
    return this.#run.series(`${this.#label.of(queue)} ${outcome}`, () =>
      this.#of(queue, ATTRIBUTES.outcome, outcome),
    );
  }

  settled(queue: QueueName, outcome: SettledAs, attempts: number): void {
    // A worker may name a task that never was, of a queue that never was.
    const label = outcome === "not_found" ? this.#label.ofClaimed(queue) : this.#label.of(queue);
    this.#settled.add(attempts, this.#labelled(label, ATTRIBUTES.outcome, outcome));
  }

  redelivered(queue: QueueName, tasks: number): void {
    this.#redelivered.add(tasks, this.#of(queue));
  }

  dead(queue: QueueName, tasks: number): void {
    this.#dead.add(tasks, this.#of(queue));
  }

  expired(queue: QueueName, tasks: number): void {
    this.#expired.add(tasks, this.#of(queue));
  }

  cancelled(queue: QueueName, tasks: number): void {
    this.#cancelled.add(tasks, this.#of(queue));
  }

  redriven(queue: QueueName, tasks: number): void {
    this.#redriven.add(tasks, this.#of(queue));
  }

  refused(queue: QueueName, tasks: number): void {
    this.#refused.add(tasks, this.#of(queue));
  }

  /** Counts a lease call that brought less than it asked for, since settings of the queue hold the rest back. */
  throttled(queue: QueueName): void {
    this.#throttled.add(1, this.#of(queue));
  }

  storeCalled(call: string, seconds: number, error: string | null): void {
    const series = this.#storeCall.series(`${call} ${error}`, () => ({
      [ATTRIBUTES.storeCall]: call,
      ...(error === null ? {} : { [ATTRIBUTES.errorType]: error }),
    }));
    series.record(seconds);
  }

  /** Adds the gauges, which look when they are asked. */
  observe(meter: Meter, sources: GaugeSources): void {
    observeQueues(meter, sources.stats, this.#label, (label, key, value) =>
      this.#labelled(label, key, value),
    );
    gauge(meter, "baton.sessions", "worker sessions", "{session}", () => sources.load().sessions);
    gauge(
      meter,
      "baton.credit",
      "tasks that workers would take",
      "{task}",
      () => sources.load().credit,
    );
    gauge(
      meter,
      "baton.store.queues_away",
      "queues that the store does not answer for",
      "{queue}",
      () => sources.load().queuesAway,
    );
    gauge(meter, "baton.event_loop.delay_p99_seconds", "delay of the event loop", "s", () =>
      sources.eventLoopDelaySeconds(),
    );
  }

  #of(queue: QueueName, key = "", value = ""): Attributes {
    return this.#labelled(this.#label.of(queue), key, value);
  }

  // One object a label set, since the same few are asked for again and again.
  #labelled(label: string, key = "", value = ""): Attributes {
    const id = `${label} ${value}`;
    let attributes = this.#labels.get(id);
    if (attributes === undefined) {
      attributes = { [ATTRIBUTES.destination]: label, ...(key === "" ? {} : { [key]: value }) };
      this.#labels.set(id, attributes);
      if (key === "") {
        this.#beginCounters(attributes);
      }
    }
    return attributes;
  }

  // A counter that first shows at 1 has grown by nothing, as Prometheus sees it.
  #beginCounters(attributes: Attributes): void {
    for (const counter of this.#counters) {
      counter.add(0, attributes);
    }
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
