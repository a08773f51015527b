"""OpenTelemetry: spans go to the OTLP endpoint that the environment names, if any."""

import os

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind

from baton.v1.worker_service_pb2 import GrantedTask

tracer = trace.get_tracer("baton")


def start_tracing(service: str) -> TracerProvider:
    name = os.environ.get("OTEL_SERVICE_NAME") or service
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def process_span(task: GrantedTask):
    """Starts an attempt's span: a child of the submit's, with a link to the attempt before."""
    before = propagate.extract({"traceparent": task.previous_traceparent})
    previous = trace.get_current_span(before).get_span_context()
    return tracer.start_as_current_span(
        f"process {task.queue}", propagate.extract(dict(task.headers)), SpanKind.CONSUMER,
        links=[Link(previous)] if previous.is_valid else [],
        attributes=_attributes("process", task.queue, task.type)
        | {"messaging.message.id": task.lease.task_id, "messaging.baton.attempt": task.attempt})


def send_span(queue: str, type: str):
    """Starts a submit's span."""
    attributes = _attributes("send", queue, type)
    return tracer.start_as_current_span(f"send {queue}", kind=SpanKind.PRODUCER, attributes=attributes)


def _attributes(operation: str, queue: str, type: str) -> dict:
    return {
        "messaging.system": "baton", "messaging.operation.name": operation,
        "messaging.operation.type": operation, "messaging.destination.name": queue,
        "messaging.baton.task.type": type,
    }
