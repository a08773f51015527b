/** The headers of W3C that a trace travels in. */
export const TRACE_HEADERS: readonly string[] = ["traceparent", "tracestate", "baggage"];

// Version ff and ids of zeros are none; only versions to come may have more behind.
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|(?<!^00.*)-)/;

// What names a span, as W3C, Zipkin (one header or several) and Jaeger write it. Baggage names none.
const SPAN_HEADER =
  /^(?:traceparent|tracestate|b3|x-b3-(?:traceid|spanid|parentspanid|sampled|flags)|uber-trace-id)$/;

/** Whether a text is a W3C `traceparent` that names a span. */
export function isTraceparent(text: string): boolean {
  return TRACEPARENT.test(text);
}

/** Returns the trace that a `traceparent` belongs to, as 32 hex digits; empty where it names none. */
export function traceIdOf(traceparent: string): string {
  return isTraceparent(traceparent) ? traceparent.slice(3, 35) : "";
}

/**
 * Returns headers without a `traceparent` that names no span, and the `tracestate` that belongs to it: a
 * trace would begin anew at everybody who reads it.
 */
export function withSoundTrace(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { traceparent, tracestate: _state, ...others } = headers;
  return traceparent === undefined || isTraceparent(traceparent) ? headers : others;
}

/**
 * Returns headers without what names a span. A template has none to give to its tasks: all that are ever
 * made of it would be in one trace, that of whoever wrote it.
 */
export function withoutSpan(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(headers);
  const others = entries.filter(([name]) => !SPAN_HEADER.test(name));
  return others.length === entries.length ? headers : Object.fromEntries(others);
}
