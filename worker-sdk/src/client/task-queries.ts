import type { TaskState } from "./task-info.ts";

/** Which tasks to list. */
export interface ListQuery {
  readonly queue: string;
  /** In this order. Default: all. */
  readonly states?: readonly TaskState[];
  readonly type?: string;
  /** Tasks must have all of them. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly submittedFromMs?: number;
  readonly submittedBeforeMs?: number;
  /** How many to fetch at once. 1 to 1000. */
  readonly pageSize?: number;
  readonly includePayload?: boolean;
}

/** How long to wait. */
export interface AwaitOptions {
  /** Default: for ever. */
  readonly timeoutMs?: number;
  /** Its reason is what the wait rejects with. */
  readonly signal?: AbortSignal;
}
