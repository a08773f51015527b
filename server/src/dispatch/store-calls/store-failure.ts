import { TaskError } from "../../domain/errors.ts";
import type { QueueName } from "../../domain/ids.ts";
import { Undecodable } from "../../domain/undecodable.ts";
import { type ItemResult, resultsOfFailure, StoreError } from "../../store/store.ts";

const FULL_RETRY_AFTER_MS = 5_000;

/** Returns the error as one of the store's; what is none is a bug, of which nothing is known. */
export function storeErrorOf(error: unknown): StoreError {
  return error instanceof StoreError
    ? error
    : new StoreError("unknown", "the store failed in a way it does not state", error);
}

/** The store does not answer for a queue, and was not asked: nothing was changed. */
export class QueueAwayError extends StoreError {
  readonly retryAfterMs: number;

  constructor(queue: QueueName, retryAfterMs: number) {
    super("unavailable", `the store does not answer for the queue ${queue}`);
    this.name = "QueueAwayError";
    this.retryAfterMs = retryAfterMs;
  }
}

/** Returns what became of each item of a batch, also where the call throws. */
export async function resultsOf<Outcome>(
  count: number,
  call: () => Promise<readonly Outcome[]>,
): Promise<readonly ItemResult<Outcome>[]> {
  try {
    return await call();
  } catch (error) {
    return resultsOfFailure(storeErrorOf(error), count);
  }
}

/** Says what a caller is told about a store call that failed. */
export function taskErrorOf(error: unknown, usualRetryAfterMs: number): TaskError {
  if (error instanceof TaskError) {
    return error;
  }
  if (error instanceof Undecodable) {
    const metadata = { kind: error.kind, name: error.recordName };
    return new TaskError("RECORD_UNDECODABLE", error.message, { metadata, cause: error });
  }
  const failure = storeErrorOf(error);
  const retryAfterMs = failure instanceof QueueAwayError ? failure.retryAfterMs : usualRetryAfterMs;
  switch (failure.kind) {
    case "unavailable":
      return new TaskError("STORE_UNAVAILABLE", "the store cannot be reached", {
        retryAfterMs,
        cause: failure,
      });
    case "unknown":
      return new TaskError("OUTCOME_UNKNOWN", "the store did not answer; repeat the call", {
        retryAfterMs,
        cause: failure,
      });
    case "full":
      return new TaskError("STORE_FULL", "the store has no room", {
        retryAfterMs: FULL_RETRY_AFTER_MS,
        cause: failure,
      });
  }
}
