// Package tracing starts OpenTelemetry and the spans of tasks.
package tracing

import (
	"context"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	baton "baton.example/go/gen/baton/v1"
)

var propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Start sends spans to the OTLP endpoint that the environment names, if any. The
// returned function sends what is left.
func Start(ctx context.Context, service string) (func(context.Context) error, error) {
	options := []sdk.TracerProviderOption{}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		exporter, err := otlptracegrpc.New(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, sdk.WithBatcher(exporter))
	}
	if os.Getenv("OTEL_SERVICE_NAME") == "" {
		name := resource.NewSchemaless(attribute.String("service.name", service))
		options = append(options, sdk.WithResource(name))
	}
	provider := sdk.NewTracerProvider(options...)
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}

// StartProcess starts an attempt's span: a child of the submit's, with a link to
// the attempt before.
func StartProcess(ctx context.Context, task *baton.GrantedTask) (context.Context, trace.Span) {
	parent := propagator.Extract(ctx, propagation.MapCarrier(task.Headers))
	before := propagator.Extract(ctx, propagation.MapCarrier{"traceparent": task.PreviousTraceparent})
	return otel.Tracer("baton").Start(parent, "process "+task.Queue,
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithLinks(links(trace.SpanContextFromContext(before))...),
		trace.WithAttributes(attributes("process", task.Queue, task.Type)...),
		trace.WithAttributes(
			attribute.String("messaging.message.id", task.Lease.TaskId),
			attribute.Int("messaging.baton.attempt", int(task.Attempt)),
		))
}

// StartSend starts a submit's span.
func StartSend(ctx context.Context, queue, taskType string) (context.Context, trace.Span) {
	return otel.Tracer("baton").Start(ctx, "send "+queue,
		trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attributes("send", queue, taskType)...))
}

// Headers returns the trace context as a task carries it.
func Headers(ctx context.Context) map[string]string {
	headers := propagation.MapCarrier{}
	propagator.Inject(ctx, headers)
	return headers
}

func links(previous trace.SpanContext) []trace.Link {
	if !previous.IsValid() {
		return nil
	}
	return []trace.Link{{SpanContext: previous}}
}

func attributes(operation, queue, taskType string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.system", "baton"),
		attribute.String("messaging.operation.name", operation),
		attribute.String("messaging.operation.type", operation),
		attribute.String("messaging.destination.name", queue),
		attribute.String("messaging.baton.task.type", taskType),
	}
}
