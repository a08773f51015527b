import type { Dispatcher } from "../../server/src/dispatch/contract.ts";
import type { DispatchLog } from "../../server/src/dispatch/log.ts";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { QueueName } from "../../server/src/domain/ids.ts";
import type { Task } from "../../server/src/domain/task.ts";
import { TASK_STATES } from "../../server/src/domain/task-state.ts";
import type { Documents } from "../../server/src/store/documents.ts";
import { openSqlite } from "../../server/src/store/sqlite/open.ts";
import type { Store } from "../../server/src/store/store.ts";
import { type Life, mortal } from "./processes/mortal.ts";
import { ManualClock } from "./time/manual-clock.ts";

/** A log that says nothing. */
export const silent: DispatchLog = { debug() {}, info() {}, warn() {}, error() {} };

/** A store with documents in memory, and a clock to move. */
export interface World {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly documents: Documents;
}

/** Opens an empty world; the caller closes its store. */
export function openWorld(): World {
  const clock = new ManualClock();
  return { clock, ...openSqlite({ path: ":memory:", clock, synchronous: "NORMAL" }) };
}

/** What a process of the world uses, as long as it lives. */
export function processOf(world: World, life: Life) {
  const store = mortal(world.store, life);
  return {
    store,
    documents: mortal(world.documents, life),
    dispatcher: submitterOn(store),
    clock: world.clock,
    log: silent,
    sweepIntervalMs: 500,
  };
}

/** Submits to a store as a dispatcher does. */
export function submitterOn(store: Pick<Store, "submit">): Pick<Dispatcher, "submit"> {
  return {
    submit(batch, done) {
      store.submit(batch).then(done, (cause: unknown) => {
        done(new TaskError("STORE_UNAVAILABLE", "the store cannot be reached", { cause }));
      });
    },
  };
}

/** Returns every task of a queue. */
export async function tasksOf(store: Store, queue: QueueName): Promise<readonly Task[]> {
  const page = await store.list({
    queue,
    states: TASK_STATES,
    type: null,
    labels: {},
    submittedFromMs: null,
    submittedBeforeMs: null,
    limit: 1_000,
    after: null,
  });
  return page.tasks;
}
