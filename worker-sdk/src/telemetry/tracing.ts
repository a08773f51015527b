import { ATTRIBUTES, SYSTEM } from "@baton/proto/shared";
import {
  type Attributes,
  type Context,
  context,
  ProxyTracerProvider,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapSetter,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Outcome } from "../handler/outcome.ts";
import { durationMs } from "../values/time-fields.ts";
import type { Received } from "../values/wire.ts";
import { safely, safelyWithin } from "./safely.ts";
import { contextOf, headerSetter, linksTo, traceparentOf, writeTrace } from "./trace-headers.ts";

const TRACER = "@baton/worker-sdk";

/** A handler's span. */
export interface ProcessSpan {
  readonly context: Context;
  /** What the next attempt links to; undefined where the tracer gave the span no id. */
  readonly traceparent: string | undefined;
  /** Runs the action with the span active, so that what it sends or calls hangs under it. */
  run<Result>(action: () => Result): Result;
  end(outcome: Outcome): void;
}

/** Undefined where no tracer is registered, so that tracing costs nothing then. */
function activeTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(TRACER)
    : provider.getTracer(TRACER);
}

function attributes(operation: string, queue: string, more: Attributes): Attributes {
  return {
    [ATTRIBUTES.system]: SYSTEM,
    [ATTRIBUTES.operationName]: operation,
    [ATTRIBUTES.operationType]: operation,
    [ATTRIBUTES.destination]: queue,
    ...more,
  };
}

/** Starts the span of a submit, and writes its context into the task's headers. */
export function startSend(
  queue: string,
  type: string,
  headers: Record<string, string>,
  setter: TextMapSetter<Record<string, string>> = headerSetter,
): Span | undefined {
  const span = safely(() =>
    activeTracer()?.startSpan(`send ${queue}`, {
      kind: SpanKind.PRODUCER,
      attributes: attributes("send", queue, { [ATTRIBUTES.taskType]: type }),
    }),
  );
  if (span !== undefined) {
    safely(() => {
      writeTrace(headers, span.spanContext(), setter);
      propagation.inject(trace.setSpan(context.active(), span), headers, setter);
    });
  }
  return span;
}

/** Starts the span of an attempt: a child of the submit's, with a link to the attempt before. */
export function startProcess(granted: Received<"GrantedTask">): ProcessSpan | undefined {
  return safely(() => {
    const tracer = activeTracer();
    return tracer && beginProcess(tracer, granted);
  });
}

function beginProcess(tracer: Tracer, granted: Received<"GrantedTask">): ProcessSpan {
  const parent = contextOf(granted.headers);
  const options = {
    kind: SpanKind.CONSUMER,
    attributes: attributes("process", granted.queue, {
      [ATTRIBUTES.messageId]: granted.lease?.taskId,
      [ATTRIBUTES.taskType]: granted.type,
      [ATTRIBUTES.attempt]: granted.attempt,
      [ATTRIBUTES.queuedMs]: durationMs(granted.queued),
      [ATTRIBUTES.bodySize]: granted.payload.byteLength,
    }),
    links: linksTo(granted.previousTraceparent),
  };
  const span = tracer.startSpan(`process ${granted.queue}`, options, parent);
  const own = trace.setSpan(parent, span);
  return {
    context: own,
    traceparent: safely(() => traceparentOf(span.spanContext())),
    run: (action) => safelyWithin((once) => context.with(own, once), action),
    end(outcome) {
      if (outcome.kind === "fail") {
        endFailed(span, outcome.failure.type, outcome.failure.message);
      } else {
        endWell(span, ATTRIBUTES.outcome, outcome.kind);
      }
    },
  };
}

/** Starts the span of a settlement, under that of its attempt. */
export function startSettle(
  granted: Received<"GrantedTask">,
  process: ProcessSpan | undefined,
  outcome: Outcome["kind"],
): Span | undefined {
  if (process === undefined) {
    return undefined;
  }
  const { queue, lease } = granted;
  const more = { [ATTRIBUTES.messageId]: lease?.taskId, [ATTRIBUTES.outcome]: outcome };
  const options = { kind: SpanKind.CLIENT, attributes: attributes("settle", queue, more) };
  return safely(() => activeTracer()?.startSpan(`settle ${queue}`, options, process.context));
}

/** Ends the span of a submit. */
export function endSent(span: Span | undefined, taskId: string): void {
  endWell(span, ATTRIBUTES.messageId, taskId);
}

/** Ends the span of a settlement that was taken. */
export function endSettled(span: Span | undefined): void {
  safely(() => span?.end());
}

/** Ends a span that did not succeed. */
export function endFailed(span: Span | undefined, type: string, message: string): void {
  safely(() => span?.setAttribute(ATTRIBUTES.errorType, type));
  safely(() => span?.setStatus({ code: SpanStatusCode.ERROR, message }));
  safely(() => span?.end());
}

function endWell(span: Span | undefined, attribute: string, value: string): void {
  safely(() => span?.setAttribute(attribute, value));
  safely(() => span?.end());
}
