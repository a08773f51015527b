import { ATTRIBUTES, SYSTEM } from "@baton/proto/shared";
import {
  type Attributes,
  type Context,
  createTraceState,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { WorkerId } from "../domain/ids.ts";
import { CRASHED_FAILURE, type LeasedTask, type Task } from "../domain/task.ts";
import { isTraceparent } from "../domain/trace-context.ts";
import type { NewTask, ReclaimedLease, SubmitOutcome } from "../store/store.ts";

/**
 * Adds what only the dispatcher knows to the traces of tasks: the time in the queue, and the attempts
 * whose workers died before they could report them. The parent is the span of the submit, whose
 * context travels in the task's headers.
 */
export class TaskSpans {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /**
   * Begins a trace for each task that comes without one: a schedule's firing, or a submitter that does
   * not trace. Returns the tasks with their trace context, and what to call with the outcomes.
   */
  begin(batch: readonly NewTask[]): {
    readonly batch: readonly NewTask[];
    readonly end: (outcomes: readonly SubmitOutcome[]) => void;
  } {
    const spans: (Span | null)[] = [];
    const traced = batch.map((task) => {
      const span =
        trace.getSpanContext(contextOf(task.spec.headers)) !== undefined
          ? null
          : this.#startSend(task);
      spans.push(span);
      return span === null ? task : withContext(task, span);
    });
    // A span of a repeat is dropped: the first submit's is the one that the task has.
    const end = (outcomes: readonly SubmitOutcome[]): void =>
      outcomes.forEach(({ kind }, at) => {
        if (kind === "created") {
          spans[at]?.end();
        }
      });
    return { batch: traced, end };
  }

  #startSend({ id, spec }: NewTask): Span {
    return this.#tracer.startSpan(
      `send ${spec.queue}`,
      {
        kind: SpanKind.PRODUCER,
        attributes: attributesOf("send", spec.queue, {
          [ATTRIBUTES.messageId]: id,
          [ATTRIBUTES.taskType]: spec.type,
        }),
      },
      ROOT_CONTEXT,
    );
  }

  /** Records how long tasks waited, now that a worker has them. */
  waited(tasks: readonly LeasedTask[], workerId: WorkerId, nowMs: number): void {
    for (const { id, spec, attempt, queuedMs } of tasks) {
      const span = this.#tracer.startSpan(
        `wait ${spec.queue}`,
        {
          kind: SpanKind.INTERNAL,
          startTime: nowMs - queuedMs,
          attributes: attributesOf("wait", spec.queue, {
            [ATTRIBUTES.messageId]: id,
            [ATTRIBUTES.taskType]: spec.type,
            [ATTRIBUTES.attempt]: attempt,
            [ATTRIBUTES.queuedMs]: queuedMs,
            [ATTRIBUTES.clientId]: workerId,
          }),
        },
        contextOf(spec.headers),
      );
      span.end(nowMs);
    }
  }

  /** Records an attempt whose lease was reclaimed, from its start to now, as the dead worker cannot. */
  lost(
    { spec, startedAtMs, token }: Task,
    { lease, workerId, state }: ReclaimedLease,
    nowMs: number,
  ): void {
    // Where the task was leased again meanwhile, only the newer start is known.
    const startTime = token === lease.token ? (startedAtMs ?? nowMs) : nowMs;
    const span = this.#tracer.startSpan(
      `process ${spec.queue}`,
      {
        kind: SpanKind.CONSUMER,
        startTime,
        attributes: attributesOf("process", spec.queue, {
          [ATTRIBUTES.messageId]: lease.taskId,
          [ATTRIBUTES.taskType]: spec.type,
          [ATTRIBUTES.clientId]: workerId,
          [ATTRIBUTES.taskState]: state,
          [ATTRIBUTES.errorType]: CRASHED_FAILURE.type,
        }),
      },
      contextOf(spec.headers),
    );
    span.setStatus({ code: SpanStatusCode.ERROR, message: "the worker was lost" });
    span.end(Math.max(startTime, nowMs));
  }
}

/** The trace that headers name: by `traceparent`, or as `OTEL_PROPAGATORS` says where there is none. */
function contextOf(headers: Readonly<Record<string, string>>): Context {
  const extracted = propagation.extract(ROOT_CONTEXT, headers);
  const { traceparent = "", tracestate = "" } = headers;
  if (!isTraceparent(traceparent)) {
    return extracted;
  }
  const [, traceId = "", spanId = "", flags = ""] = traceparent.split("-");
  return trace.setSpanContext(extracted, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    traceState: createTraceState(tracestate),
    isRemote: true,
  });
}

function withContext(task: NewTask, span: Span): NewTask {
  const headers: Record<string, string> = { ...task.spec.headers };
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
  // Whatever `OTEL_PROPAGATORS` says: workers of all languages read this one.
  const { traceId, spanId, traceFlags } = span.spanContext();
  headers.traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  return { ...task, spec: { ...task.spec, headers } };
}

function attributesOf(operation: string, queue: string, more: Attributes): Attributes {
  return {
    [ATTRIBUTES.system]: SYSTEM,
    [ATTRIBUTES.operationName]: operation,
    [ATTRIBUTES.destination]: queue,
    ...more,
  };
}
