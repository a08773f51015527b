import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "@baton/proto/shared";
import { DiagLogLevel, diag, trace } from "@opentelemetry/api";
import { defaultResource, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { DispatchLog } from "../dispatch/log.ts";
import type { RecordKind } from "../domain/undecodable.ts";
import type { CutReason } from "../net/listener.ts";
import { ConfigError } from "../settings/setting.ts";
import type { Store } from "../store/store.ts";
import { instrumentStore } from "./instrumented-store.ts";
import { BatchHistograms } from "./metrics/batch-histograms.ts";
import {
  ConnectionMetrics,
  type ConnectionSources,
  type Port,
} from "./metrics/connection-metrics.ts";
import { MetricsReader } from "./metrics/metrics-reader.ts";
import { type GaugeSources, TaskMetrics } from "./metrics/task-metrics.ts";
import { checkVariables, dropEmpty, type Environment, isTraced } from "./otel-variables.ts";
import { resourceDetectors } from "./resource-detectors.ts";
import { TaskSpans } from "./task-spans.ts";

const SCOPE = "@baton/server";
const SERVICE_NAME = "baton-dispatcher";

/** How long spans that wait to be sent may hold up the end of the process. */
const FLUSH_TIMEOUT_MS = 2_000;

/** How often the log says that traces could not be sent. */
const COMPLAINT_SPACING_MS = 60_000;

const NANOSECONDS = 1e9;

/** Where the gauges look. */
interface ObservedSources extends Omit<GaugeSources, "eventLoopDelaySeconds"> {
  readonly connections: ConnectionSources;
}

/** The dispatcher's traces, metrics and log of tasks. */
export interface Telemetry {
  /** Returns the store with its calls counted, timed, traced and logged. */
  instrument(store: Store): Store;
  /** Adds the gauges. */
  observe(sources: ObservedSources): void;
  /** Counts a record of the store that could not be read and was left out. */
  undecodable(kind: RecordKind): void;
  /** Counts a task of an event or a schedule that was not made, since another task had its request id. */
  requestIdTaken(): void;
  /** Counts a connection that was refused or cut. */
  cut(port: Port, reason: CutReason): void;
  /** Every metric, in Prometheus' text format. */
  metricsText(): Promise<string>;
  /** Sends what waits, for at most 2 s, and ends. */
  stop(): Promise<void>;
}

/**
 * Starts telemetry. Metrics are always collected; traces are where `OTEL_EXPORTER_OTLP_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` says where to send them, and OpenTelemetry's other variables say
 * how (protocol, sampler, service name). A collector that is away or slow loses spans, never tasks.
 *
 * @throws ConfigError where a variable has a value that cannot be used; the message does not show it
 */
export async function startTelemetry(
  environment: Environment,
  clock: Clock,
  log: DispatchLog,
): Promise<Telemetry> {
  dropEmpty(environment);
  const tracing = isTraced(environment) ? await startTracing(environment, clock, log) : null;
  const histograms = new BatchHistograms(SCOPE, clock);
  const reader = new MetricsReader([histograms]);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": SERVICE_NAME }))
    .merge(resourceFromAttributes(envDetector.detect().attributes ?? {}));
  const meters = new MeterProvider({ readers: [reader], resource });
  const meter = meters.getMeter(SCOPE);
  const metrics = new TaskMetrics(meter, histograms);
  const spans = tracing === null ? null : new TaskSpans(trace.getTracer(SCOPE));
  const undecodable = meter.createCounter("baton.records.undecodable", {
    description: "records of the store that could not be read and were left out, by kind",
    unit: "{record}",
  });
  const taken = meter.createCounter("baton.request_ids.taken", {
    description: "tasks of events and schedules not made, since another task had their request id",
    unit: "{task}",
  });
  const connections = new ConnectionMetrics(meter);
  const eventLoop = monitorEventLoopDelay();
  eventLoop.enable();
  return {
    instrument: (store) => instrumentStore(store, { metrics, spans, clock, log }),
    observe: (sources) => {
      connections.observe(meter, sources.connections);
      metrics.observe(meter, {
        ...sources,
        eventLoopDelaySeconds: () => {
          const seconds = eventLoop.percentile(99) / NANOSECONDS;
          eventLoop.reset();
          return seconds;
        },
      });
    },
    undecodable: (kind) => undecodable.add(1, { "messaging.baton.record": kind }),
    requestIdTaken: () => taken.add(1),
    cut: (port, reason) => connections.cut(port, reason),
    metricsText: () => reader.text(),
    async stop() {
      eventLoop.disable();
      await Promise.all([meters.shutdown(), tracing?.stop(clock)]);
    },
  };
}

/** Keeps the text of what goes wrong to itself: that repeats headers and addresses, secrets among them. */
function started<Sdk>(start: () => Sdk): Sdk {
  try {
    return start();
  } catch {
    throw new ConfigError(
      "traces cannot be sent: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS or another " +
        "variable of OpenTelemetry's has a value that is not allowed, and that is not shown",
    );
  }
}

async function startTracing(
  environment: Environment,
  clock: Clock,
  log: DispatchLog,
): Promise<{ stop(clock: Clock): Promise<void> }> {
  checkVariables(environment);
  // Loaded only where it is used: it brings every exporter, and takes longer than the rest together.
  const { NodeSDK } = await import("@opentelemetry/sdk-node");
  const isNamed = envDetector.detect().attributes?.["service.name"] !== undefined;
  const sdk = started(() => {
    const made = new NodeSDK({
      resourceDetectors: resourceDetectors(environment.OTEL_NODE_RESOURCE_DETECTORS || "all"),
      ...(isNamed ? {} : { serviceName: SERVICE_NAME }),
      instrumentations: [],
      metricReaders: [],
      logRecordProcessors: [],
    });
    made.start();
    return made;
  });
  // What it says may repeat an address or a header; that spans are lost is what an operator needs.
  let nextMs = Number.NEGATIVE_INFINITY;
  const complain = (): void => {
    if (clock.monotonicMs() >= nextMs) {
      nextMs = clock.monotonicMs() + COMPLAINT_SPACING_MS;
      log.warn({}, "traces could not be sent: check OTEL_EXPORTER_OTLP_ENDPOINT");
    }
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return {
    async stop(clock) {
      await new Promise<void>((resolve) => {
        const timer = clock.after(FLUSH_TIMEOUT_MS, resolve);
        // A collector that is away is no reason to end with an error.
        sdk.shutdown().then(
          () => {
            timer.cancel();
            resolve();
          },
          () => {
            timer.cancel();
            resolve();
          },
        );
      });
    },
  };
}
