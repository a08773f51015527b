import type { BatonError } from "../../values/baton-error.ts";

declare const RESULT: unique symbol;

/** A task's id, which remembers the type of the task's result. */
export type TaskId<Result = unknown> = string & { readonly [RESULT]?: Result };

/** Says that a task is stored. */
export interface SubmitReceipt<Result = unknown> {
  readonly taskId: TaskId<Result>;
  /** Whether the request id was known, so that the id is the first task's and none was created. */
  readonly deduplicated: boolean;
}

/** What became of one of many submits. */
export type SubmitOutcome =
  | ({ readonly kind: "stored" } & SubmitReceipt)
  | { readonly kind: "refused"; readonly error: BatonError };
