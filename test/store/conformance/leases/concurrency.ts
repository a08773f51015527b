import assert from "node:assert/strict";
import type { TaskId } from "../../../../server/src/domain/ids.ts";
import type { LeasedTask } from "../../../../server/src/domain/task.ts";
import type { Store } from "../../../../server/src/store/store.ts";
import { newTasks, retryPolicy } from "../../../support/task-factory.ts";
import {
  complete,
  countsOf,
  find,
  lease,
  openSession,
  release,
  renew,
  retry,
  settle,
  sweep,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const LEASERS = 6;
const TASKS = 150;

/** Many at once on the same data. */
export function describeConcurrency(fixture: Fixture): void {
  const openStores = async (): Promise<Store[]> => [
    fixture.store,
    await fixture.under.another(),
    await fixture.under.another(),
  ];
  /** Runs several leasers at once, each on one of the stores, and gathers what they leased. */
  const leaseAtOnce = async (
    stores: readonly Store[],
    work: (store: Store, leased: LeasedTask[], leaser: number) => Promise<void>,
  ): Promise<LeasedTask[]> => {
    const leased: LeasedTask[] = [];
    await Promise.all(
      Array.from({ length: LEASERS }, (_, leaser) => {
        const store = stores[leaser % stores.length];
        assert.ok(store);
        return work(store, leased, leaser);
      }),
    );
    return leased;
  };
  const assertAllSucceeded = async (ids: readonly TaskId[]): Promise<void> => {
    const { SUCCEEDED } = await countsOf(fixture.store);
    assert.equal(SUCCEEDED, ids.length);
    for (const id of ids) {
      assert.equal((await find(fixture.store, id)).state, "SUCCEEDED");
    }
  };

  it("leases each task once however many lease at once (G3)", async () => {
    const stores = await openStores();
    const batch = newTasks(TASKS);
    await fixture.store.submit(batch);

    const leased = await leaseAtOnce(stores, async (store, all) => {
      const session = await openSession(store);
      for (;;) {
        const tasks = await lease(store, session, { limit: 7 });
        if (tasks.length === 0) {
          return;
        }
        all.push(...tasks);
      }
    });

    assert.deepEqual(leased.map(({ id }) => id).toSorted(), batch.map(({ id }) => id).toSorted());
  });

  it("loses no task and completes each once while workers crash, fail and release (G3, G5)", async () => {
    const stores = await openStores();
    const batch = newTasks(TASKS, {
      retryPolicy: retryPolicy({ maxAttempts: 100, maxCrashes: 100 }),
    });
    const completions = new Map<TaskId, number>();
    await fixture.store.submit(batch);

    const leased = await leaseAtOnce(stores, async (store, all, leaser) => {
      let session = await openSession(store);
      for (let lap = 0; completions.size < TASKS; lap += 1) {
        const tasks = await lease(store, session, { limit: 5, isApart: lap % 3 === 2 });
        all.push(...tasks);
        if ((lap + leaser) % 4 === 0) {
          await renew(store, session, 0);
          session = await openSession(store);
        }
        for (const [index, task] of tasks.entries()) {
          const how = (lap + leaser + index) % 5;
          const outcome = how === 0 ? retry() : how === 1 ? release() : complete();
          const answer = await settle(store, task, outcome);
          if (answer.kind === "ok" && !answer.isRepeat && answer.state === "SUCCEEDED") {
            completions.set(task.id, (completions.get(task.id) ?? 0) + 1);
          }
        }
        await sweep(store);
      }
    });

    const tokens = leased.map(({ id, token }) => `${id} ${token}`);
    assert.equal(new Set(tokens).size, tokens.length, "no token is given twice");
    assert.deepEqual(new Set(completions.values()), new Set([1]));
    await assertAllSucceeded(batch.map(({ id }) => id));
  }).timeout(20_000);

  it("grows the tokens of a task whoever leases it (G4)", async () => {
    const stores = await openStores();
    await fixture.store.submit(newTasks(3, { retryPolicy: retryPolicy({ maxAttempts: 100 }) }));
    const leased = await leaseAtOnce(stores, async (store, all) => {
      const session = await openSession(store);
      for (let lap = 0; lap < 15; lap += 1) {
        for (const task of await lease(store, session, { limit: 1 })) {
          all.push(task);
          await settle(store, task, release());
        }
      }
    });
    const newest = new Map<TaskId, number>();
    for (const { id, token } of leased) {
      assert.ok(token > (newest.get(id) ?? 0), "tokens only grow");
      newest.set(id, token);
    }
  });
}
