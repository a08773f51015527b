import assert from "node:assert/strict";
import type { QueueName, TaskId, TaskType } from "../../../server/src/domain/ids.ts";
import type { Task } from "../../../server/src/domain/task.ts";
import { TASK_STATES } from "../../../server/src/domain/task-state.ts";
import type { ListCursor, ListQuery, Store } from "../../../server/src/store/store.ts";
import type { ListRecipe } from "./commands/model-commands.ts";
import { assertListedInOrder, EVERYTHING, isListed } from "./listing.ts";
import type { StoreModel } from "./model.ts";
import { assertSameTask } from "./model-compare.ts";
import type { ModelTask } from "./model-task.ts";

/** A listing that is read page by page while calls go on. */
export class ModelListing {
  readonly #model: StoreModel;
  readonly #query: ListQuery;
  /** The tasks that were to be listed at the start and have not moved since, and where they are. */
  readonly #steady = new Map<TaskId, string>();
  readonly #listed: Task[] = [];
  #after: ListCursor | null = null;
  pages = 0;
  hasMoved = false;

  constructor(model: StoreModel, query: ListQuery) {
    this.#model = model;
    this.#query = query;
    for (const task of model.tasks.values()) {
      if (isListed({ ...task, ahead: null }, query)) {
        this.#steady.set(task.id, placeOf(task));
      }
    }
  }

  /** Reads a page and compares its tasks with the model's. Returns whether it was the last. */
  async readPage(store: Store): Promise<boolean> {
    const { limit } = this.#query;
    const page = await store.list({ ...this.#query, after: this.#after });
    assert.ok(page.tasks.length <= limit, "a page is too long");
    for (const task of page.tasks) {
      assertSameTask(task, { ...(this.#model.get(task.id) ?? assert.fail()), ahead: null });
      assert.ok(isListed(task, this.#query), `${task.id} is not to be listed`);
    }
    assertListedInOrder(page.tasks, this.#query);
    this.#listed.push(...page.tasks);
    this.#after = page.next;
    this.pages += 1;
    if (this.#after === null) {
      this.#assertWhole();
    }
    return this.#after === null;
  }

  /** Takes note of which tasks have moved. */
  look(): void {
    for (const [id, place] of this.#steady) {
      const task = this.#model.tasks.get(id);
      if (task === undefined || placeOf(task) !== place) {
        this.#steady.delete(id);
        this.hasMoved = true;
      }
    }
  }

  #assertWhole(): void {
    const steady = this.#listed.filter(({ id }) => this.#steady.has(id));
    const ids = steady.map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [...this.#steady.keys()].toSorted(), "each once (G15)");
    const line = this.#model.line(this.#query.queue).filter(({ id }) => this.#steady.has(id));
    if (this.#query.newestFirst) {
      line.reverse();
    }
    assert.deepEqual(
      steady.filter(({ state }) => state === "READY").map(({ id }) => id),
      line.map(({ id }) => id),
      "in line (G8)",
    );
  }
}

/** What a recipe asks for. */
export function queryOf(recipe: ListRecipe, queue: QueueName): ListQuery {
  const { states, type, team, limit, newestFirst } = recipe;
  return {
    ...EVERYTHING,
    queue,
    states,
    type: type === null ? null : (`type-${type}` as TaskType),
    labels: team === null ? {} : { team: `${team}` },
    limit,
    newestFirst,
  };
}

/** Asserts that a listing of a queue has what the model has. */
export async function assertListed(
  store: Store,
  model: StoreModel,
  queue: QueueName,
): Promise<void> {
  for (const limit of [3, 1_000]) {
    const listing = new ModelListing(model, { ...EVERYTHING, queue, states: TASK_STATES, limit });
    while (!(await listing.readPage(store))) {}
  }
}

function placeOf({ state, token, seq, dueAtMs, purgeAtMs }: ModelTask): string {
  return [state, token, seq, dueAtMs, purgeAtMs].join(" ");
}
