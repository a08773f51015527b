import assert from "node:assert/strict";
import type { TaskId } from "../../../../../server/src/domain/ids.ts";
import { newTask, retryPolicy } from "../../../../support/task-factory.ts";
import {
  complete,
  countsOf,
  lease,
  leaseOne,
  release,
  retry,
  settle,
  submit,
} from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { idsOf, leaseIds, openLong, submitOrdered } from "../flow-actions.ts";
import { lineOf } from "./line.ts";

/** In which order the tasks of one ordering key run (G9). */
export function describeLineOrder(fixture: Fixture, concurrencyKey: string): void {
  const { put, workOff } = lineOf(fixture, concurrencyKey);

  it("leases one task at a time, in the order of the submits (G9)", async () => {
    const { store } = fixture;
    const batch = Array.from({ length: 4 }, () =>
      newTask({ orderingKey: "order-1", concurrencyKey }),
    );
    const first = (await store.submit(batch)).map(({ id }, at) => id ?? batch[at]?.id);
    const ids = [...first, await put(), await put()];
    const session = await openLong(store);
    const head = await leaseOne(store, session);
    assert.deepEqual(await lease(store, session), []);
    assert.deepEqual(await leaseIds(store), []);
    await settle(store, head, complete());
    assert.deepEqual([head.id, ...(await workOff())], ids);
  });

  it("goes by the submits whatever the priority (G9)", async () => {
    const ids = [
      await put({ priority: 1 }),
      await put({ priority: 9 }),
      await put({ priority: 5 }),
    ];
    assert.deepEqual(await workOff(), ids);
  });

  it("puts a head in line by its own priority (G8)", async () => {
    const { store } = fixture;
    await put({ priority: 1 });
    const high = await submit(store, { priority: 9, concurrencyKey });
    const low = await put({ priority: 9 });
    const leased = idsOf(await lease(store, await openLong(store)));
    assert.equal(leased[0], high);
    assert.ok(!leased.includes(low));
  });

  it("goes by when tasks were first due: one that is due later joins the line then (G9)", async () => {
    const { store, under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 20_000 } });
    const first = await put();
    const session = await openLong(store);
    const head = await leaseOne(store, session);
    assert.equal(head.id, first);
    await under.advance(10_000);
    const second = await put();
    await under.advance(20_000);
    const last = await put();
    assert.deepEqual(await lease(store, session), []);
    await settle(store, head, complete());
    assert.deepEqual(await workOff(), [second, delayed, last]);
  });

  it("goes by when tasks were first due, also where nobody promoted them until then (G9)", async () => {
    const { under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 10_000 } });
    await under.advance(20_000);
    const second = await put();
    assert.deepEqual(await workOff(), [delayed, second]);
  });

  it("holds nobody for a task that is not due (G9)", async () => {
    await put({ due: { kind: "after", delayMs: 60_000 } });
    const now = await put();
    assert.deepEqual(await workOff(), [now]);
  });

  it("keeps lines apart, and leases the heads of all at once (G9)", async () => {
    const { store } = fixture;
    const heads: TaskId[] = [];
    for (let line = 0; line < 5; line += 1) {
      heads.push(await submitOrdered(store, `line-${line}`, { concurrencyKey }));
      await submitOrdered(store, `line-${line}`, { concurrencyKey });
    }
    const session = await openLong(store);
    assert.deepEqual(idsOf(await lease(store, session)), heads);
    assert.equal((await countsOf(store)).READY, 5);
  });

  it("keeps its order whoever leases, and however often tasks come back (G9)", async () => {
    const { store, under } = fixture;
    const stores = [store, await under.another()];
    const ids: TaskId[] = [];
    for (let at = 0; at < 12; at += 1) {
      ids.push(await put({ retryPolicy: retryPolicy({ maxAttempts: 50, maxCrashes: 50 }) }));
    }
    const done: TaskId[] = [];
    let running = 0;
    await Promise.all(
      Array.from({ length: 4 }, async (_, leaser) => {
        const own = stores[leaser % 2] ?? store;
        const session = await openLong(own, `worker-${leaser}`);
        for (let lap = 0; done.length < ids.length; lap += 1) {
          for (const task of await lease(own, session, { limit: 3, isApart: lap % 5 === 4 })) {
            running += 1;
            assert.equal(running, 1);
            assert.equal(task.id, ids[done.length]);
            running -= 1;
            const how = (lap + leaser) % 3;
            const outcome = how === 0 ? retry() : how === 1 ? release() : complete();
            const isDone = how === 2;
            if (isDone) {
              done.push(task.id);
            }
            await settle(own, task, outcome);
          }
        }
      }),
    );
    assert.deepEqual(done, ids);
  }).timeout(15_000);
}
