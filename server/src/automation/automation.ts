import type { Clock } from "@baton/proto/shared";
import type { Dispatcher } from "../dispatch/contract.ts";
import type { DispatchLog } from "../dispatch/log.ts";
import { taskErrorOf } from "../dispatch/store-calls/store-failure.ts";
import type { UndecodableLogOptions } from "../dispatch/store-calls/undecodable-log.ts";
import type { TaskError } from "../domain/errors.ts";
import type { Documents } from "../store/documents.ts";

/** When a caller is told to try again. */
export const RETRY_AFTER_MS = 1_000;

/** What schedules and events are made of. */
export interface AutomationParts {
  readonly documents: Documents;
  readonly dispatcher: Pick<Dispatcher, "submit">;
  readonly clock: Clock;
  readonly log: DispatchLog;
  /** What other dispatchers left is looked for at least this often. */
  readonly sweepIntervalMs: number;
  /** Told of each task that was not made, since another task had its request id. */
  readonly onRequestIdTaken?: () => void;
  readonly onUndecodable?: UndecodableLogOptions["onUndecodable"];
}

/** Does what a caller asked for; every failure is a `TaskError`. */
export async function asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw errorOf(error);
  }
}

/** Says what a caller is told of a failure. */
export function errorOf(error: unknown): TaskError {
  return taskErrorOf(error, RETRY_AFTER_MS);
}
