import type { Attempt } from "./attempt.ts";
import type { Codec, Encoded } from "./codec.ts";
import type { Handler } from "./handler.ts";
import { LIMITS } from "./limits.ts";
import { failForGood, type Outcome, outcomeOfError } from "./outcome.ts";
import { type ReceivedTask, runInTask } from "./task-context.ts";

/** Runs a handler to its end; never rejects, whatever the handler throws. */
export async function runHandler(
  attempt: Attempt,
  handler: Handler,
  codec: Codec,
): Promise<Outcome> {
  const { id, queue, type, contentType, headers } = identity(attempt);
  let payload: unknown;
  try {
    payload = codec.decode({ value: attempt.granted.payload, contentType });
  } catch (error) {
    return failForGood("PayloadError", error);
  }
  const task: ReceivedTask = { id, queue, type, payload, contentType, headers };
  const invoke = (): unknown => runInTask(attempt.context, () => handler(task, attempt.context));
  let value: unknown;
  try {
    value = await (attempt.span === undefined ? invoke() : attempt.span.run(invoke));
  } catch (error) {
    return outcomeOfError(error, attempt.aborted);
  }
  try {
    return { kind: "complete", result: checkEncoded(codec.encode(value)) };
  } catch (error) {
    return failForGood("ResultError", error);
  }
}

function identity(attempt: Attempt): Omit<ReceivedTask, "payload"> {
  const { queue, type, contentType, headers } = attempt.granted;
  return { id: attempt.lease.taskId, queue, type, contentType, headers };
}

function checkEncoded({ value, contentType }: Encoded): Encoded {
  if (!(value instanceof Uint8Array)) {
    throw new TypeError("the codec made no Uint8Array of the result");
  }
  if (typeof contentType !== "string" || contentType.length > LIMITS.maxContentTypeBytes) {
    throw new TypeError(
      `the result's content type must be a string of at most ${LIMITS.maxContentTypeBytes} bytes`,
    );
  }
  return { value, contentType };
}
