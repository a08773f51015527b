import assert from "node:assert/strict";
import type { Task } from "../../../server/src/domain/task.ts";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import type { ListCursor, ListQuery, Store } from "../../../server/src/store/store.ts";
import { QUEUE } from "../../support/task-factory.ts";

/** Lists all there is of the usual queue, in pages that are never cut for their size. */
export const EVERYTHING: ListQuery = {
  queue: QUEUE,
  states: TASK_STATES,
  type: null,
  labels: {},
  submittedFromMs: null,
  submittedBeforeMs: null,
  limit: 1_000,
  after: null,
};

/** Reads every page of a listing. */
export async function listAll(store: Store, query: Partial<ListQuery> = {}): Promise<Task[]> {
  const tasks: Task[] = [];
  let after: ListCursor | null = null;
  do {
    const page = await store.list({ ...EVERYTHING, ...query, after });
    assert.ok(page.tasks.length <= (query.limit ?? EVERYTHING.limit), "a page is too long");
    tasks.push(...page.tasks);
    after = page.next;
  } while (after !== null);
  return tasks;
}

/** Whether a listing is to have a task. */
export function isListed(task: Task, query: ListQuery): boolean {
  return (
    task.spec.queue === query.queue &&
    query.states.includes(task.state) &&
    (query.type === null || task.spec.type === query.type) &&
    (query.workerId === undefined || task.workerId === query.workerId) &&
    (query.failureType === undefined || task.lastFailure?.type === query.failureType) &&
    Object.entries(query.labels).every(([name, value]) => task.spec.labels[name] === value)
  );
}

/** Asserts that tasks come state by state, and each state in its order or from its end; READY ones are left to the caller. */
export function assertListedInOrder(
  tasks: readonly Task[],
  { states, newestFirst }: ListQuery,
): void {
  const way = newestFirst ? -1 : 1;
  for (const [index, task] of tasks.entries()) {
    const before = tasks[index - 1];
    if (before === undefined) {
      continue;
    }
    const [at, atBefore] = [states.indexOf(task.state), states.indexOf(before.state)];
    assert.ok(at >= atBefore, `${task.state} after ${before.state}`);
    const isInOrder = way * (orderOf(task) - orderOf(before)) >= 0;
    assert.ok(at > atBefore || isInOrder, `${task.id} is out of its order`);
  }
}

function orderOf(task: Task): number {
  switch (task.state) {
    case "SCHEDULED":
      return task.dueAtMs;
    case "READY":
      return 0;
    case "LEASED":
      return (task.startedAtMs ?? 0) + task.spec.attemptTimeoutMs;
    default:
      return task.purgeAtMs ?? 0;
  }
}
