package baton.example;

import baton.v1.WorkerServiceOuterClass.GrantedTask;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.HashMap;
import java.util.Map;

/** Starts OpenTelemetry and the spans of tasks. */
final class Tracing implements AutoCloseable {
  private static final W3CTraceContextPropagator PROPAGATOR =
      W3CTraceContextPropagator.getInstance();
  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        @Override
        public String get(Map<String, String> headers, String key) {
          return headers.get(key);
        }
      };

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /** Sends spans to the OTLP endpoint that the environment names, if any. */
  Tracing(String service) {
    Map<String, String> environment = System.getenv();
    String given = environment.getOrDefault("OTEL_SERVICE_NAME", "");
    String name = given.isBlank() ? service : given;
    var builder =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), name)));
    String endpoint = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    // Without any processor the SDK would start no spans, and pass on the submitter's as they are.
    builder.addSpanProcessor(
        endpoint.isBlank()
            ? SimpleSpanProcessor.create(SpanExporter.composite())
            : BatchSpanProcessor.builder(
                    OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build())
                .build());
    provider = builder.build();
    tracer = provider.get("baton");
  }

  /** Starts an attempt's span: a child of the submit's, with a link to the attempt before. */
  Span startProcess(GrantedTask task) {
    SpanBuilder span =
        start("process", SpanKind.CONSUMER, task.getQueue(), task.getType())
            .setParent(extract(task.getHeadersMap()))
            .setAttribute("messaging.message.id", task.getLease().getTaskId())
            .setAttribute("messaging.baton.attempt", (long) task.getAttempt());
    var previous = Span.fromContext(extract(Map.of("traceparent", task.getPreviousTraceparent())));
    if (previous.getSpanContext().isValid()) {
      span.addLink(previous.getSpanContext());
    }
    return span.startSpan();
  }

  /** Starts a submit's span. */
  Span startSend(String queue, String type) {
    return start("send", SpanKind.PRODUCER, queue, type).startSpan();
  }

  /** Returns the current trace context as a task carries it. */
  static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    PROPAGATOR.inject(Context.current(), headers, Map::put);
    return headers;
  }

  /** Sends what is left. */
  @Override
  public void close() {
    provider.close();
  }

  private static Context extract(Map<String, String> headers) {
    return PROPAGATOR.extract(Context.root(), headers, HEADERS);
  }

  private SpanBuilder start(String operation, SpanKind kind, String queue, String type) {
    return tracer
        .spanBuilder(operation + " " + queue)
        .setSpanKind(kind)
        .setAttribute("messaging.system", "baton")
        .setAttribute("messaging.operation.name", operation)
        .setAttribute("messaging.operation.type", operation)
        .setAttribute("messaging.destination.name", queue)
        .setAttribute("messaging.baton.task.type", type);
  }
}
