import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";

/** A span that has ended. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  readonly links: readonly string[];
  readonly attributes: Attributes;
  readonly status: SpanStatus;
}

/** A tracer that keeps the spans that ended, made of the OpenTelemetry API alone. */
export class SpanRecorder {
  readonly spans: EndedSpan[] = [];

  /** Registers the recorder for the process, with W3C trace context; `stop` takes it back. */
  static start(): SpanRecorder {
    const recorder = new SpanRecorder();
    context.setGlobalContextManager(new LocalContext());
    propagation.setGlobalPropagator(traceContext);
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: (name, options = {}, parent = context.active()) =>
          recorder.#start(name, options, parent),
        startActiveSpan: () => {
          throw new Error("the SDK starts no active spans");
        },
      }),
    });
    return recorder;
  }

  stop(): void {
    trace.disable();
    propagation.disable();
    context.disable();
  }

  /** The spans of this name. */
  named(name: string): EndedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  #start(name: string, options: SpanOptions, parent: Context): Span {
    const above = trace.getSpanContext(parent);
    const attributes: Attributes = { ...options.attributes };
    const own: SpanContext = {
      traceId: above?.traceId ?? randomBytes(16).toString("hex"),
      spanId: randomBytes(8).toString("hex"),
      traceFlags: 1,
    };
    let status: SpanStatus = { code: SpanStatusCode.UNSET };
    const links = options.links ?? [];
    const span: Span = {
      spanContext: () => own,
      setAttribute: (key, value) => {
        attributes[key] = value;
        return span;
      },
      setAttributes: (more) => {
        Object.assign(attributes, more);
        return span;
      },
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: (given) => {
        status = given;
        return span;
      },
      updateName: () => span,
      end: () => {
        this.spans.push({
          name,
          kind: SpanKind[options.kind ?? SpanKind.INTERNAL] ?? "",
          traceId: own.traceId,
          spanId: own.spanId,
          parentId: above?.spanId ?? "",
          links: links.map((link: Link) => link.context.spanId),
          attributes,
          status,
        });
      },
      isRecording: () => true,
      recordException: () => {},
    };
    return span;
  }
}

class LocalContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], Action extends (...args: Args) => ReturnType<Action>>(
    active: Context,
    action: Action,
    thisArg?: ThisParameterType<Action>,
    ...args: Args
  ): ReturnType<Action> {
    return this.#storage.run(active, () => action.call(thisArg, ...args));
  }

  bind<Target>(_: Context, target: Target): Target {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

const traceContext: TextMapPropagator = {
  inject(active, carrier, setter) {
    const span = trace.getSpanContext(active);
    if (span !== undefined) {
      setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
    }
  },
  extract(active, carrier, getter) {
    const [, traceId = "", spanId = ""] = String(getter.get(carrier, "traceparent")).split("-");
    const remote = { traceId, spanId, traceFlags: 1, isRemote: true };
    return spanId === "" ? active : trace.setSpanContext(active, remote);
  },
  fields: () => ["traceparent"],
};
