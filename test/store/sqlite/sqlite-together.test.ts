import assert from "node:assert/strict";
import { openSqliteStore } from "../../../server/src/store/sqlite/open.ts";
import type { Store } from "../../../server/src/store/store.ts";
import { newTask } from "../../support/task-factory.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";
import { countsOf } from "../conformance/actions.ts";

describe("Calls that SQLite carries out together", () => {
  let store: Store;

  beforeEach(() => {
    store = openSqliteStore({ path: ":memory:", clock: new ManualClock(), synchronous: "NORMAL" });
  });

  afterEach(() => store?.close());

  it("happen in the order in which they were made, reads among them", async () => {
    const [first, second] = [newTask(), newTask()];
    const submitted = store.submit([first]);
    const read = store.get([first.id, second.id]);
    const submittedLater = store.submit([second]);
    const cancelled = store.cancel([{ taskId: second.id, reason: "" }]);

    assert.deepEqual(await submitted, [{ kind: "created" }]);
    assert.deepEqual(
      (await read).map((task) => task?.id ?? null),
      [first.id, null],
    );
    assert.deepEqual(await submittedLater, [{ kind: "created" }]);
    assert.deepEqual(await cancelled, [{ kind: "ok" }]);
    const counts = await countsOf(store);
    assert.deepEqual([counts.READY, counts.CANCELLED], [1, 1]);
  });

  it("fail alone, whatever was made along with them", async () => {
    const broken = newTask({ payload: null as never });
    const results = await Promise.allSettled([
      store.submit([newTask()]),
      store.submit([newTask(), broken]),
      store.submit([newTask()]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.equal((await countsOf(store)).READY, 2);
  });

  describe("and that take long", () => {
    /** A millisecond passes with each look at it. */
    class PassingClock extends ManualClock {
      override monotonicMs(): number {
        this.advance(1);
        return super.monotonicMs();
      }
    }
    const CALLS = 100;
    let slow: Store;
    beforeEach(() => {
      slow = openSqliteStore({
        path: ":memory:",
        clock: new PassingClock(),
        synchronous: "NORMAL",
      });
    });
    afterEach(() => slow?.close());

    it("give way to other events between, and keep their order", async () => {
      const answered: number[] = [];
      const turns = new Set<number>();
      let turn = 0;
      let isOver = false;
      const passTurn = (): void => {
        turn += 1;
        if (!isOver) {
          setImmediate(passTurn);
        }
      };
      passTurn();
      const calls = Array.from({ length: CALLS }, async (_, n) => {
        await slow.submit([newTask()]);
        answered.push(n);
        turns.add(turn);
      });
      await Promise.all(calls);
      isOver = true;
      assert.deepEqual(
        answered,
        Array.from({ length: CALLS }, (_, n) => n),
      );
      assert.ok(turns.size >= 5, `${CALLS} calls were answered in ${turns.size} turns`);
    });

    it("fail alone, and those that were not begun go on", async () => {
      const broken = newTask({ payload: null as never });
      const results = await Promise.allSettled(
        Array.from({ length: CALLS }, (_, n) => slow.submit([n === 10 ? broken : newTask()])),
      );
      const failed = results.flatMap(({ status }, n) => (status === "rejected" ? [n] : []));
      assert.deepEqual(failed, [10]);
      assert.equal((await countsOf(slow)).READY, CALLS - 1);
    });

    it("are carried out before the store closes", async () => {
      const calls = Array.from({ length: CALLS }, () => slow.submit([newTask()]));
      await slow.close();
      assert.equal((await Promise.all(calls)).length, CALLS);
    });
  });

  it("are carried out before the store closes", async () => {
    const submitted = store.submit([newTask()]);
    await store.close();
    assert.deepEqual(await submitted, [{ kind: "created" }]);
  });
});
