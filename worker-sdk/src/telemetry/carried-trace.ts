import { context, propagation, trace } from "@opentelemetry/api";
import { safely, safelyWithin } from "./safely.ts";
import { contextOf, headerSetter, writeTrace } from "./trace-headers.ts";

/** What of the active trace crosses to a thread, as headers; empty where there is none. */
export function traceToCarry(): Record<string, string> {
  const carried: Record<string, string> = {};
  safely(() => {
    const active = context.active();
    const span = trace.getSpanContext(active);
    if (span !== undefined) {
      writeTrace(carried, span, headerSetter);
    }
    propagation.inject(active, carried, headerSetter);
  });
  return carried;
}

/** Runs the action in the trace that came as headers. */
export function runInTrace<Result>(
  carried: Readonly<Record<string, string>>,
  action: () => Result,
): Result {
  return safelyWithin((once) => context.with(contextOf(carried), once), action);
}
