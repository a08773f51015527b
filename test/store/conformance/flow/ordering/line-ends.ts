import assert from "node:assert/strict";
import type { TaskId } from "../../../../../server/src/domain/ids.ts";
import { retryPolicy } from "../../../../support/task-factory.ts";
import { cancel, complete, die, find, leaseOne, retry, settle, sweep } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import { leaseAndCrash, openLong } from "../flow-actions.ts";
import { lineOf } from "./line.ts";

/** What ends the turn of the first of an ordering key (G9). */
export function describeLineEnds(fixture: Fixture, concurrencyKey: string): void {
  const { put, workOff } = lineOf(fixture, concurrencyKey);

  it("goes on with a late completion, once (G9)", async () => {
    const { store } = fixture;
    const [, second, third] = [await put(), await put(), await put()];
    const late = await leaseAndCrash(store);
    assert.equal((await settle(store, late, complete())).kind, "ok");
    assert.deepEqual(await workOff(), [second, third]);
  });

  const ends: Readonly<Record<string, (id: TaskId) => Promise<unknown>>> = {
    "is cancelled while it waits": (id) => cancel(fixture.store, id),
    "is cancelled while it runs": async (id) => {
      await leaseOne(fixture.store, await openLong(fixture.store));
      await cancel(fixture.store, id);
    },
    "is cancelled while it backs off": async (id) => {
      const { store } = fixture;
      await settle(store, await leaseOne(store, await openLong(store)), retry(60_000));
      await cancel(store, id);
    },
    dies: async () => {
      const { store } = fixture;
      await settle(store, await leaseOne(store, await openLong(store)), die());
    },
    "has crashed too often": async () => {
      const { store } = fixture;
      await leaseAndCrash(store);
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`goes on once the first ${how} (G9)`, async () => {
      const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 1 }) });
      const rest = [await put(), await put()];
      await end(first);
      assert.deepEqual(await workOff(), rest);
    });
  }

  it("goes on once the first expired, and expires those behind it too (G9)", async () => {
    const { store, under } = fixture;
    const first = await put({ startDeadlineMs: 10_000 });
    const second = await put({ startDeadlineMs: 10_000 });
    const third = await put();
    await under.advance(20_000);
    const { expired } = await sweep(store);
    assert.equal(expired, 2);
    for (const id of [first, second]) {
      assert.equal((await find(store, id)).state, "EXPIRED");
    }
    assert.deepEqual(await workOff(), [third]);
  });

  it("forgets a task that is cancelled behind the first (G9)", async () => {
    const { store } = fixture;
    const [first, second, third] = [await put(), await put(), await put()];
    await cancel(store, second);
    assert.deepEqual(await workOff(), [first, third]);
  });

  it("forgets a task that is cancelled before it is due (G9)", async () => {
    const { store, under } = fixture;
    const delayed = await put({ due: { kind: "after", delayMs: 10_000 } });
    const first = await put();
    await cancel(store, delayed);
    await under.advance(20_000);
    assert.deepEqual(await workOff(), [first]);
  });
}
