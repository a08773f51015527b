import assert from "node:assert/strict";
import { openSqliteStore } from "../../server/src/store/sqlite/open.ts";
import type { Store } from "../../server/src/store/store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { newTask } from "../support/task-factory.ts";
import { countsOf } from "./conformance/actions.ts";

describe("Calls that SQLite carries out together", () => {
  let store: Store;

  beforeEach(() => {
    store = openSqliteStore({ path: ":memory:", clock: new ManualClock(), synchronous: "NORMAL" });
  });

  afterEach(() => store.close());

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

  it("are carried out before the store closes", async () => {
    const submitted = store.submit([newTask()]);
    await store.close();
    assert.deepEqual(await submitted, [{ kind: "created" }]);
  });
});
