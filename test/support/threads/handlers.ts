import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import {
  type Handler,
  NonRetryableError,
  ReleaseTaskError,
  RetryAfterError,
} from "@baton/worker-sdk/threads";
import { context, trace } from "@opentelemetry/api";
import { SpanRecorder } from "../telemetry/spans.ts";

// Has OpenTelemetry keep a context in this thread.
SpanRecorder.start();

class BadImageError extends NonRetryableError {}

class DecodeError extends Error {
  override readonly name = "DecodeError";
}

let hasReleased = false;

/** Keeps the thread from turning to any event. */
function block(ms: number, isOver = (): boolean => false): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs && !isOver());
}

/** What handlers on threads do in tests, by the task's type. */
const handlers: Readonly<Record<string, Handler>> = {
  echo: ({ payload }) => payload,
  thread: () => threadId,
  block({ payload }) {
    block(Number(payload));
    return "unharmed";
  },
  apart(_, { checkpointJson, logger: { info }, progress, remainingMs, saveCheckpoint }) {
    info({}, "said");
    progress(0.5, "half");
    saveCheckpoint({ line: 8 });
    return [checkpointJson(), remainingMs() > 0];
  },
  deaf(_, attempt) {
    attempt.progress(null, "deaf");
    block(600_000);
  },
  listening(_, attempt) {
    const { signal, logger } = attempt;
    attempt.progress(null, "listening");
    block(600_000, () => signal.aborted);
    logger.info(told(signal), "told");
    signal.throwIfAborted();
  },
  async waiting(_, attempt) {
    const { signal, logger } = attempt;
    attempt.progress(null, "waiting");
    await sleep(600_000, undefined, { signal }).catch(() => {});
    logger.info(told(signal), "told");
    signal.throwIfAborted();
  },
  exit: () => process.exit(7),
  async stray() {
    setImmediate(() => {
      throw new RangeError("nobody's");
    });
    await sleep(600_000);
  },
  memory() {
    const held: unknown[] = [];
    for (;;) {
      held.push(new Array(100_000).fill(held.length));
    }
  },
  tells(_, attempt) {
    attempt.logger.info({ n: 1 }, "plain");
    attempt.logger.warn({ odd: () => "unclonable" }, "odd");
    for (let step = 1; step <= 2_000; step += 1) {
      attempt.progress(step / 2_000, `step ${step}`);
    }
    attempt.saveCheckpoint({ at: 7 });
    const { taskId, queue, type, headers, maxAttempts, crashes, leaseToken } = attempt;
    return {
      ...{ taskId, queue, type, headers, maxAttempts, crashes, leaseToken },
      attempt: attempt.attempt,
      checkpoint: attempt.checkpointJson(),
      hasTime: attempt.remainingMs() > 1_000,
      refusal: refusalOf(() => attempt.progress(2)),
    };
  },
  resumes(_, attempt) {
    if (attempt.attempt === 1) {
      attempt.saveCheckpoint({ at: 7 });
      throw new Error("again");
    }
    return attempt.checkpointJson();
  },
  dies() {
    throw new BadImageError("no image");
  },
  fails() {
    throw new DecodeError("not decoded", { cause: new TypeError("no bytes", { cause: "why" }) });
  },
  typed() {
    throw new RangeError("too far");
  },
  many() {
    throw new AggregateError([new RangeError("first")], "several");
  },
  text() {
    throw "a text";
  },
  retries(_, { attempt }) {
    if (attempt === 1) {
      throw new RetryAfterError(20, "not yet");
    }
    return attempt;
  },
  releases() {
    if (!hasReleased) {
      hasReleased = true;
      throw new ReleaseTaskError(20, "not here");
    }
  },
  unclonable: () => ({ pages: [{ render: () => "text" }] }),
  pooled: () => Buffer.from("of a pool"),
  trace: () => trace.getSpanContext(context.active())?.spanId,
};

function told({ reason }: AbortSignal): object {
  return { name: reason.name, reason: reason.message };
}

function refusalOf(action: () => void): string {
  try {
    action();
    return "";
  } catch (error) {
    return String(error);
  }
}

export default ((task, attempt) => handlers[task.type]?.(task, attempt)) satisfies Handler;
