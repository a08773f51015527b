import {
  type Context,
  createTraceState,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapSetter,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { HEADERS_RULE } from "../values/checks.ts";
import { isWellFormed } from "../values/text.ts";
import { safely } from "./safely.ts";

// Version ff and ids of zeros are none; only versions to come may have more behind.
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|(?<!^00.*)-)/;

/** What an event's extensions may bring of a trace. */
const EVENT_HEADERS: readonly string[] = ["traceparent", "tracestate", "baggage"];

/**
 * Writes trace context into a task's headers, where there is room for it: the caller's own come first,
 * and tracing may not make a good submit a bad one.
 */
export const headerSetter: TextMapSetter<Record<string, string>> = {
  set(headers, key, value) {
    const hasRoom = Object.keys(headers).length < HEADERS_RULE.maxEntries;
    if (hasRoom && HEADERS_RULE.key.test(key) && isHeaderValue(value)) {
      headers[key] ??= value;
    }
  },
};

// A propagator is the user's, and says what it likes.
function isHeaderValue(value: unknown): boolean {
  return (
    typeof value === "string" &&
    Buffer.byteLength(value) <= HEADERS_RULE.maxValueBytes &&
    isWellFormed(value)
  );
}

/** As {@link headerSetter}, for an event's extensions: of other propagators' names most are not allowed there. */
export const extensionSetter: TextMapSetter<Record<string, string>> = {
  set(extensions, key, value) {
    if (EVENT_HEADERS.includes(key)) {
      headerSetter.set(extensions, key, value);
    }
  },
};

/**
 * Writes the span as `traceparent` and `tracestate`, whichever propagators are registered: the dispatcher
 * and workers of all languages read these. One that the caller wrote stays, unless it names no span.
 */
export function writeTrace(
  headers: Record<string, string>,
  span: SpanContext,
  setter: TextMapSetter<Record<string, string>>,
): void {
  if (headers.traceparent !== undefined && spanOf(headers) === undefined) {
    delete headers.traceparent;
    delete headers.tracestate;
  }
  const traceparent = traceparentOf(span);
  if (headers.traceparent === undefined && traceparent !== undefined) {
    setter.set(headers, "traceparent", traceparent);
    if (span.traceState !== undefined) {
      setter.set(headers, "tracestate", span.traceState.serialize());
    }
  }
}

/** The span that headers name by a `traceparent`; undefined where none is or it is malformed. */
export function spanOf({
  traceparent = "",
  tracestate = "",
}: Readonly<Record<string, string>>): SpanContext | undefined {
  const [, traceId, spanId, flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) {
    return undefined;
  }
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, traceState: createTraceState(tracestate), isRemote: true };
}

/** The context that headers bring: their span, whichever propagators are registered, and what else these read. */
export function contextOf(headers: Readonly<Record<string, string>>): Context {
  const extracted = safely(() => propagation.extract(ROOT_CONTEXT, headers)) ?? ROOT_CONTEXT;
  const span = spanOf(headers);
  return span === undefined ? extracted : trace.setSpanContext(extracted, span);
}

/** A link to the span that a W3C `traceparent` names; none where it is malformed or empty. */
export function linksTo(traceparent: string): Link[] {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  const traceFlags = Number.parseInt(flags, 16);
  return traceId === "" ? [] : [{ context: { traceId, spanId, traceFlags, isRemote: true } }];
}

/** A span's context as a W3C `traceparent`; undefined where the tracer gave it no ids, or odd ones. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string | undefined {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  return TRACEPARENT.test(traceparent) ? traceparent : undefined;
}
