import type { Clock } from "@baton/proto/shared";
import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";

/** What a histogram is called and how it is divided. */
export interface BatchHistogramOptions {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Upper bounds of the buckets, growing. */
  readonly bounds: readonly number[];
}

/** The values of one histogram that have the same labels. */
export class HistogramSeries {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  record(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) {
      at += 1;
    }
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  /** What was recorded so far. */
  toHistogram(): Histogram {
    const buckets = { boundaries: [...this.#bounds], counts: [...this.#counts] };
    return { buckets, sum: this.#sum, count: this.#count };
  }
}

/** One histogram with its series. */
export class BatchHistogram {
  readonly options: BatchHistogramOptions;
  readonly #series = new Map<string, { attributes: Attributes; values: HistogramSeries }>();

  constructor(options: BatchHistogramOptions) {
    this.options = options;
  }

  /** The series of the labels; to be kept over a batch. The key tells label sets apart. */
  series(key: string, attributes: () => Attributes): HistogramSeries {
    let found = this.#series.get(key);
    if (found === undefined) {
      found = { attributes: attributes(), values: new HistogramSeries(this.options.bounds) };
      this.#series.set(key, found);
    }
    return found.values;
  }

  /** Returns a point a series. */
  points(startTime: HrTime, endTime: HrTime): DataPoint<Histogram>[] {
    return [...this.#series.values()].map(({ attributes, values }) => {
      return { startTime, endTime, attributes, value: values.toHistogram() };
    });
  }
}

/**
 * Histograms with a value a task or a store call, for a reader of OpenTelemetry's SDK. Its own hash the labels at every
 * value, 3 µs each; these find the labels once a batch.
 */
export class BatchHistograms implements MetricProducer {
  readonly #scope: string;
  readonly #clock: Clock;
  readonly #startTime: HrTime;
  readonly #histograms: BatchHistogram[] = [];

  constructor(scope: string, clock: Clock) {
    this.#scope = scope;
    this.#clock = clock;
    this.#startTime = hrTime(clock.nowMs());
  }

  create(options: BatchHistogramOptions): BatchHistogram {
    const histogram = new BatchHistogram(options);
    this.#histograms.push(histogram);
    return histogram;
  }

  async collect(): Promise<CollectionResult> {
    const endTime = hrTime(this.#clock.nowMs());
    const metrics = this.#histograms.map((histogram): HistogramMetricData => {
      const { name, description, unit } = histogram.options;
      return {
        descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: histogram.points(this.#startTime, endTime),
      };
    });
    const scopeMetrics = [{ scope: { name: this.#scope }, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

function hrTime(epochMs: number): HrTime {
  return [Math.trunc(epochMs / 1_000), (epochMs % 1_000) * 1e6];
}
