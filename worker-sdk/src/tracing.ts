import {
  type Attributes,
  type Context,
  context,
  type Link,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { HEADERS_RULE } from "./checks.ts";
import type { Outcome } from "./outcome.ts";
import { ATTRIBUTES, SYSTEM } from "./semconv.ts";
import { durationMs } from "./time-fields.ts";
import type { Received } from "./wire.ts";

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A handler's span. */
export interface ProcessSpan {
  readonly context: Context;
  /** Runs the action with the span active, so that what it sends or calls hangs under it. */
  run<Result>(action: () => Result): Result;
  end(outcome: Outcome): void;
}

/** Undefined where no tracer is registered, so that tracing costs nothing then. */
function activeTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  const name = "@baton/worker-sdk";
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(name)
    : provider.getTracer(name);
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

/**
 * Starts the span of a submit, and writes its context into the task's headers where they have room:
 * the caller's own headers come first, and nothing may make a good submit a bad one.
 */
export function startSend(
  queue: string,
  type: string,
  headers: Record<string, string>,
): Span | undefined {
  const span = activeTracer()?.startSpan(`send ${queue}`, {
    kind: SpanKind.PRODUCER,
    attributes: attributes("send", queue, { [ATTRIBUTES.taskType]: type }),
  });
  if (span !== undefined) {
    propagation.inject(trace.setSpan(context.active(), span), headers, {
      set(carrier, key, value) {
        const hasRoom = Object.keys(carrier).length < HEADERS_RULE.maxEntries;
        if (hasRoom && value.length <= HEADERS_RULE.maxValueBytes) {
          carrier[key] ??= value;
        }
      },
    });
  }
  return span;
}

/** Starts the span of an attempt: a child of the submit's, with a link to the attempt before. */
export function startProcess(granted: Received<"GrantedTask">): ProcessSpan | undefined {
  const tracer = activeTracer();
  if (tracer === undefined) {
    return undefined;
  }
  const parent = propagation.extract(ROOT_CONTEXT, granted.headers);
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
    run: (action) => context.with(own, action),
    end(outcome) {
      span.setAttribute(ATTRIBUTES.outcome, outcome.kind);
      if (outcome.kind === "fail") {
        endFailed(span, outcome.failure.type, outcome.failure.message);
      } else {
        span.end();
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
  const more = { [ATTRIBUTES.messageId]: granted.lease?.taskId, [ATTRIBUTES.outcome]: outcome };
  const options = {
    kind: SpanKind.CLIENT,
    attributes: attributes("settle", granted.queue, more),
  };
  return process && activeTracer()?.startSpan(`settle ${granted.queue}`, options, process.context);
}

/** Ends a span that did not succeed. */
export function endFailed(span: Span, type: string, message: string): void {
  span.setAttribute(ATTRIBUTES.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end();
}

function linksTo(traceparent: string): Link[] {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  const traceFlags = Number.parseInt(flags, 16);
  return traceId === "" ? [] : [{ context: { traceId, spanId, traceFlags, isRemote: true } }];
}
