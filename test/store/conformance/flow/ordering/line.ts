import assert from "node:assert/strict";
import type { TaskId } from "../../../../../server/src/domain/ids.ts";
import type { TaskSpec } from "../../../../../server/src/domain/task.ts";
import { complete, lease, settle } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { openLong, submitOrdered } from "../flow-actions.ts";

/** Tasks of one ordering key, within a concurrency key or without one where it is empty. */
export interface Line {
  /** Submits the next. */
  put(overrides?: Partial<TaskSpec>): Promise<TaskId>;
  /** Leases until nothing comes, completes each, and says in which order. */
  workOff(): Promise<TaskId[]>;
}

/** The line that the tests of a fixture put tasks in. */
export function lineOf(fixture: Fixture, concurrencyKey: string): Line {
  const put = (overrides: Partial<TaskSpec> = {}) =>
    submitOrdered(fixture.store, "order-1", { concurrencyKey, ...overrides });
  const workOff = async (): Promise<TaskId[]> => {
    const session = await openLong(fixture.store);
    const order: TaskId[] = [];
    for (;;) {
      const tasks = await lease(fixture.store, session);
      if (tasks.length === 0) {
        return order;
      }
      assert.equal(tasks.length, 1, "one at a time");
      for (const task of tasks) {
        order.push(task.id);
        await settle(fixture.store, task, complete());
      }
    }
  };
  return { put, workOff };
}
