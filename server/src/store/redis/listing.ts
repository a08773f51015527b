import type { QueueName } from "../../domain/ids.ts";
import type { Task } from "../../domain/task.ts";
import type { ListCursor, ListPage, ListQuery } from "../store.ts";
import type { ScriptRunner } from "./client/script-runner.ts";
import {
  type ListedTask,
  type ListSlice,
  listTasks,
  MAX_PAGE_BYTES,
} from "./scripts/task-scripts.ts";

/** Tasks read by one call, and by one page at most, whatever the filter leaves of them. */
const SLICE_TASKS = 100;
const PAGE_TASKS = 1_000;

/** Reads a queue's tasks in one state, in its order; none where none is left. */
export type SliceReader = (queue: QueueName, slice: ListSlice) => Promise<ListedTask[]>;

/** Reads slices of a queue as it lies in Redis. */
export function sliceReader(runner: ScriptRunner): SliceReader {
  return (queue, slice) => runner.run(listTasks, queue, slice);
}

/** See `Store.list`. */
export function listPage(runner: ScriptRunner, query: ListQuery): Promise<ListPage> {
  return pageOfSlices(sliceReader(runner), query);
}

/** See `Store.list`; of what the slices bring. */
export async function pageOfSlices(readSlice: SliceReader, query: ListQuery): Promise<ListPage> {
  const page: { readonly task: Task; readonly cursor: ListCursor }[] = [];
  let bytes = 0;
  let after = query.after;
  let read = 0;
  const { type, workerId, newestFirst = false } = query;
  for (const state of statesFrom(query)) {
    let slice: ListedTask[];
    let position = after?.state === state ? after : null;
    do {
      const limit = Math.min(SLICE_TASKS, query.limit + 1);
      slice = await readSlice(query.queue, {
        state,
        after: position,
        limit,
        type,
        ...(workerId !== undefined && { workerId }),
        newestFirst,
      });
      for (const { order, task } of slice) {
        if (page.length > 0 && bytes >= MAX_PAGE_BYTES) {
          return { tasks: page.map(({ task }) => task), next: position };
        }
        position = { state, order, seq: 0, taskId: task.id };
        if (isWanted(task, query)) {
          page.push({ task, cursor: position });
          bytes += task.spec.payload.length + (task.result?.value.length ?? 0);
        }
        if (page.length > query.limit) {
          return pageOf(page.slice(0, query.limit));
        }
      }
      read += slice.length;
      if (read >= PAGE_TASKS) {
        return { tasks: page.map(({ task }) => task), next: position };
      }
    } while (slice.length > 0);
    after = null;
  }
  return { tasks: page.map(({ task }) => task), next: null };
}

function pageOf(page: readonly { task: Task; cursor: ListCursor }[]): ListPage {
  return { tasks: page.map(({ task }) => task), next: page.at(-1)?.cursor ?? null };
}

function statesFrom({ states, after }: ListQuery) {
  const at = after === null ? 0 : states.indexOf(after.state);
  return at < 0 ? [] : states.slice(at);
}

function isWanted(task: Task, query: ListQuery): boolean {
  const { type, labels, workerId, failureType, submittedFromMs, submittedBeforeMs } = query;
  return (
    (type === null || task.spec.type === type) &&
    (workerId === undefined || task.workerId === workerId) &&
    (failureType === undefined || task.lastFailure?.type === failureType) &&
    (submittedFromMs === null || task.submittedAtMs >= submittedFromMs) &&
    (submittedBeforeMs === null || task.submittedAtMs < submittedBeforeMs) &&
    Object.entries(labels).every(
      ([name, value]) => Object.hasOwn(task.spec.labels, name) && task.spec.labels[name] === value,
    )
  );
}
