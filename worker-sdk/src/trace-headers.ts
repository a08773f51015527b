import type { Link, SpanContext, TextMapSetter } from "@opentelemetry/api";
import { HEADERS_RULE } from "./checks.ts";

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Writes trace context into a task's headers, where there is room for it: the caller's own come first,
 * and tracing may not make a good submit a bad one.
 */
export const headerSetter: TextMapSetter<Record<string, string>> = {
  set(headers, key, value) {
    const hasRoom = Object.keys(headers).length < HEADERS_RULE.maxEntries;
    if (hasRoom && HEADERS_RULE.key.test(key) && value.length <= HEADERS_RULE.maxValueBytes) {
      headers[key] ??= value;
    }
  },
};

/** A link to the span that a W3C `traceparent` names; none where it is malformed or empty. */
export function linksTo(traceparent: string): Link[] {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  const traceFlags = Number.parseInt(flags, 16);
  return traceId === "" ? [] : [{ context: { traceId, spanId, traceFlags, isRemote: true } }];
}

/** A span's context as a W3C `traceparent`. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
