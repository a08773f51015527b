import { ATTRIBUTES, SYSTEM } from "@baton/proto/shared";
import { createNoopMeter, type Histogram, type MeterProvider, metrics } from "@opentelemetry/api";
import type { Outcome } from "../handler/outcome.ts";
import { safely } from "./safely.ts";

const METER = "@baton/worker-sdk";
const BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 1_800];

let known: MeterProvider | undefined;
let histogram: Histogram | undefined;

/** Undefined where no meter provider is registered, so that metrics cost nothing then. */
function processDuration(): Histogram | undefined {
  const provider = metrics.getMeterProvider();
  if (provider !== known) {
    known = provider;
    // Where the new one throws, the old one's is not to be written to.
    histogram = undefined;
    const meter = provider.getMeter(METER);
    histogram =
      meter === createNoopMeter()
        ? undefined
        : meter.createHistogram("messaging.process.duration", {
            description: "how long handlers ran",
            unit: "s",
            advice: { explicitBucketBoundaries: BOUNDS_S },
          });
  }
  return histogram;
}

/** Records how long a handler ran, as OpenTelemetry's messaging conventions name it. */
export function recordProcessed(queue: string, outcome: Outcome, durationMs: number): void {
  safely(() =>
    processDuration()?.record(durationMs / 1_000, {
      [ATTRIBUTES.system]: SYSTEM,
      [ATTRIBUTES.operationName]: "process",
      [ATTRIBUTES.destination]: queue,
      [ATTRIBUTES.outcome]: outcome.kind,
      ...(outcome.kind === "fail" ? { [ATTRIBUTES.errorType]: outcome.failure.type } : {}),
    }),
  );
}
