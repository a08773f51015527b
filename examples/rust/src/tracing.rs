//! Starts OpenTelemetry and the spans of tasks.

use std::collections::HashMap;
use std::env;

use opentelemetry::global::{self, BoxedSpan};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::proto::baton::v1::GrantedTask;
use crate::setting;

/// Sends spans to the OTLP endpoint that the environment names, if any.
pub fn start(service: &str) -> Result<SdkTracerProvider, Box<dyn std::error::Error>> {
    let name = setting("OTEL_SERVICE_NAME", service);
    let resource = Resource::builder().with_service_name(name).build();
    let mut builder = SdkTracerProvider::builder().with_resource(resource);
    if env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some_and(|endpoint| !endpoint.is_empty()) {
        builder = builder.with_batch_exporter(SpanExporter::builder().with_tonic().build()?);
    }
    let provider = builder.build();
    global::set_tracer_provider(provider.clone());
    Ok(provider)
}

/// Starts an attempt's span: a child of the submit's, with a link to the attempt before.
pub fn process(task: &GrantedTask) -> Context {
    let propagator = TraceContextPropagator::new();
    let parent = propagator.extract_with_context(&Context::new(), &task.headers);
    let before = HashMap::from([("traceparent".into(), task.previous_traceparent.clone())]);
    let previous = propagator.extract_with_context(&Context::new(), &before);
    let task_id = task.lease.clone().unwrap_or_default().task_id;
    let span = builder("process", SpanKind::Consumer, &task.queue, &task.r#type)
        .start_with_context(&global::tracer("baton"), &parent);
    let context = parent.with_span(span);
    let span = context.span();
    span.set_attribute(KeyValue::new("messaging.message.id", task_id));
    span.set_attribute(KeyValue::new("messaging.baton.attempt", i64::from(task.attempt)));
    if previous.span().span_context().is_valid() {
        span.add_link(previous.span().span_context().clone(), Vec::new());
    }
    context
}

/// Starts a submit's span.
pub fn send(queue: &str, task_type: &str) -> BoxedSpan {
    builder("send", SpanKind::Producer, queue, task_type).start(&global::tracer("baton"))
}

/// Returns a trace context as a task carries it.
pub fn headers(context: &Context) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut headers);
    headers.retain(|_, value: &mut String| !value.is_empty());
    headers
}

fn builder(operation: &'static str, kind: SpanKind, queue: &str, task_type: &str) -> SpanBuilder {
    SpanBuilder::from_name(format!("{operation} {queue}")).with_kind(kind).with_attributes([
        KeyValue::new("messaging.system", "baton"),
        KeyValue::new("messaging.operation.name", operation),
        KeyValue::new("messaging.operation.type", operation),
        KeyValue::new("messaging.destination.name", queue.to_string()),
        KeyValue::new("messaging.baton.task.type", task_type.to_string()),
    ])
}
