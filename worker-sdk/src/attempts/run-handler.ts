import { LIMITS } from "@baton/proto/shared";
import type { Handler } from "../handler/handler.ts";
import { failForGood, type Outcome, outcomeOfError } from "../handler/outcome.ts";
import { type ReceivedTask, runInTask } from "../handler/task-context.ts";
import { type Codec, decodeReceived, type Encoded, encodeOwn } from "../values/codec.ts";
import type { Attempt } from "./attempt.ts";

/**
 * Runs a handler to its end, whatever it throws; calls `done` once. That is at once where the handler
 * returns no promise.
 */
export function runHandler(
  attempt: Attempt,
  handler: Handler,
  codec: Codec,
  done: (outcome: Outcome) => void,
): void {
  const { queue, type, contentType, headers } = attempt.granted;
  let payload: unknown;
  try {
    payload = decodeReceived(codec, { value: attempt.takePayload(), contentType });
  } catch (error) {
    done(failForGood("PayloadError", error));
    return;
  }
  const id = attempt.lease.taskId;
  const task: ReceivedTask = { id, queue, type, payload, contentType, headers };
  let result: unknown;
  let isPromise: boolean;
  try {
    result =
      attempt.span === undefined
        ? runInTask(attempt.context, handler, task)
        : attempt.span.run(() => runInTask(attempt.context, handler, task));
    isPromise = isPromiseLike(result);
  } catch (error) {
    done(outcomeOfError(error, attempt.aborted));
    return;
  }
  if (isPromise) {
    Promise.resolve(result).then(
      (resolved) => done(completed(resolved, codec)),
      (error) => done(outcomeOfError(error, attempt.aborted)),
    );
  } else {
    done(completed(result, codec));
  }
}

function isPromiseLike(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

function completed(result: unknown, codec: Codec): Outcome {
  try {
    return { kind: "complete", result: checkEncoded(encodeOwn(codec, result)) };
  } catch (error) {
    return failForGood("ResultError", error);
  }
}

function checkEncoded({ value, contentType }: Encoded): Encoded {
  if (typeof contentType !== "string" || contentType.length > LIMITS.maxContentTypeBytes) {
    throw new TypeError(
      `the result's content type must be a string of at most ${LIMITS.maxContentTypeBytes} bytes`,
    );
  }
  return { value, contentType };
}
