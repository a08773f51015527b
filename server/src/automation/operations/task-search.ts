import type { TaskId } from "../../domain/ids.ts";
import {
  isChosen,
  type Operation,
  type OperationCursor,
  STATES_OF_KIND,
} from "../../domain/operations/operation.ts";
import type { FoundTasks } from "../../domain/operations/operation-step.ts";
import type { ListPage, Store } from "../../store/store.ts";

/** A page may be a thousand tasks of which none is wanted: so many are read before others have their turn. */
const PAGES_AT_ONCE = 10;

/** Finds the tasks of an operation, in its order. */
export class TaskSearch {
  readonly #store: Pick<Store, "list" | "get">;

  constructor(store: Pick<Store, "list" | "get">) {
    this.#store = store;
  }

  /** Returns the next tasks, at most so many; fewer, even none, does not mean that there are no more. */
  async next(operation: Operation, limit: number): Promise<FoundTasks> {
    const { target } = operation.definition;
    if (target.kind === "ids") {
      const at = operation.at + limit;
      const ids = target.ids.slice(operation.at, at);
      return { ids, cursor: null, at, isRead: at >= target.ids.length };
    }
    return this.#listed(operation, limit);
  }

  /** Which of some tasks an operation would move, by the states that they are in. */
  async movable(operation: Operation, ids: readonly TaskId[]): Promise<TaskId[]> {
    const { kind } = operation.definition;
    const tasks = await this.#store.get(ids);
    return ids.filter((_, index) => {
      const state = tasks[index]?.state;
      return state !== undefined && STATES_OF_KIND[kind].possible.includes(state);
    });
  }

  async #listed(
    { definition, cursor, startedAtMs }: Operation,
    limit: number,
  ): Promise<FoundTasks> {
    const { kind, target } = definition;
    const ids: TaskId[] = [];
    let after: OperationCursor | null = cursor;
    for (let pages = 0; target.kind === "filter" && pages < PAGES_AT_ONCE; pages += 1) {
      const { filter } = target;
      const { queue, states, types, labels, failureType } = filter;
      const { submittedFromMs, submittedBeforeMs } = filter;
      const [onlyType] = types;
      const page: ListPage = await this.#store.list({
        queue,
        states,
        type: types.length === 1 && onlyType !== undefined ? onlyType : null,
        labels,
        ...(failureType !== null && { failureType }),
        submittedFromMs,
        // What comes after the start is no part of it.
        submittedBeforeMs: Math.min(submittedBeforeMs ?? startedAtMs, startedAtMs),
        limit: limit - ids.length,
        after,
      });
      for (const task of page.tasks) {
        if (isChosen(task, filter, kind, startedAtMs)) {
          ids.push(task.id);
        }
      }
      after = page.next;
      if (after === null || ids.length >= limit) {
        break;
      }
    }
    return { ids, cursor: after, at: 0, isRead: after === null };
  }
}
