import { toTimestamp } from "../values/time-fields.ts";
import type { Sent } from "../values/wire.ts";
import { type TaskState, toWireState } from "./task-info.ts";

/** What `TaskClient.get` tells beside the task itself. */
export interface GetOptions {
  /** Whether `TaskInfo.payload` is filled in. Default: false. */
  readonly includePayload?: boolean;
  /** Whether `TaskInfo.history` is filled in. Default: false. */
  readonly history?: boolean;
}

/** Which tasks `TaskClient.list` yields: those that match every field given. Times are epoch milliseconds. */
export interface ListQuery {
  readonly queue: string;
  /** Only tasks in these states, state by state in this order. Default: all. */
  readonly states?: readonly TaskState[];
  /** Only tasks of this type. Default: any. */
  readonly type?: string;
  /** Only tasks that have all of these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Only tasks that were submitted at this time or later. */
  readonly submittedFromMs?: number;
  /** Only tasks that were submitted before this time. */
  readonly submittedBeforeMs?: number;
  /** Only tasks that this worker has, or had last (`TaskInfo.workerId`): with the state LEASED those that it runs. */
  readonly workerId?: string;
  /** Only tasks whose newest failure is of this type (`TaskInfo.lastFailure`). */
  readonly failureType?: string;
  /**
   * Whether each state is listed from the end of its order: those that are due last, are granted last, time out last,
   * or are purged last, which are the ones that ended last if all have the same retention. Default: false.
   */
  readonly newestFirst?: boolean;
  /** How many tasks one call to the dispatcher fetches. 1 to 1000. Default: 100. */
  readonly pageSize?: number;
  /** Whether `TaskInfo.payload` is filled in. Default: false. */
  readonly includePayload?: boolean;
}

/** How long `TaskClient.await` waits. */
export interface AwaitOptions {
  /** After this time the wait rejects with DEADLINE_EXCEEDED; the task goes on. Default: no limit. */
  readonly timeoutMs?: number;
  /** Ends the wait when it aborts: the wait rejects with its reason, and the task goes on. */
  readonly signal?: AbortSignal;
}

/** Writes a query; the page token is for the caller to add. */
export function toListRequest(query: ListQuery): Sent<"ListRequest"> {
  const { submittedFromMs, submittedBeforeMs } = query;
  return {
    queue: query.queue,
    states: (query.states ?? []).map(toWireState),
    type: query.type ?? "",
    labels: { ...query.labels },
    submittedFrom: submittedFromMs === undefined ? null : toTimestamp(submittedFromMs),
    submittedBefore: submittedBeforeMs === undefined ? null : toTimestamp(submittedBeforeMs),
    pageSize: query.pageSize ?? 0,
    includePayload: query.includePayload ?? false,
    newestFirst: query.newestFirst ?? false,
    workerId: query.workerId ?? "",
    failureType: query.failureType ?? "",
  };
}
