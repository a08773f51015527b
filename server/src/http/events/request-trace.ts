import type { IncomingHttpHeaders } from "node:http";
import { LIMITS } from "@baton/proto/shared";
import type { BatonEvent } from "../../domain/events/event.ts";
import { isTraceparent } from "../../domain/trace-context.ts";

const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * Gives an event the trace context of the request that brought it, where it has none of its own: CloudEvents'
 * extension `traceparent` says where the event's trace began, the HTTP header what the last hop was. What of
 * the headers is malformed or too long is left out.
 */
export function withRequestTrace(event: BatonEvent, headers: IncomingHttpHeaders): BatonEvent {
  const { traceparent: own = "", tracestate: _state, ...others } = event.extensions;
  const parent = soundOf(headers.traceparent);
  if (isTraceparent(own) || parent === null || !isTraceparent(parent)) {
    return event;
  }
  const state = soundOf(headers.tracestate);
  const baggage = others.baggage ?? soundOf(headers.baggage);
  return {
    ...event,
    extensions: {
      ...others,
      traceparent: parent,
      ...(state !== null && { tracestate: state }),
      ...(baggage !== null && { baggage }),
    },
  };
}

function soundOf(header: string | string[] | undefined): string | null {
  return typeof header === "string" &&
    header.length <= LIMITS.maxHeaderValueBytes &&
    PRINTABLE.test(header)
    ? header
    : null;
}
