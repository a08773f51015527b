import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { AttemptHistory } from "../../../../server/src/domain/task.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { only } from "../actions.ts";

/** Returns the history of a task, which must be there. */
export async function historyOf(store: Store, id: TaskId): Promise<AttemptHistory> {
  const task = only(await store.get([id], { history: true }));
  assert.ok(task?.history !== undefined, `no history of ${id}`);
  return task.history;
}

/** Returns of each attempt the delivery, the number and the outcome, and how many are left out. */
export async function endsOf(store: Store, id: TaskId): Promise<(string | number)[]> {
  const { attempts, leftOut } = await historyOf(store, id);
  const ends = attempts.map(({ delivery, number, outcome }) => `${delivery}: ${number} ${outcome}`);
  return [...ends, leftOut];
}
