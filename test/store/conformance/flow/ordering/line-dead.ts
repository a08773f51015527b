import assert from "node:assert/strict";
import type { TaskId } from "../../../../../server/src/domain/ids.ts";
import { retryPolicy } from "../../../../support/task-factory.ts";
import { cancel, die, find, lease, leaseOne, redrive, settle, sweep } from "../../actions.ts";
import type { Fixture } from "../../fixture.ts";
import {
  leaseAndCrash,
  leaseIds,
  openLong,
  setQueue,
  submitOrdered,
  sweepAll,
} from "../flow-actions.ts";
import { lineOf } from "./line.ts";

/** Lines that wait for their dead tasks, as their queue may ask (G9). */
export function describeLineDead(fixture: Fixture, concurrencyKey: string): void {
  const { put, workOff } = lineOf(fixture, concurrencyKey);

  describe("where a dead task holds its line", () => {
    const dieFirst = async (): Promise<{ dead: TaskId; rest: TaskId[] }> => {
      const { store } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const dead = await put({ retentionMs: 0 });
      const rest = [await put(), await put()];
      const session = await openLong(store);
      await settle(store, await leaseOne(store, session), die());
      assert.deepEqual(await lease(store, session), []);
      return { dead, rest };
    };

    it("goes on with it once it is redriven (G9)", async () => {
      const { dead, rest } = await dieFirst();
      await redrive(fixture.store, dead);
      assert.deepEqual(await workOff(), [dead, ...rest]);
    });

    it("goes on with the next once it is purged (G9)", async () => {
      const { store, under } = fixture;
      const { dead, rest } = await dieFirst();
      await under.advance(100_000);
      const { purged } = await sweep(store);
      assert.equal(purged, 1);
      assert.deepEqual(await store.get([dead]), [null]);
      assert.deepEqual(await workOff(), rest);
    });

    it("goes on with the next once the queue holds no line for dead tasks (G9)", async () => {
      const { store } = fixture;
      const { dead, rest } = await dieFirst();
      await setQueue(store, { onDead: "CONTINUE" });
      await sweepAll(store);
      assert.deepEqual(await workOff(), rest);
      await redrive(store, dead);
      assert.deepEqual(await workOff(), [dead]);
    });

    it("holds tasks that come later, and not what is of another ordering key (G9)", async () => {
      const { store } = fixture;
      await dieFirst();
      await put();
      const other = await submitOrdered(store, "order-2", { concurrencyKey });
      assert.deepEqual(await leaseIds(store), [other]);
    });

    it("goes on where the first is cancelled, expires or completes (G9)", async () => {
      const { store, under } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const first = await put();
      await put({ startDeadlineMs: 10_000 });
      const third = await put();
      await cancel(store, first);
      await under.advance(20_000);
      await sweep(store);
      assert.deepEqual(await workOff(), [third]);
    });

    it("holds after too many crashes as well (G9)", async () => {
      const { store } = fixture;
      await setQueue(store, { onDead: "HOLD" });
      const first = await put({ retryPolicy: retryPolicy({ maxCrashes: 1 }) });
      const second = await put();
      await leaseAndCrash(store);
      assert.equal((await find(store, first)).state, "DEAD");
      assert.deepEqual(await leaseIds(store), []);
      await redrive(store, first);
      assert.deepEqual(await workOff(), [first, second]);
    });

    it("lets those behind it be cancelled (G9)", async () => {
      const { store } = fixture;
      const { dead, rest } = await dieFirst();
      for (const id of rest) {
        await cancel(store, id);
      }
      await redrive(store, dead);
      assert.deepEqual(await workOff(), [dead]);
    });
  });
}
