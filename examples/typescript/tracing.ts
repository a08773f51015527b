import { NodeSDK, type NodeSDKConfiguration } from "@opentelemetry/sdk-node";

type SpanProcessor = NonNullable<NodeSDKConfiguration["spanProcessors"]>[number];

// Without any processor OpenTelemetry would start no spans.
const sendsNothing: SpanProcessor = {
  onStart() {},
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/**
 * Starts OpenTelemetry, which the worker SDK then uses; spans go by OTLP over gRPC to the endpoint that
 * the environment names, if any. Returns what sends the rest.
 */
export function startTracing(serviceName: string): () => Promise<void> {
  const { env } = process;
  env.OTEL_EXPORTER_OTLP_PROTOCOL ||= "grpc";
  const hasEndpoint = (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? "") !== "";
  const sdk = new NodeSDK({
    serviceName: env.OTEL_SERVICE_NAME || serviceName,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
    ...(hasEndpoint ? {} : { spanProcessors: [sendsNothing] }),
  });
  sdk.start();
  return () => sdk.shutdown();
}
