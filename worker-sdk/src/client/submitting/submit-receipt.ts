import type { BatonError } from "../../values/baton-error.ts";

declare const RESULT: unique symbol;

/** A task's id: a string. Its type carries the type of the task's result, so that `await` returns that. */
export type TaskId<Result = unknown> = string & { readonly [RESULT]?: Result };

/** Says that a task is stored. */
export interface SubmitReceipt<Result = unknown> {
  readonly taskId: TaskId<Result>;
  /** True if the request id was known: `taskId` is that of the first task, and no other was created. */
  readonly deduplicated: boolean;
}

/** What became of one task of `TaskClient.submitMany`. */
export type SubmitOutcome =
  | ({ readonly kind: "stored" } & SubmitReceipt)
  | { readonly kind: "refused"; readonly error: BatonError };
