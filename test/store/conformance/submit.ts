import assert from "node:assert/strict";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { find, submit } from "./actions.ts";
import { assertNear, type Fixture } from "./fixture.ts";

/** Storing tasks. */
export function describeSubmit(fixture: Fixture): void {
  it("stores a task that is ready at once", async () => {
    const { store, under } = fixture;
    const task = newTask({ labels: { team: "blue" }, headers: { traceparent: "00-1-2-03" } });

    assert.deepEqual(await store.submit([task]), [{ kind: "created" }]);

    const stored = await find(store, task.id);
    const nowMs = await under.nowMs();
    assert.deepEqual({ ...stored.spec, payload: Buffer.from(stored.spec.payload) }, task.spec);
    assert.equal(stored.state, "READY");
    assertNear(stored.submittedAtMs, nowMs, "submitted");
    assertNear(stored.dueAtMs, nowMs, "due");
    assert.deepEqual(
      [stored.attempt, stored.crashes, stored.deliveries, stored.token, stored.workerId],
      [0, 0, 0, 0, ""],
    );
    assert.deepEqual(
      [stored.startedAtMs, stored.finishedAtMs, stored.purgeAtMs, stored.ahead],
      [null, null, null, null],
    );
    assert.deepEqual(
      [stored.progress, stored.result, stored.lastFailure, stored.cancelReason],
      [null, null, null, ""],
    );
  });

  it("stores a task with a delay as SCHEDULED, due after the delay", async () => {
    const { store, under } = fixture;
    const id = await submit(store, { due: { kind: "after", delayMs: 60_000 } });
    const task = await find(store, id);
    assert.equal(task.state, "SCHEDULED");
    assertNear(task.dueAtMs, (await under.nowMs()) + 60_000, "due");
  });

  it("stores a task with a time to come as SCHEDULED, due exactly then", async () => {
    const { store, under } = fixture;
    const atMs = (await under.nowMs()) + 60_000;
    const task = await find(store, await submit(store, { due: { kind: "at", atMs } }));
    assert.deepEqual([task.state, task.dueAtMs], ["SCHEDULED", atMs]);
  });

  it("takes a time that has passed, and a delay of 0, as now", async () => {
    const { store, under } = fixture;
    const nowMs = await under.nowMs();
    for (const due of [
      { kind: "at", atMs: nowMs - 60_000 },
      { kind: "at", atMs: 0 },
      { kind: "after", delayMs: 0 },
    ] as const) {
      const task = await find(store, await submit(store, { due }));
      assert.equal(task.state, "READY");
      assertNear(task.dueAtMs, nowMs, "due");
    }
  });

  it("answers a batch item by item, in order", async () => {
    const { store } = fixture;
    const [first, second] = [newTask(), newTask()];
    await store.submit([first]);
    assert.deepEqual(await store.submit([second, first, second]), [
      { kind: "created" },
      { kind: "known" },
      { kind: "known" },
    ]);
  });

  it("creates nothing when a batch whose answer was lost is repeated", async () => {
    const { store } = fixture;
    const batch = newTasks(50);
    await store.submit(batch);
    const again = await store.submit(batch);
    assert.ok(again.every(({ kind }) => kind === "known"));
    assert.equal((await store.stats([QUEUE]))[0]?.counts.READY, 50);
  });
}
