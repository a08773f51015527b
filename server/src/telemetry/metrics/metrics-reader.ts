import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { type MetricProducer, MetricReader } from "@opentelemetry/sdk-metrics";

// The SDK's own limit of 2,000 series a metric is less than 501 queue labels times 7 states.
const MAX_SERIES = 10_000;

/** Reads every metric as Prometheus' text; the dispatcher's HTTP port serves it. */
export class MetricsReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer("", false, undefined, undefined, true);

  constructor(producers: MetricProducer[]) {
    super({ cardinalitySelector: () => MAX_SERIES, metricProducers: producers });
  }

  /** Every metric, in Prometheus' text format. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  protected async onShutdown(): Promise<void> {}

  protected async onForceFlush(): Promise<void> {}
}
